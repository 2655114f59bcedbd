"""An explanation in every form in which it is read."""
