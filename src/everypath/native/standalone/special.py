"""The cheap functions of SciPy by their formulas, for programs that do not have SciPy: the same to a few units in the last place.

    expit x = 1 / (1 + e⁻ˣ)          log_expit x = log expit x        logit p = log(p / (1 − p))
    xlogy x y = x log y              xlog1py x y = x log(1 + y)       entr x = −x log x
    rel_entr x y = x log(x / y)      kl_div x y = rel_entr − x + y    ndtr x = erfc(−x / √2) / 2

with 0 where x is 0 before a logarithm, and what SciPy has outside their domains.
"""

from __future__ import annotations

import re

from ..assembly import literal

COMMON = """
declare double @exp(double)
declare double @log(double)
declare double @log1p(double)
declare double @erfc(double)
"""

TIMES_LOGARITHM = """(double %x, double %y, i32 %k) {
  %l = call double @LOG(double %y)
  %product = fmul double %x, %l
  %zero = fcmp oeq double %x, 0.0
  %known = fcmp ord double %y, %y
  %none = and i1 %zero, %known
  %r = select i1 %none, double 0.0, double %product
  ret double %r
}"""

FUNCTIONS = {
    "expit": """(double %x, i32 %k) {
  %minus = fneg double %x
  %e = call double @exp(double %minus)
  %below = fadd double %e, 1.0
  %y = fdiv double 1.0, %below
  ret double %y
}""",
    "log_expit": """(double %x, i32 %k) {
  %negative = fcmp olt double %x, 0.0
  %minus = fneg double %x
  %small = select i1 %negative, double %x, double %minus
  %e = call double @exp(double %small)
  %l = call double @log1p(double %e)
  %first = select i1 %negative, double %x, double 0.0
  %y = fsub double %first, %l
  ret double %y
}""",
    "logit": """(double %p, i32 %k) {
  %low = fcmp olt double %p, 0.3
  %high = fcmp ogt double %p, 0x3FE4CCCCCCCCCCCD
  %far = or i1 %low, %high
  br i1 %far, label %out, label %near
near:
  %d = fsub double %p, 0.5
  %s = fmul double %d, 2.0
  %minus = fneg double %s
  %a = call double @log1p(double %s)
  %b = call double @log1p(double %minus)
  %inner = fsub double %a, %b
  ret double %inner
out:
  %rest = fsub double 1.0, %p
  %odds = fdiv double %p, %rest
  %y = call double @log(double %odds)
  ret double %y
}""",
    "xlogy": TIMES_LOGARITHM.replace("LOG", "log"),
    "xlog1py": TIMES_LOGARITHM.replace("LOG", "log1p"),
    "entr": """(double %x, i32 %k) {
  %l = call double @log(double %x)
  %p = fmul double %x, %l
  %minus = fneg double %p
  %zero = fcmp oeq double %x, 0.0
  %negative = fcmp olt double %x, 0.0
  %a = select i1 %zero, double 0.0, double %minus
  %y = select i1 %negative, double 0xFFF0000000000000, double %a
  ret double %y
}""",
    "rel_entr": """(double %x, double %y, i32 %k) {
  %ratio = fdiv double %x, %y
  %l = call double @log(double %ratio)
  %p = fmul double %x, %l
  %both = call double @entropy.case(double %x, double %y, double %p, double 0.0)
  ret double %both
}""",
    "kl_div": """(double %x, double %y, i32 %k) {
  %ratio = fdiv double %x, %y
  %l = call double @log(double %ratio)
  %p = fmul double %x, %l
  %less = fsub double %p, %x
  %more = fadd double %less, %y
  %both = call double @entropy.case(double %x, double %y, double %more, double %y)
  ret double %both
}""",
    "ndtr": """(double %x, i32 %k) {
  %t = fmul double %x, 0xBFE6A09E667F3BCD
  %c = call double @erfc(double %t)
  %y = fmul double %c, 0.5
  ret double %y
}""",
}

CASES = """
; Of two entropies: `inside` where both are positive, `edge` where x is 0, else infinite; NaN where one is.
define internal double @entropy.case(double %x, double %y, double %inside, double %edge) alwaysinline {
  %x.positive = fcmp ogt double %x, 0.0
  %y.positive = fcmp ogt double %y, 0.0
  %both = and i1 %x.positive, %y.positive
  %x.zero = fcmp oeq double %x, 0.0
  %y.there = fcmp oge double %y, 0.0
  %at.edge = and i1 %x.zero, %y.there
  %unknown = fcmp uno double %x, %y
  %sum = fadd double %x, %y
  %a = select i1 %at.edge, double %edge, double 0x7FF0000000000000
  %b = select i1 %both, double %inside, double %a
  %r = select i1 %unknown, double %sum, double %b
  ret double %r
}
"""


def text() -> str:
    """All of them, by the names that SciPy's go by here."""
    defined = (f"define double @ep_{name}{body}" for name, body in FUNCTIONS.items())
    whole = "\n".join([COMMON, CASES, *defined])
    return re.sub(r"(?<= )-?\d+\.\d+\b", lambda match: literal(float(match[0]), "f64"), whole)
