"""What the steps ask for of each other, so that a flow keeps no more, and which conditions need no check."""

from __future__ import annotations

from collections.abc import Iterator, Set

from migrate.model import (
    Block,
    Call,
    Choice,
    Constant,
    Expression,
    Fail,
    Loop,
    LoopExit,
    LoopValue,
    Milestone,
    Reference,
    Split,
    blocks,
    expressions_of,
    walk,
    walk_steps,
)
from migrate.model.functions import FUNCTIONS

BOOLEAN = frozenset(name for name, function in FUNCTIONS.items() if function.result == "boolean")
"""Functions whose value is a boolean, so that a condition needs no check."""

Cell = tuple[str, str]
"""A loop variable: the id of its loop and its name."""


def asked_of(steps: Block) -> dict[str, tuple[str, ...]]:
    """The parts of each step's results that some step asks for, in a fixed order; no entry where none does.

    To raise the error of a try once more asks for its `error`, to note how far it came for `reached`.
    """
    found: dict[str, set[str]] = {}
    for step in walk_steps(steps):
        match step:
            case Fail(again=str() as again):
                found.setdefault(again, set()).add("error")
            case Milestone(attempt=attempt):
                found.setdefault(attempt, set()).add("reached")
        for expression in expressions_of(step):
            for part in walk(expression):
                if isinstance(part, Reference):
                    found.setdefault(part.step, set()).add(part.part)
    return {step_id: tuple(sorted(parts)) for step_id, parts in found.items()}


def boolean_variables(steps: Block) -> frozenset[Cell]:
    """The loop variables that are always true or false, as all is that they are ever set to."""
    set_to = list(_set_to(steps, ""))
    found = frozenset(cell for cell, _ in set_to)
    while others := {cell for cell, value in set_to if cell in found and not is_boolean(value, found)}:
        found -= others
    return found


def _set_to(steps: Block, loop: str) -> Iterator[tuple[Cell, Expression]]:
    """Each value that a loop variable gets, `loop` being the id of the innermost loop around the steps."""
    for step in steps:
        inside = loop
        match step:
            case Loop(id=own, variables=variables) | Split(id=own, variables=variables):
                inside = own
                for variable in variables:
                    yield (own, variable.name), variable.initial
                    yield (own, variable.name), variable.next
            case LoopExit(updates=updates):
                for update in updates:
                    yield (loop, update.name), update.value
        for block in blocks(step):
            yield from _set_to(block, inside)


def is_boolean(expression: Expression, variables: Set[Cell] = frozenset()) -> bool:
    """Whether the value is true or false without a check; `variables` are loop variables that are."""
    match expression:
        case Constant(value=value):
            return isinstance(value, bool)
        case Call(function=function):
            return function in BOOLEAN
        case Reference(part=part):
            return part in ("failed", "exists")
        case LoopValue(loop=loop, name=name):
            return (loop, name) in variables
        case Choice(then=then, otherwise=otherwise):
            return is_boolean(then, variables) and is_boolean(otherwise, variables)
        case _:
            return False
