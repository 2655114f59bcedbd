"""What was computed, as formulas: the rules that compute partials, called with terms instead of numbers, write them."""
