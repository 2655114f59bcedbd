"""Text for terminals that cannot show all of it: every sign that everypath uses has marks of ASCII that say the same.

    z = 2.244 ┤ ∂x/∂t = 2·t²        z = 2.244 + dx/dt = 2*t^2

Where the marks are wider, the next run of spaces or lines is shorter, so that columns stay.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from typing import Any

RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵏᵀ", "0123456789-+kT"))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₋₊", "0123456789-+"))
SIGNS = dict(zip("─│╭╮╰╯┤├┬┴┼▶∂·−×⟨⟩⌊⌋", "-|+++++++++>d*-x<>[]")) | {
    "→": "->",
    "✓": "ok",
    "✗": "no",
    "±": "+-",
    "√": "sqrt ",
    "∛": "cbrt ",
    "∞": "inf",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "‖": "||",
    "…": "...",
    "Σ": "sum ",
    "Π": "prod ",
    "Γ": "gamma",
    "ψ": "psi",
    "⊔": "max",
    "⊕": "xor",
}
TOKENS = re.compile(f"[{''.join(RAISED)}]+|[{''.join(LOWERED)}]+|(?P<room>  +|──+)|.", re.DOTALL)


def shown(text: str) -> str:
    """`text` itself where standard output can show it, else in ASCII."""
    return text if can_show(text, sys.stdout) else in_ascii(text)


def can_show(text: str, stream: Any) -> bool:
    """Whether a stream can show `text`."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def in_ascii(text: str) -> str:
    """The same in ASCII, columns kept where there is room; signs that are not everypath's own are escaped."""
    return "\n".join(line if line.isascii() else line_in_ascii(line) for line in text.split("\n"))


def line_in_ascii(line: str) -> str:
    """One line; `late` is by how much columns have moved to the right."""
    out, late = [], 0
    for token in TOKENS.finditer(line):
        text = marks(token[0])
        if token["room"]:
            text = text[min(late, len(text) - 1) :]
        out.append(text)
        late += len(text) - len(token[0])
    return "".join(out)


def marks(token: str) -> str:
    """A sign, a power or an index in ASCII."""
    if token[0] in RAISED:
        return "^" + "".join(RAISED[c] for c in token)
    if token[0] in LOWERED:
        return "_" + "".join(LOWERED[c] for c in token)
    return "".join(SIGNS.get(c) or c.encode("ascii", "backslashreplace").decode() for c in token)


def replaced(error: UnicodeError) -> tuple[str, int]:
    """What a stream writes for signs that it cannot show."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end


def prepare(*streams: Any) -> None:
    """Make streams write what they cannot show in ASCII."""
    codecs.register_error("everypath.terminal", replaced)
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="everypath.terminal")


COLOURS = {"red": 31, "green": 32, "yellow": 33}


def coloured(text: str, colour: str) -> str:
    """`text` in a colour, where standard output is a terminal and nobody asked for none (NO_COLOR)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"
