"""What is written: statements, expressions and functions, lowered in the order in which they run."""
