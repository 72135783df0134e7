"""Loops that are kept: their state is never folded to that of one pass.

To find what a loop carries, its body is evaluated until nothing new turns out to change from one pass to the next:
what changes becomes a loop variable, and the body is evaluated again with that in place of the first value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extractors.evaluator.attempts import Attempts
from extractors.evaluator.context import (
    MAX_LOOP_ROUNDS,
    FarExit,
    PathEnds,
    Target,
    conjunction,
)
from extractors.evaluator.residual import Carried, LeaveLoop, Region, Repetition
from extractors.evaluator.state import Cell, NotData, State, merge, negation
from extractors.evaluator.types import type_of
from extractors.evaluator.values import (
    DataObject,
    Frame,
    Instance,
    MapObject,
    Pointer,
    Ruined,
    Symbolic,
    Unknown,
    Value,
)
from extractors.ir import Block, Expr
from migrate.model import Constant, Expression, LoopValue, Reference, SourceSpan, Unmapped
from migrate.model.operands import common_type


@dataclass(frozen=True)
class _Mark:
    """Where the context stood before a round, so that the round can be undone."""

    counter: int
    diagnostics: int
    exits: int
    points: tuple[int, ...]


@dataclass
class _Round:
    """What one evaluation of a loop's body found."""

    region: Region
    target: Target
    head: State
    end: State | None
    condition: Expression | None


