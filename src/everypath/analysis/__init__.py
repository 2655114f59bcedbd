"""Questions about IR, and no changes: which memory may be shared, who writes it, what carries a derivative."""
