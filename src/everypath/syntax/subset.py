"""What may not be written: a table from syntax to the reason it is not supported, and a way out.

It is looked through before a function is lowered, so that all refusals come at once. Lowering asks it again for every piece of
syntax that it has no handler for: what neither knows is refused all the same.
"""

from __future__ import annotations

import ast

from .read import Definition

REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.AsyncFunctionDef: ("async functions are not supported", "make it an ordinary function"),
    ast.AsyncFor: ("`async for` is not supported", "use an ordinary loop"),
    ast.AsyncWith: ("`async with` is not supported", "do it outside the function"),
    ast.Await: ("`await` is not supported", "await outside and pass the value in"),
    ast.ClassDef: ("a class cannot be defined inside the function", "define it at the module's top level, as a dataclass"),
    ast.Global: ("rebinding a global is not supported", "pass the value in and return the new one"),
    ast.TryStar: ("`except*` is not supported", "use `except`"),
}


def refusal(node: ast.AST) -> tuple[str, str]:
    """Why `node`, which nobody can lower, is not supported, and a way out."""
    return REFUSED.get(type(node), (f"`{type(node).__name__}` is not supported", "write it in another way"))


def refusals(definition: Definition) -> list[tuple[ast.AST, str, str]]:
    """Every place in the function that is outside the language: (node, reason, way out)."""
    found: list[tuple[ast.AST, str, str]] = []
    for statement in definition.body:
        collect(statement, found)
    return found


def collect(node: ast.AST, found: list[tuple[ast.AST, str, str]]) -> None:
    """Append the refusals in `node`, in the order of the text; what stands inside a refused statement is not looked at."""
    entry = REFUSED.get(type(node))
    if entry is not None:
        found.append((node, *entry))
        return
    for child in ast.iter_child_nodes(node):
        collect(child, found)
