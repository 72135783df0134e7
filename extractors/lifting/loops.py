"""Loops of the model: variables that nothing uses are dropped, paging recurrences get their name."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.model import (
    AnyStep,
    Block,
    Call,
    Check,
    Constant,
    Expression,
    HttpOperation,
    Loop,
    LoopExit,
    LoopValue,
    LoopVariable,
    Paging,
    Read,
    Reference,
    Split,
    always_evaluated,
    blocks,
    expressions_of,
    map_blocks,
    walk,
    walk_steps,
)

Cell = tuple[str, str]


def without_unused_variables(block: Block) -> Block:
    """The block without the loop variables whose value reaches no request, no condition and no used variable."""
    live = _live(block)
    return _without_doubles(tuple(_pruned(step, "", live) for step in block))


def _without_doubles(block: Block) -> Block:
    """The block without the checks of what the exit right behind them evaluates first."""
    made: list[AnyStep] = []
    for step in block:
        if isinstance(step, LoopExit) and made and isinstance(check := made[-1], Check):
            values = [u.value for u in step.updates if not isinstance(u.value, Constant)]
            if len(check.expressions) == 1 and values and check.expressions[0] in always_evaluated(values[0]):
                made.pop()
        made.append(map_blocks(step, _without_doubles))
    return tuple(made)


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
        inside = step.id if isinstance(step, (Loop, Split)) else loop
        for inner in blocks(step):
            yield from _with_loops(inner, inside)


def _cells(expression: Expression) -> Iterator[Cell]:
    for part in walk(expression):
        if isinstance(part, LoopValue):
            yield part.loop, part.name


def _pruned(step: AnyStep, loop: str, live: set[Cell]) -> AnyStep:
    if isinstance(step, LoopExit):
        return step.model_copy(update={"updates": tuple(u for u in step.updates if (loop, u.name) in live)})
    if isinstance(step, (Loop, Split)):
        loop = step.id
        kept = tuple(v for v in step.variables if (loop, v.name) in live)
        step = step.model_copy(update={"variables": kept})
    return map_blocks(step, lambda inner: tuple(_pruned(one, loop, live) for one in inner))


def with_paging(block: Block) -> Block:
    """The block with the paging recurrences of its loops named."""
    made: list[AnyStep] = []
    for step in block:
        inner = map_blocks(step, with_paging)
        made.append(inner.model_copy(update={"paging": _paging(inner)}) if isinstance(inner, Loop) else inner)
    return tuple(made)


def _paging(loop: Loop) -> Paging | None:
    variables = {v.name: v for v in loop.variables}
    for step in walk_steps(loop.steps):
        if not isinstance(step, Read) or not isinstance(step.operation, HttpOperation):
            continue
        for parameter in step.operation.parameters:
            used = {name for own, name in _cells(parameter.value) if own == loop.id} & set(variables)
            if len(used) != 1:
                continue
            found = _recurrence(loop, variables[used.pop()], step.id)
            if found is not None:
                kind, source = found
                if parameter.location == "path":
                    kind = "link" if kind == "cursor" and not step.operation.path else kind
                return Paging.model_validate(
                    {"kind": kind, "read": step.id, "parameter": parameter.name, "source": source}
                )
    return None


def _recurrence(loop: Loop, variable: LoopVariable, read: str) -> tuple[str, tuple[str, ...]] | None:
    own = LoopValue(loop=loop.id, name=variable.name)
    match variable.next:
        case Call(function="python.add", arguments=(first, second)) if own in (first, second):
            step = second if first == own else first
            return ("page" if step == Constant(value=1) else "offset"), ()
    if any(_is_link_header(part, read) for part in _made_of(variable.next, loop)):
        return "link", ("headers", "link")
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


def _made_of(expression: Expression, loop: Loop) -> Iterator[Expression]:
    """The parts of an expression, and of what the items and variables of loops within the loop come from."""
    inner = [step for step in walk_steps(loop.steps) if isinstance(step, (Loop, Split))]
    items = {Reference(step=one.id, part="item"): one.over for one in inner if isinstance(one, Split)}
    steps = {(one.id, variable.name): variable.next for one in inner for variable in one.variables}
    seen: set[Expression] = set()
    open_parts = [expression]
    while open_parts:
        for part in walk(open_parts.pop()):
            yield part
            match part:
                case Reference() if part in items and part not in seen:
                    open_parts.append(items[part])
                case LoopValue(loop=of, name=name) if (of, name) in steps and part not in seen:
                    open_parts.append(steps[of, name])
            seen.add(part)


def _is_link_header(part: Expression, read: str) -> bool:
    """True where a part reads the header `Link` of the answer (RFC 8288)."""
    match part:
        case Call(
            function="python.get" | "python.member",
            arguments=(Reference(step=step, part="headers"), Constant(value="link"), *_),
        ):
            return step == read
        case _:
            return False
