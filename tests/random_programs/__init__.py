"""Programs that nobody wrote: Hypothesis makes them, and the same equalities must hold for them as for the zoo."""
