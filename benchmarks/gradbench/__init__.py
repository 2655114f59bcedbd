"""The twelve problems of GradBench (https://github.com/gradbench/gradbench), as one first writes them in NumPy, beside its other tools."""
