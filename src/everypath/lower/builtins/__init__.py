"""Python's own functions, a module per theme: TABLE says what lowers each of them."""
