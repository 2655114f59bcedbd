"""`numpy.polynomial`: sums of powers and of the classical orthogonal polynomials, by the recurrence of each family."""
