"""The exact derivative of ordinary Python and NumPy, at native speed, explained."""
