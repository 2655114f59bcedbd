"""One run, recorded: every float that depends on an input is an element; operations link them by partials."""
