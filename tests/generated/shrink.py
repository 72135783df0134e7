"""Reduces a case that fails to the smallest script and world that fail in the same way."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from tests.generated.differential import Outcome, examine
from tests.generated.scripts import Script
from tests.generated.vendors import World

Edit = Callable[[], None]
_HASTY = 2.0


def likeness(outcome: Outcome) -> str:
    """What stays the same while a case shrinks: the verdict and the kind of difference, without numbers and values."""
    if outcome.verdict == "gap" and not outcome.detail:
        return f"gap {outcome.gaps[0].message if outcome.gaps else ''}"
    kind = re.match(
        r"(?:beside its gaps: )?(request \d+: \w+|\d+ requests|the script ended|no \w+"
        r"|the \w+( \w+)? (takes too long|crashed: \w+))",
        outcome.detail,
    )
    return f"{outcome.verdict} {re.sub(r'[0-9]+', 'n', kind[1] if kind else outcome.detail[:40])}"


def shrink(
    script: Script, world: World, outcome: Outcome, attempts: int = 2000
) -> tuple[Script, World, Outcome]:
    """The smallest case that was found within so many attempts, and its outcome."""
    wanted = likeness(outcome)
    last = outcome

    def fails(candidate: Script, candidate_world: World) -> bool:
        nonlocal attempts, last
        attempts -= 1
        if attempts < 0:
            return False
        try:
            found = examine(candidate, (candidate_world,), _HASTY)[0]
        except SyntaxError:
            return False
        if found.verdict != outcome.verdict or likeness(found) != wanted or found.ended != outcome.ended:
            return False
        last = found
        return True

    changed = True
    while changed and attempts > 0:
        smaller = _smaller_script(script, partial(fails, candidate_world=world))
        smaller_world = _smaller_world(world, partial(fails, smaller))
        changed = smaller != script or smaller_world != world
        script, world = smaller, smaller_world
    return script, world, last


def _smaller_script(script: Script, fails: Callable[[Script], bool]) -> Script:
    number = 0
    while True:
        tree = ast.parse(script.source)
        edits = list(_edits(tree))
        if number >= len(edits):
            return script
        edits[number]()
        source = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        candidate = replace(script, source=source)
        if len(source) < len(script.source) and fails(candidate):
            script = candidate
        else:
            number += 1


def _smaller_world(world: World, fails: Callable[[World], bool]) -> World:
    plain = World(world.records)
    if plain != world and fails(plain):
        world = plain
    number = len(world.records) - 1
    while number >= 0:
        candidate = replace(world, records=world.records[:number] + world.records[number + 1 :])
        if fails(candidate):
            world = candidate
        number -= 1
    for number in range(len(world.records)):
        for name in list(world.records[number]):
            record = {key: value for key, value in world.records[number].items() if key != name}
            candidate = replace(
                world, records=(*world.records[:number], record, *world.records[number + 1 :])
            )
            if fails(candidate):
                world = candidate
    return world


def _edits(tree: ast.Module) -> Iterator[Edit]:
    """Every single reduction of the tree, as a function that makes it: statements first, then expressions."""
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield from _statement_edits(value, isinstance(node, ast.Module))
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
        otherwise = getattr(statement, "orelse", None)
        if otherwise:
            yield otherwise.clear


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
