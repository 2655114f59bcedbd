"""Functions of Python's library in ordinary Python."""
