"""Loops that are kept: their state is never folded to that of one pass.

To find what a loop carries, its body is evaluated until nothing new turns out to change from one pass to the next:
what changes becomes a loop variable, and the body is evaluated again with that in place of the first value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from extractors.evaluator import item_changes
from extractors.evaluator.attempts import Attempts
from extractors.evaluator.context import (
    MAX_LOOP_ROUNDS,
    FarExit,
    PathEnds,
    Target,
    conjunction,
)
from extractors.evaluator.merging import merge
from extractors.evaluator.ownership import Sort, sort_of, sort_of_owned
from extractors.evaluator.paths import ANY_KEY, Keys, identities, items, path_of
from extractors.evaluator.places import refresh
from extractors.evaluator.residual import Carried, LeaveLoop, Region, Repetition
from extractors.evaluator.state import Cell, NotData, State, negation
from extractors.evaluator.types import type_of, unassigned
from extractors.evaluator.values import (
    DataObject,
    Frame,
    Instance,
    Place,
    Pointer,
    Ruined,
    Symbolic,
    Unknown,
    Value,
)
from extractors.ir import Block, Expr
from migrate.model import (
    Constant,
    Expression,
    LoopValue,
    Reference,
    SequenceExpression,
    SourceSpan,
    Unmapped,
)
from migrate.model.operands import common_type


@dataclass(frozen=True)
class _Mark:
    """Where the context stood before a round, so that the round can be undone."""

    counter: int
    diagnostics: int
    exits: int
    points: tuple[int, ...]


@dataclass
class Kept:
    """A loop that is kept, and what is known of it so far. What it goes through is `over`; `source`, as a value."""

    id: str
    span: SourceSpan
    over: Expression | None
    source: Value | None
    bind: Callable[[Value], None]
    body: Callable[[], None]
    test: Expr | None
    base: State
    mark: _Mark
    carried: dict[Cell, str] = field(default_factory=dict)
    """What changes from pass to pass, with the names of the loop variables."""
    owned: dict[Cell, Sort] = field(default_factory=dict)
    """The carried names that alone hold a list or map: it is an object of its own in each pass."""
    opaque: set[Cell] = field(default_factory=set)
    frozen: set[int] = field(default_factory=set)
    frozen_parts: set[Place] = field(default_factory=set)
    untyped: dict[str, str | None] = field(default_factory=dict)
    shared: set[Cell] = field(default_factory=set)
    """The carried names that do not."""
    """The parts of answers and items that the carried names hold."""
    items_change: bool = False
    rebuilt: Place | None = None
    """Where the list lies whose items the loop changes in place."""

    def leave_parts(self, address: int) -> None:
        """An object is carried as a whole from here on."""
        for cell in [cell for cell in self.carried if cell[0] == address]:
            del self.carried[cell]
            self.owned.pop(cell, None)

    def value(self, name: str) -> LoopValue:
        """A loop variable."""
        return LoopValue(loop=self.id, name=name)


@dataclass
class _Round:
    """What one evaluation of a loop's body found."""

    region: Region
    target: Target
    head: State
    end: State | None
    condition: Expression | None

    def ends(self) -> list[State]:
        """The states at all ways out of the pass."""
        exits = [state for state, _ in self.target.breaks] + [far.state for far in self.target.far]
        return exits + ([self.end] if self.end is not None else [])

    def exits(self) -> list[tuple[State, LeaveLoop]]:
        """The ways out of the loop."""
        return [*self.target.breaks, *((far.state, far.item) for far in self.target.far)]


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
        source: Value | None = None,
    ) -> None:
        loop = self.new_id("loop")
        points = tuple(len(one) for one in self.failure_points)
        mark = _Mark(self.counter, len(self.diagnostics), len(self.soft_exits), points)
        kept = Kept(loop, span, over, source, bind, body, test, self.state, mark)
        if over is not None:
            self.tuples.over[loop] = over
        for _ in range(MAX_LOOP_ROUNDS):
            found = self._round(kept)
            if found.condition == Constant(value=False):
                self._undo(mark)
                self.state = kept.base
                self.execute_block(otherwise)
                return
            if not self._learn(kept, found):
                break
        else:
            self._undo(mark)
            self.state = kept.base
            self.gap("HS104", f"what the loop carries did not settle in {MAX_LOOP_ROUNDS} rounds", span)
            for cell in (*kept.carried, *kept.opaque):
                self._make_unknown(self.state, cell, span)
            return
        self._finish(kept, found, otherwise)

    def _undo(self, mark: _Mark) -> None:
        self.counter = mark.counter
        del self.diagnostics[mark.diagnostics :]
        del self.soft_exits[mark.exits :]
        for points, length in zip(self.failure_points, mark.points, strict=True):
            del points[length:]

    def _round(self, kept: Kept) -> _Round:
        """Evaluates the body once, from a state in which everything carried is a loop variable."""
        self._undo(kept.mark)
        target = Target("loop", residual=True, depth=len(self.conditions))
        head = self._head(kept)
        outer, self.region = self.region, Region()
        self.state = head.fork()
        self.targets.append(target)
        self.open_loops.append(kept.id)
        if kept.over is not None:
            self.going_through.append((kept.id, kept.over))
        end: State | None = None
        condition: Expression | None = None
        try:
            try:
                if kept.test is not None:
                    condition = self._head_test(kept.test, target, kept.span)
                if condition != Constant(value=False):
                    if kept.over is not None:
                        kept.bind(self.value_of(Reference(step=kept.id, part="item")))
                    kept.body()
                    end = self.state
            except PathEnds:
                end = None
        finally:
            self.targets.pop()
            self.open_loops.pop()
            if kept.over is not None:
                self.going_through.pop()
            region, self.region = self.region, outer
        for conditions, state in reversed(target.continues):
            end = state if end is None else merge(conjunction(conditions), state, end)
        return _Round(region, target, head, end, condition)

    def _head(self, kept: Kept) -> State:
        """The state at the beginning of a pass."""
        head = kept.base.fork()
        head.frozen |= kept.frozen
        head.frozen_parts |= kept.frozen_parts
        for cell, name in kept.carried.items():
            if cell not in kept.owned:
                self._freeze(head, kept.base, cell)
            initial = _contents(kept.base, cell)
            kind = None if initial is None else type_of(initial, self.loop_types)
            kind = kept.untyped.get(name, kind)
            if kind is not None:
                self.loop_types[kept.id, name] = kind
            else:
                self.loop_types.pop((kept.id, name), None)
            if cell in kept.owned:
                head.write(cell, head.allocate(DataObject(kept.value(name), kept.owned[cell])))
            else:
                self._put(head, cell, kept.value(name))
        for cell in kept.opaque:
            self._make_unknown(head, cell, kept.span)
        return head

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

    def _learn(self, kept: Kept, found: _Round) -> bool:
        """Adds what the round shows to be carried; True if the body must be evaluated again."""
        ends = found.ends()
        if self._learn_objects(kept, ends):
            return True
        base = kept.base
        changed = sorted(
            {cell for end in ends for cell in end.changed_cells(found.head) if cell[0] in base.heap}
        )
        held = {address for end in ends for address in end.frozen if address in base.heap}
        parts = {part for end in ends for part in end.frozen_parts if part.address in base.heap}
        news = not (held <= kept.frozen and parts <= kept.frozen_parts)
        kept.frozen |= held
        kept.frozen_parts |= parts
        for cell in changed:
            if cell in kept.opaque:
                continue
            contents = [_contents(state, cell) for state in (base, *ends) if _holds(state, cell)]
            if any(one is None for one in contents):
                kept.carried.pop(cell, None)
                kept.owned.pop(cell, None)
                kept.opaque.add(cell)
                news = True
            elif cell[1] and (cell[0], "") in kept.carried:
                continue  # it is carried as a part of its object
            elif cell not in kept.carried:
                if not cell[1]:
                    kept.leave_parts(cell[0])
                name = _free_name(cell[1] or _name_of(base, cell[0]), kept.carried.values())
                kept.carried[cell] = name
                if not _holds(base, cell):
                    self.loop_types[unassigned(kept.id, name)] = "missing"
                news = True
        news = self._learn_contents(kept, ends) or news
        return self._learn_owned(kept, ends) or self._learn_types(kept, ends) or news

    def _learn_contents(self, kept: Kept, ends: list[State]) -> bool:
        """What the carried names hold; True if it is more than what the round was evaluated by."""
        news = False
        for cell, name in kept.carried.items():
            found = (_contents(state, cell) for state in (kept.base, *ends) if _holds(state, cell))
            made = tuple(dict.fromkeys(one for one in found if one is not None))
            known = (kept.id, name) in self.asked
            news = news or (known and self.carried.get((kept.id, name)) != made)
            self.carried[kept.id, name] = made
        return news

    def _learn_objects(self, kept: Kept, ends: list[State]) -> bool:
        """Data from outside that the body changes becomes an object before the loop."""
        outside = {
            root: address
            for end in ends
            for root, address in end.roots.items()
            if root not in kept.base.roots and not _made_within(root, kept)
        }
        for root, address in outside.items():
            kept.base.adopt(root, address)
        if kept.over is not None and kept.id in self.changed_items and not kept.items_change:
            kept.items_change = True
            self._undo(kept.mark)
            kept.rebuilt = item_changes.forget_items(self, kept.base, kept.source, kept.over, kept.span)
            kept.mark = replace(kept.mark, diagnostics=len(self.diagnostics))
            return True
        return bool(outside)

    def _learn_owned(self, kept: Kept, ends: list[State]) -> bool:
        """Carried names that alone hold a list or map, before the loop and at each end of a pass."""
        before = dict(kept.owned)
        for cell in kept.carried:
            if not cell[1] or cell in kept.shared:
                continue
            sorts = {sort_of_owned(state, cell) for state in (kept.base, *ends)}
            sort = sorts.pop() if len(sorts) == 1 else None
            if sort is None or kept.owned.setdefault(cell, sort) != sort:
                kept.owned.pop(cell, None)
                kept.shared.add(cell)
        return kept.owned != before

    def _learn_parts(self, kept: Kept, states: tuple[State, ...]) -> bool:
        """The parts of answers and items that carried names hold: a change of one is a change of the other."""
        before = sum(map(len, self.sharing.values()))
        for cell, name in kept.carried.items():
            for content in (_contents(state, cell) for state in states if _holds(state, cell)):
                if content is None:
                    continue
                for root, keys in (*identities(content), *items(content)):
                    parts: Iterable[tuple[Reference, Keys]] = ()
                    if isinstance(root, LoopValue):
                        parts = self.sharing.get((root.loop, root.name), ())
                    elif not (keys == (ANY_KEY,) and path_of(content)):
                        parts = self.data_parts(root, keys)
                    if found := set(parts):
                        self.sharing.setdefault((kept.id, name), set()).update(found)
        return before != sum(map(len, self.sharing.values()))

    def _learn_types(self, kept: Kept, ends: list[State]) -> bool:
        states = (kept.base, *ends)
        news = self._learn_parts(kept, states)
        for cell, name in kept.carried.items():
            if (kept.id, name) not in self.tuples.variables:
                held_now = (_contents(state, cell) for state in states if _holds(state, cell))
                if any(one is not None and self.tuples.inside(one) for one in held_now):
                    self.tuples.variables.add((kept.id, name))
                    news = True
            expected = self.loop_types.get((kept.id, name))
            if expected is None:
                continue
            for end in ends:
                after = _contents(end, cell)
                wider = common_type(expected, None if after is None else type_of(after, self.loop_types))
                if wider != expected:
                    kept.untyped[name] = expected = wider
                    news = True
        return news

    def _finish(self, kept: Kept, found: _Round, otherwise: Block) -> None:
        """Emits the loop and goes on after it, on each of the ways that lead out of it."""
        base, span = kept.base, kept.span
        missing = Unmapped(code="HS103", reason="the name is not assigned before the loop", span=span)
        variables: list[Carried] = []
        for cell, name in kept.carried.items():
            initial = _contents(base, cell) if _holds(base, cell) else missing
            value = kept.value(name)
            following = (
                _contents(found.end, cell) if found.end is not None and _holds(found.end, cell) else value
            )
            variables.append(Carried(name, initial or missing, following or missing))
        exits = found.exits()
        for state, item in exits:
            updates = []
            for cell, name in kept.carried.items():
                if _holds(state, cell) and (after := _contents(state, cell)) != kept.value(name):
                    updates.append((name, after or missing))
            item.updates = tuple(updates)
        rebuilt = self._rebuilt(kept, found, variables) if kept.rebuilt is not None else None
        broken: LoopValue | None = None
        if otherwise and found.target.breaks:
            broken = self._extra_variable(kept.id, "broken", Constant(value=False), variables)
            for _, item in found.target.breaks:
                item.updates = (*item.updates, (broken.name, Constant(value=True)))
        ends_by_itself = kept.over is not None or found.condition is not None or bool(found.target.breaks)
        flags = self._far_flags(kept.id, found.target.far, variables)
        for one in variables:
            left = (value for _, item in exits for name, value in item.updates if name == one.name)
            self.carried[kept.id, one.name] = (one.initial, one.next, *left)
        self.emit(Repetition(kept.id, kept.over, found.condition, found.region, tuple(variables), span))
        self.state = found.head.fork()
        for state in found.ends():
            for cell in kept.carried:
                if cell not in kept.owned:
                    self._freeze(self.state, state, cell)
        for far in found.target.far:
            far.state.freeze(far.value)
            self.state.freeze_as(far.state)
        if kept.rebuilt is not None and rebuilt is not None:
            self.state.change_part(kept.rebuilt, rebuilt, "any")
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

    def _rebuilt(self, kept: Kept, found: _Round, variables: list[Carried]) -> Expression:
        """The list that the loop went through, with its items as the loop has left them."""
        name = _free_name("changed_items", kept.carried.values())
        value = kept.value(name)
        self.loop_types[kept.id, name] = "list"

        def with_item(state: State) -> Expression:
            return item_changes.with_item(value, state, kept.id)

        variables.append(
            Carried(name, SequenceExpression(items=()), value if found.end is None else with_item(found.end))
        )
        for state, item in found.exits():
            item.updates = (*item.updates, (name, with_item(state)))
        assert kept.over is not None
        return item_changes.after_loop(value, kept.over, whole=not found.exits(), types=self.loop_types)

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
        state.set(cell[0], DataObject(value, sort_of(old) or "any"))
        refresh(state.heap, (cell[0],))

    def _make_unknown(self, state: State, cell: Cell, span: SourceSpan) -> None:
        unknown = Unknown("HS103", "an object that changes from pass to pass of a loop", span)
        if cell[1]:
            state.write(cell, unknown)
        else:
            state.set(cell[0], Ruined(unknown))
            refresh(state.heap, (cell[0],))

    def _freeze(self, state: State, source: State, cell: Cell) -> None:
        """Marks in `state` the objects that a loop variable took a copy of in `source`."""
        value = source.read(cell)
        if value is None:
            return
        if cell[1]:
            source.freeze(value)
        else:
            source.freeze_contents(value)
        state.freeze_as(source)


def _name_of(state: State, address: int) -> str:
    """A speaking name for an object: that of the variable or attribute that holds it."""
    for found in state.heap.values():
        if isinstance(found, (Frame, Instance)):
            names = found.names if isinstance(found, Frame) else found.attributes
            for name, value in names.items():
                if value == Pointer(address):
                    return name
    return "collected"


def _free_name(stem: str, names: Iterable[str]) -> str:
    taken, name, number = set(names), stem, 2
    while name in taken:
        name, number = f"{stem}{number}", number + 1
    return name


def _made_within(root: Reference, kept: Kept) -> bool:
    """True for an item of the loop, and for what a step in its body gives."""
    number = re.search(r"\d+$", root.step)
    return root.step == kept.id or (number is not None and int(number[0]) > kept.mark.counter)


def _holds(state: State, cell: Cell) -> bool:
    return state.read(cell) is not None


def _contents(state: State, cell: Cell) -> Expression | None:
    """What a cell holds, as an expression; None where that is no data."""
    value = state.read(cell)
    if value is None:
        return None
    members = state.members(value)
    if members is not None and (not cell[1] or sort_of_owned(state, cell) == "set"):
        return members
    try:
        return state.data(value)
    except NotData:
        return None
