"""Single reductions of a script's tree: a statement, branch, item, argument, handler or operand less."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Edit = Callable[[], None]


def blocks(tree: ast.Module) -> list[list[ast.stmt]]:
    """The lists of statements of the tree, from the outside in; the first is that of the module."""
    found: list[list[ast.stmt]] = []
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                found.append(value)
    return found


def edits(tree: ast.Module) -> Iterator[Edit]:
    """Every single reduction of the tree, as a function that makes it: statements first, then expressions."""
    for number, body in enumerate(blocks(tree)):
        yield from _statement_edits(body, number == 0)
    for node in ast.walk(tree):
        yield from _item_edits(node)
        yield from _operand_edits(node)


def _statement_edits(body: list[ast.stmt], of_module: bool) -> Iterator[Edit]:
    for number, statement in enumerate(body):
        rest: list[ast.stmt] = [] if of_module or len(body) > 1 else [ast.Pass()]
        yield lambda number=number, rest=rest: _splice(body, number, rest)  # type: ignore[misc]  # bound at once
        inner = getattr(statement, "body", None)
        if isinstance(inner, list) and not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            yield lambda number=number, inner=inner: _splice(body, number, inner)  # type: ignore[misc]  # bound at once
        for part in ("orelse", "finalbody"):
            if getattr(statement, part, None):
                yield getattr(statement, part).clear
        if isinstance(statement, ast.Try) and len(statement.handlers) + bool(statement.finalbody) > 1:
            for handler in statement.handlers:
                yield lambda statement=statement, handler=handler: statement.handlers.remove(handler)  # type: ignore[misc]  # bound at once


def _splice(body: list[ast.stmt], number: int, replacement: list[ast.stmt]) -> None:
    body[number : number + 1] = replacement


def _item_edits(node: ast.AST) -> Iterator[Edit]:
    """One item of a display, argument or operand less."""
    match node:
        case ast.Dict(keys=keys, values=values):
            for number in range(len(keys)):
                yield lambda number=number: (keys.pop(number), values.pop(number), None)[-1]  # type: ignore[misc]  # bound at once
        case ast.Call(args=args, keywords=keywords):
            for number in range(len(keywords)):
                yield lambda number=number: (keywords.pop(number), None)[-1]  # type: ignore[misc]  # bound at once
            for number in range(len(args)):
                yield lambda number=number: (args.pop(number), None)[-1]  # type: ignore[misc]  # bound at once
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.JoinedStr(values=items):
            for number in range(len(items)):
                yield lambda number=number: (items.pop(number), None)[-1]  # type: ignore[misc]  # bound at once


def _operand_edits(node: ast.AST) -> Iterator[Edit]:
    """An expression gives way to one of its operands."""
    for name, value in ast.iter_fields(node):
        places = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, expression in places:
            if isinstance(expression, ast.expr):
                for operand in _operands(expression):
                    yield lambda n=name, p=place, o=operand: _put(node, n, p, o)  # type: ignore[misc]  # bound at once


def _operands(expression: ast.expr) -> list[ast.expr]:
    match expression:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.BoolOp(values=values):
            return list(values)
        case ast.IfExp(body=body, orelse=otherwise):
            return [body, otherwise]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.Call(func=ast.Attribute(value=value), args=args):
            return [value, *args]
        case ast.Call(args=args):
            return list(args)
        case ast.Subscript(value=value):
            return [value]
        case ast.Compare(left=left):
            return [left]
        case _:
            return []


def _put(node: ast.AST, name: str, place: int | None, operand: ast.expr) -> None:
    if place is None:
        setattr(node, name, operand)
    else:
        getattr(node, name)[place] = operand
