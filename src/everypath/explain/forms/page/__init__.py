"""An explanation as a page: the program beside its graph, steps forwards and backwards, the sum, sliders; nothing to load.

sections    the parts of the page, readable without any script
sums        a derivative as the sum over its paths
live        what the script is told: nodes, edges, and formulas to evaluate where an input moves
page        the parts put together: a page of its own, or the output of a notebook's cell
"""