class Repetitions(Attempts):
    """The part of the evaluator that evaluates loops whose items are known at run time only."""

    def _repeat(
        self,
        span: SourceSpan,
        over: Expression | None,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        test: Expr | None,
        otherwise: Block,
    ) -> None:
        loop = self.new_id("loop")
        base = self.state
        points = tuple(len(one) for one in self.failure_points)
        mark = _Mark(self.counter, len(self.diagnostics), len(self.soft_exits), points)
        if over is not None:
            self.tuples.over[loop] = over
        carried: dict[Cell, str] = {}
        opaque: set[Cell] = set()
        frozen: set[int] = set()
        untyped: dict[str, str | None] = {}
        for _ in range(MAX_LOOP_ROUNDS):
            found = self._round(
                loop, base, mark, carried, opaque, frozen, untyped, over, bind, body, test, span
            )
            if found.condition == Constant(value=False):
                self._undo(mark)
                self.state = base
                self.execute_block(otherwise)
                return
            if not self._learn(loop, base, found, carried, opaque, frozen, untyped):
                break
        else:
            self._undo(mark)
            self.state = base
            self.gap("HS104", f"what the loop carries did not settle in {MAX_LOOP_ROUNDS} rounds", span)
            for cell in (*carried, *opaque):
                self._make_unknown(self.state, cell, span)
            return
        self._finish(loop, base, found, carried, over, otherwise, span)

    def _undo(self, mark: _Mark) -> None:
        self.counter = mark.counter
        del self.diagnostics[mark.diagnostics :]
        del self.soft_exits[mark.exits :]
        for points, length in zip(self.failure_points, mark.points, strict=True):
            del points[length:]

    def _round(
        self,
        loop: str,
        base: State,
        mark: _Mark,
        carried: dict[Cell, str],
        opaque: set[Cell],
        frozen: set[int],
        untyped: dict[str, str | None],
        over: Expression | None,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        test: Expr | None,
        span: SourceSpan,
    ) -> _Round:
        """Evaluates the body once, from a state in which everything carried is a loop variable."""
        self._undo(mark)
        head = base.fork()
        head.frozen |= frozen
        for cell, name in carried.items():
            self._freeze(head, base, cell)
            initial = _contents(base, cell)
            kind = None if initial is None else type_of(initial, self.loop_types)
            kind = untyped.get(name, kind)
            if kind is not None:
                self.loop_types[loop, name] = kind
            else:
                self.loop_types.pop((loop, name), None)
            self._put(head, cell, LoopValue(loop=loop, name=name))
        for cell in opaque:
            self._make_unknown(head, cell, span)
        target = Target("loop", residual=True, depth=len(self.conditions))
        outer, self.region = self.region, Region()
        self.state = head.fork()
        self.targets.append(target)
        end: State | None = None
        condition: Expression | None = None
        try:
            try:
                if test is not None:
                    condition = self._head_test(test, target, span)
                if condition != Constant(value=False):
                    if over is not None:
                        bind(self.value_of(Reference(step=loop, part="item")))
                    body()
                    end = self.state
            except PathEnds:
                end = None
        finally:
            self.targets.pop()
            region, self.region = self.region, outer
        for conditions, state in reversed(target.continues):
            end = state if end is None else merge(conjunction(conditions), state, end)
        return _Round(region, target, head, end, condition)

    def _head_test(self, test: Expr, target: Target, span: SourceSpan) -> Expression | None:
        """The loop's condition; one that does more than compute is tested inside the body, by an exit."""
        before = self.state.fork()
        outer, self.region = self.region, Region()
        value = self.condition(test)
        region, self.region = self.region, outer
        if isinstance(value, Unknown):
            self.gap(value.code, f"a condition cannot be determined: {value.reason}", span)
            return None
        if region.only_evaluates() and not any(self.state.changed_cells(before)):
            return None if value == Constant(value=True) else value
        self.region.items.extend(region.items)
        if value != Constant(value=True):

            def leave() -> None:
                item = LeaveLoop(span)
                self.emit(item)
                target.breaks.append((self.state, item))
                raise PathEnds

            if value == Constant(value=False):
                leave()
            self.branch(value, lambda: None, leave, span)
        return None

    def _learn(
        self,
        loop: str,
        base: State,
        found: _Round,
        carried: dict[Cell, str],
        opaque: set[Cell],
        frozen: set[int],
        untyped: dict[str, str | None],
    ) -> bool:
        """Adds what the round shows to be carried; True if the body must be evaluated again."""
        ends = [state for state, _ in found.target.breaks] + [far.state for far in found.target.far]
        ends += [found.end] if found.end is not None else []
        changed = sorted(
            {cell for end in ends for cell in end.changed_cells(found.head) if cell[0] in base.heap}
        )
        held = {address for end in ends for address in end.frozen if address in base.heap}
        news = not held <= frozen
        frozen |= held
        for cell in changed:
            if cell in opaque:
                continue
            contents = [_contents(state, cell) for state in (base, *ends) if _holds(state, cell)]
            if any(one is None for one in contents):
                carried.pop(cell, None)
                opaque.add(cell)
                news = True
            elif cell not in carried:
                names = set(carried.values())
                stem = cell[1] or _name_of(base, cell[0])
                name, number = stem, 2
                while name in names:
                    name, number = f"{stem}{number}", number + 1
                carried[cell] = name
                news = True
        for cell, name in carried.items():
            if (loop, name) not in self.tuples.variables:
                held_now = (_contents(state, cell) for state in (base, *ends) if _holds(state, cell))
                if any(one is not None and self.tuples.inside(one) for one in held_now):
                    self.tuples.variables.add((loop, name))
                    news = True
            expected = self.loop_types.get((loop, name))
            if expected is None:
                continue
            for end in ends:
                after = _contents(end, cell)
                wider = common_type(expected, None if after is None else type_of(after, self.loop_types))
                if wider != expected:
                    untyped[name] = expected = wider
                    news = True
        return news

    def _finish(
        self,
        loop: str,
        base: State,
        found: _Round,
        carried: dict[Cell, str],
        over: Expression | None,
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        """Emits the loop and goes on after it, on each of the ways that lead out of it."""
        missing = Unmapped(code="HS103", reason="the name is not assigned before the loop", span=span)
        variables: list[Carried] = []
        for cell, name in carried.items():
            initial = _contents(base, cell) if _holds(base, cell) else missing
            value = LoopValue(loop=loop, name=name)
            following = (
                _contents(found.end, cell) if found.end is not None and _holds(found.end, cell) else value
            )
            variables.append(Carried(name, initial or missing, following or missing))
        exits = [(state, item) for state, item in found.target.breaks]
        exits += [(far.state, far.item) for far in found.target.far]
        for state, item in exits:
            updates = []
            for cell, name in carried.items():
                if _holds(state, cell) and (after := _contents(state, cell)) != LoopValue(
                    loop=loop, name=name
                ):
                    updates.append((name, after or missing))
            item.updates = tuple(updates)
        broken: LoopValue | None = None
        if otherwise and found.target.breaks:
            broken = self._extra_variable(loop, "broken", Constant(value=False), variables)
            for _, item in found.target.breaks:
                item.updates = (*item.updates, (broken.name, Constant(value=True)))
        ends_by_itself = over is not None or found.condition is not None or bool(found.target.breaks)
        flags = self._far_flags(loop, found.target.far, variables)
        self.emit(Repetition(loop, over, found.condition, found.region, tuple(variables), span))
        self.state = found.head.fork()
        for state in (*(state for state, _ in exits), *((found.end,) if found.end is not None else ())):
            for cell in carried:
                self._freeze(self.state, state, cell)
        for far in found.target.far:
            far.state.freeze(far.value)
            self.state.frozen |= far.state.frozen & set(self.state.heap)
        mark, depth = len(self.soft_exits), len(self.conditions)
        self._leave_far(flags, ends_by_itself, span)
        if otherwise:
            self._run_else(otherwise, broken, self.open_exits(mark, depth), span)

    def _run_else(
        self, otherwise: Block, broken: Expression | None, left: Expression | None, span: SourceSpan
    ) -> None:
        """The `else` of a loop, on the paths that neither broke it off nor left through it."""

        def ended_by_itself() -> None:
            if broken is None:
                self.execute_block(otherwise)
            else:
                self.branch(negation(broken), lambda: self.execute_block(otherwise), lambda: None, span)

        def gone() -> None:
            raise PathEnds

        if left is None:
            ended_by_itself()
        else:
            self.branch(negation(left), ended_by_itself, gone, span)

    def _extra_variable(self, loop: str, stem: str, initial: Constant, variables: list[Carried]) -> LoopValue:
        """A loop variable that the script does not have; passes leave it as it is."""
        names = {variable.name for variable in variables}
        name, number = stem, 1
        while name in names:
            number += 1
            name = f"{stem}_{number}"
        value = LoopValue(loop=loop, name=name)
        variables.append(Carried(name, initial, value))
        if initial.value is False:
            self.loop_types[loop, name] = "boolean"
        return value

    def _far_flags(
        self, loop: str, exits: list[FarExit], variables: list[Carried]
    ) -> list[tuple[Target, Expression, Value]]:
        """Loop variables that say after the loop by which far exit it was left, and with which value."""
        flags: list[tuple[Target, Expression, Value]] = []
        for number, far in enumerate(exits, start=1):
            flag = self._extra_variable(loop, f"left{number}", Constant(value=False), variables)
            far.item.updates = (*far.item.updates, (flag.name, Constant(value=True)))
            value = far.value
            try:
                data = far.state.data(far.value)
                if not isinstance(data, Constant):
                    result = self._extra_variable(loop, f"result{number}", Constant(value=None), variables)
                    far.item.updates = (*far.item.updates, (result.name, data))
                    value = Symbolic(result)
                    if self.tuples.inside(data):
                        self.tuples.variables.add((loop, result.name))
                else:
                    value = far.value
            except NotData:
                if isinstance(value, Pointer):
                    value = Unknown("HS103", "an object that is no data leaves the loop", None)
            flags.append((far.target, flag, value))
        return flags

    def _leave_far(
        self, flags: list[tuple[Target, Expression, Value]], ends_by_itself: bool, span: SourceSpan
    ) -> None:
        if not flags:
            if not ends_by_itself:
                raise PathEnds
            return
        (target, flag, value), *rest = flags

        def go() -> None:
            raise self.leave(target, value, span)

        if not rest and not ends_by_itself:
            go()
        self.branch(flag, go, lambda: self._leave_far(rest, ends_by_itself, span), span)

    # --- cells ---------------------------------------------------------------------------------------------------

    def _put(self, state: State, cell: Cell, value: LoopValue) -> None:
        """Lets a cell hold a loop variable."""
        if cell[1]:
            state.write(cell, Symbolic(value))
            return
        old = state.get(cell[0])
        is_map = isinstance(old, MapObject) or (isinstance(old, DataObject) and old.sort == "map")
        state.set(cell[0], DataObject(value, "map" if is_map else "list"))

    def _make_unknown(self, state: State, cell: Cell, span: SourceSpan) -> None:
        unknown = Unknown("HS103", "an object that changes from pass to pass of a loop", span)
        if cell[1]:
            state.write(cell, unknown)
        else:
            state.set(cell[0], Ruined(unknown))

    def _freeze(self, state: State, source: State, cell: Cell) -> None:
        """Marks in `state` the objects that a loop variable took a copy of in `source`."""
        value = source.read(cell)
        if value is None:
            return
        if cell[1]:
            source.freeze(value)
        else:
            source.freeze_contents(value)
        state.frozen |= source.frozen & set(state.heap)


def _name_of(state: State, address: int) -> str:
    """A speaking name for an object: that of the variable or attribute that holds it."""
    for found in state.heap.values():
        if isinstance(found, (Frame, Instance)):
            names = found.names if isinstance(found, Frame) else found.attributes
            for name, value in names.items():
                if value == Pointer(address):
                    return name
    return "collected"


def _holds(state: State, cell: Cell) -> bool:
    return state.read(cell) is not None


def _contents(state: State, cell: Cell) -> Expression | None:
    """What a cell holds, as an expression; None where that is no data."""
    value = state.read(cell)
    if value is None:
        return None
    try:
        return state.data(value)
    except NotData:
        return None
