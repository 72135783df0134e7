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
    """The block without the loop variables whose value reaches no request, no condition and no used variable.

    An exit gives values only to variables that are read behind their loop.
    """
    behind = frozenset(_read_behind(block, frozenset()))
    block = tuple(_left_with(step, "", behind) for step in block)
    live = _live(block)
    return _without_doubles(tuple(_pruned(step, "", live) for step in block))


def _read_behind(block: Block, around: frozenset[str]) -> Iterator[Cell]:
    """The loop variables that are read where their loop, none of those `around`, is over."""
    for step in block:
        inside = around | {step.id} if isinstance(step, (Loop, Split)) else around
        before = [one.initial for one in step.variables] if isinstance(step, (Loop, Split)) else []
        for expression, loops in ((one, around if one in before else inside) for one in expressions_of(step)):
            yield from (cell for cell in _cells(expression) if cell[0] not in loops)
        for inner in blocks(step):
            yield from _read_behind(inner, inside)


def _left_with(step: AnyStep, loop: str, behind: frozenset[Cell]) -> AnyStep:
    if isinstance(step, LoopExit):
        return step.model_copy(update={"updates": tuple(u for u in step.updates if (loop, u.name) in behind)})
    loop = step.id if isinstance(step, (Loop, Split)) else loop
    return map_blocks(step, lambda inner: tuple(_left_with(one, loop, behind) for one in inner))


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


def definitions(block: Block) -> Iterator[tuple[Cell, tuple[Expression, ...]]]:
    """What each loop variable gets: its initial and next value, then what exits of its loop give it."""
    for step, loop in _with_loops(block, ""):
        match step:
            case Loop(id=own, variables=variables) | Split(id=own, variables=variables):
                yield from (((own, v.name), (v.initial, v.next)) for v in variables)
            case LoopExit(updates=updates):
                yield from (((loop, u.name), (u.value,)) for u in updates)


def _live(block: Block) -> set[Cell]:
    uses: dict[Cell, set[Cell]] = {}
    live: set[Cell] = set()
    for step in walk_steps(block):
        match step:
            case Loop(condition=condition):
                kept = [condition] if condition else []
            case Split(over=over):
                kept = [over]
            case LoopExit():
                kept = []
            case _:
                kept = list(expressions_of(step))
        for expression in kept:
            live |= set(_cells(expression))
    for cell, expressions in definitions(block):
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
