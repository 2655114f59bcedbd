"""Programs whose gradients keep much, or many small pieces, from the forward sweep for the backward one."""
