"""NPBench's kernels as they stand, and their gradients.

NPBench (Ziogas et al., "NPBench: A Benchmarking Suite for High-Performance NumPy", ICS 2021; github.com/spcl/npbench) is 52 programs
that were written for NumPy, with the sizes of their data. It is not part of this repository:

    git clone https://github.com/spcl/npbench
    python -m benchmarks.npbench npbench                            all kernels, size S
    python -m benchmarks.npbench npbench --size M --only lu,trmm

For each kernel: the compiled function against NumPy, its gradient against its own value, and both against the kernel in JAX that
NPBench brings, where JAX is installed and can take its gradient. A kernel that changes its arguments is run on copies; what is
derived is the sum of all floats that it gives or changes.
"""
