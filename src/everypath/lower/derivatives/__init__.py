"""everypath's own functions, called inside the user's function."""
