"""The zoo: small Python functions of every kind that people write, each with arguments, and what its derivative must be."""
