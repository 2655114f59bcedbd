"""NPBench's kernels as they stand, and their gradients.

NPBench (Ziogas et al., "NPBench: A Benchmarking Suite for High-Performance NumPy", ICS 2021; github.com/spcl/npbench) is 52 programs
that were written for NumPy, with the sizes of their data. It is not part of this repository:

    git clone https://github.com/spcl/npbench
    python -m benchmarks.npbench npbench                            all kernels, size S
    python -m benchmarks.npbench npbench --size S,M --only lu,trmm --limit 120 --patience 0.3

For each kernel that has a float to derive, and one to derive it by: the compiled function against NumPy, its gradient against its
own value, and both against the faster of the kernel in JAX that NPBench brings and the one in `rewritten`, where JAX is installed
and can take its gradient; with geometric means. A kernel that changes its arguments is run on copies; what is derived is the sum of
all floats that it gives or changes.
"""
