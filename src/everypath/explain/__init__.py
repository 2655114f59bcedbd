"""Why a derivative is what it is: the graph of one run, the local derivative on every edge, each path's product, their sum.

    record      runs the program in the interpreter and leaves a `tape`; `moves` mirrors memory, `jacobians` gives partials
    graph       the nodes a reader knows: one for each statement; `links` hold partials between many elements
    paths       sweeps over the graph in several `semirings`, and the largest paths
    formulas    partials as formulas (`symbolic`, `notation`); `labels` and `places` know the user's names and lines
    views       what is shown; `explanation` the answer; `text`, `html`, `data` its forms

Reads ir, ops, analysis and differentiate, never native: compiled results are handed in to be compared.
"""
