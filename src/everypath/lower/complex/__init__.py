"""Complex numbers are pairs of real ones: nothing below lowering knows of them."""
