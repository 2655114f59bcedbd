"""Programs that people found wrong, broken or refused without need, each the smallest of its kind."""
