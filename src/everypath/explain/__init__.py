"""Why a derivative is what it is: the graph of one run, the local derivative on every edge, each path's product, their sum.

    run         the program runs in the interpreter and leaves a tape: elements, partials between them, decisions, ends
    paths       the graph at a level (`levels`), one backward sweep for each question, and the largest paths; `naming` the user's names
    formulas    values and partials as formulas, called by the user's names; Unicode, MathML
    facts       what is found out; `answers` a derivative and its checks, `reasons` why, `views` what of the graph is shown, `folding`
                what is shown as one, `curves` what happens along the turns of a loop, `excerpts` one turn alone
    forms       the facts as text, page, drawing, JSON; `explanation` is the answer, and has all of them

Reads ir, ops, analysis and differentiate, never native: compiled results are handed in to be compared.
"""
