"""Puts the main part of a script into a class whose attributes hold its state."""

from __future__ import annotations

import ast

from tests.generated.layout import Lines


class _ToAttributes(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names:
            return node
        return ast.Attribute(ast.Name("self", ast.Load()), node.id, node.ctx)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt | None:
        names = [name for name in node.names if name not in self.names]
        return ast.Nonlocal(names) if names else ast.Pass()


def as_class(name: str, starts: dict[str, str], lines: Lines) -> Lines:
    """A class whose `run` does what the lines do; the variables of `starts` become attributes."""
    tree = _ToAttributes(set(starts)).visit(ast.parse("\n".join(lines)))
    body = ast.unparse(ast.fix_missing_locations(tree)).split("\n")
    return [
        f"class {name}:",
        "    def __init__(self):",
        *([f"        self.{variable} = {value}" for variable, value in starts.items()] or ["        pass"]),
        "",
        "    def run(self):",
        *(f"        {line}" if line else "" for line in body),
    ]
