"""`scipy.sparse`: matrices of which only what is not zero is kept; made outside or inside, times vectors and matrices, and solved for."""
