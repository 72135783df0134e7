"""Loops of the model: variables that nothing uses are dropped, paging recurrences get their name."""

from __future__ import annotations

from collections.abc import Iterator

from extractors.lifting.rewriting import Block
from migrate.model import (
    AnyStep,
    Call,
    Constant,
    Expression,
    Loop,
    LoopExit,
    LoopValue,
    LoopVariable,
    Paging,
    Read,
    Reference,
    Route,
    Split,
    expressions_of,
    walk,
    walk_steps,
)

Cell = tuple[str, str]


def without_unused_variables(block: Block) -> Block:
    """The block without the loop variables whose value reaches no request, no condition and no used variable."""
    live = _live(block)
    return tuple(_pruned(step, "", live) for step in block)


def _live(block: Block) -> set[Cell]:
    uses: dict[Cell, set[Cell]] = {}
    live: set[Cell] = set()
    for step, loop in _with_loops(block, ""):
        defined: list[tuple[Cell, tuple[Expression, ...]]] = []
        match step:
            case Loop(id=own, variables=variables) | Split(id=own, variables=variables):
                defined = [((own, v.name), (v.initial, v.next)) for v in variables]
                kept = [step.over] if isinstance(step, Split) else [step.condition] if step.condition else []
            case LoopExit(updates=updates):
                defined = [((loop, u.name), (u.value,)) for u in updates]
                kept = []
            case _:
                kept = list(expressions_of(step))
        for expression in kept:
            live |= set(_cells(expression))
        for cell, expressions in defined:
            uses.setdefault(cell, set()).update(c for e in expressions for c in _cells(e))
    open_cells = list(live)
    while open_cells:
        for cell in uses.get(open_cells.pop(), ()):
            if cell not in live:
                live.add(cell)
                open_cells.append(cell)
    return live


def _with_loops(block: Block, loop: str) -> Iterator[tuple[AnyStep, str]]:
    """All steps, each with the id of the innermost loop around it."""
    for step in block:
        yield step, loop
        match step:
            case Loop(id=own, steps=steps) | Split(id=own, steps=steps):
                yield from _with_loops(steps, own)
            case Route(branches=branches, otherwise=otherwise):
                for inner in (*(branch.steps for branch in branches), otherwise):
                    yield from _with_loops(inner, loop)


def _cells(expression: Expression) -> Iterator[Cell]:
    for part in walk(expression):
        if isinstance(part, LoopValue):
            yield part.loop, part.name


def _pruned(step: AnyStep, loop: str, live: set[Cell]) -> AnyStep:
    match step:
        case Loop(id=own, variables=variables, steps=steps) | Split(id=own, variables=variables, steps=steps):
            kept = tuple(v for v in variables if (own, v.name) in live)
            inner = tuple(_pruned(one, own, live) for one in steps)
            return step.model_copy(update={"variables": kept, "steps": inner})
        case LoopExit(updates=updates):
            return step.model_copy(update={"updates": tuple(u for u in updates if (loop, u.name) in live)})
        case Route(branches=branches, otherwise=otherwise):
            ways = tuple(
                b.model_copy(update={"steps": tuple(_pruned(one, loop, live) for one in b.steps)})
                for b in branches
            )
            rest = tuple(_pruned(one, loop, live) for one in otherwise)
            return step.model_copy(update={"branches": ways, "otherwise": rest})
        case _:
            return step


def with_paging(block: Block) -> Block:
    """The block with the paging recurrences of its loops named."""
    made: list[AnyStep] = []
    for step in block:
        match step:
            case Loop(steps=steps):
                made.append(step.model_copy(update={"steps": with_paging(steps), "paging": _paging(step)}))
            case Split(steps=steps):
                made.append(step.model_copy(update={"steps": with_paging(steps)}))
            case Route(branches=branches, otherwise=otherwise):
                ways = tuple(b.model_copy(update={"steps": with_paging(b.steps)}) for b in branches)
                made.append(step.model_copy(update={"branches": ways, "otherwise": with_paging(otherwise)}))
            case _:
                made.append(step)
    return tuple(made)


def _paging(loop: Loop) -> Paging | None:
    variables = {v.name: v for v in loop.variables}
    for step in walk_steps(loop.steps):
        if not isinstance(step, Read):
            continue
        for parameter in step.operation.parameters:
            used = {name for own, name in _cells(parameter.value) if own == loop.id} & set(variables)
            if len(used) != 1:
                continue
            found = _recurrence(loop.id, variables[used.pop()], step.id)
            if found is not None:
                kind, source = found
                if parameter.location == "path":
                    kind = "link" if kind == "cursor" and not step.operation.path else kind
                return Paging.model_validate(
                    {"kind": kind, "read": step.id, "parameter": parameter.name, "source": source}
                )
    return None


def _recurrence(loop: str, variable: LoopVariable, read: str) -> tuple[str, tuple[str, ...]] | None:
    own = LoopValue(loop=loop, name=variable.name)
    match variable.next:
        case Call(function="python.add", arguments=(first, second)) if own in (first, second):
            step = second if first == own else first
            return ("page" if step == Constant(value=1) else "offset"), ()
    path: list[str] = []
    inner = variable.next
    while True:
        match inner:
            case Call(
                function="python.member" | "python.get",
                arguments=(container, Constant(value=str() as key), *_),
            ):
                path.insert(0, key)
                inner = container
            case Reference(step=step_id, part="body") if step_id == read:
                return "cursor", tuple(path)
            case _:
                return None
