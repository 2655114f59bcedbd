"""The graph of a run as a reader knows it, and the paths through it."""
