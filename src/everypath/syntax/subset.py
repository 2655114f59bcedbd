"""What may not be written: a table from syntax to the reason it is not supported, and a way out.

Lowering asks it for every piece of syntax that it reaches and has no handler for: what neither knows is refused all the same. What
is not reached is not looked at, so a statement of this table costs nothing where it does not run.
"""

from __future__ import annotations

import ast

REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.AsyncFunctionDef: ("async functions are not supported", "make it an ordinary function"),
    ast.AsyncFor: ("`async for` is not supported", "use an ordinary loop"),
    ast.AsyncWith: ("`async with` is not supported", "do it outside the function"),
    ast.Await: ("`await` is not supported", "await outside and pass the value in"),
    ast.TryStar: ("`except*` is not supported", "use `except`"),
}


def refusal(node: ast.AST) -> tuple[str, str]:
    """Why `node`, which nobody can lower, is not supported, and a way out."""
    return REFUSED.get(type(node), (f"`{type(node).__name__}` is not supported", "write it in another way"))
