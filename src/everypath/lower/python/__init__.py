"""Python's own values: numbers, text, containers and objects, and what can be asked of them."""
