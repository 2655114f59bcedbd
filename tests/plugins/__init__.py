"""What needs packages of others: one file a package or a kind of them."""
