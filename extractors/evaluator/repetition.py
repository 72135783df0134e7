"""Loops that are kept: their state is never folded to that of one pass.

To find what a loop carries, its body is evaluated until nothing new turns out to change from one pass to the next:
what changes becomes a loop variable, and the body is evaluated again with that in place of the first value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from extractors.evaluator import item_changes
from extractors.evaluator.context import MAX_LOOP_ROUNDS
from extractors.evaluator.control import FarExit, PathEnds, Target, conjunction
from extractors.evaluator.handed_on import put_in_place
from extractors.evaluator.kept_loops import (
    Kept,
    Round,
    contents_of,
    free_name,
    holds_cell,
)
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.learning import Learning
from extractors.evaluator.liveness import unread
from extractors.evaluator.merging import merge
from extractors.evaluator.ownership import sort_of
from extractors.evaluator.places import refresh
from extractors.evaluator.recollection import Recollections
from extractors.evaluator.residual import Carried, LeaveLoop, Region, Repetition
from extractors.evaluator.state import Cell, NotData, State, negation
from extractors.evaluator.types import ITEM, type_of
from extractors.evaluator.values import (
    DataObject,
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

_COLLECTED = "a loop that collects objects, or changes what no loop variable can hold"
RESERVED = 16
"""Addresses for the objects that loop variables own, so that those made in a pass are the same in each round."""


class Repetitions(Learning):
    """The part of the evaluator that evaluates loops whose items are known at run time only."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source, knowledge)
        self.recollections = Recollections()

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
        mark = self.mark()
        kept = Kept(loop, span, over, source, bind, body, test, self.state, mark)
        self.loops.types.pop((loop, ITEM), None)
        if over is not None:
            self.tuples.over[loop] = over
            if kind := self._type_of_items(over):
                self.loops.types[loop, ITEM] = kind
        self.recollections.recall(kept)
        for _ in range(MAX_LOOP_ROUNDS):
            found = self._round(kept)
            if found.condition == Constant(value=False):
                self.undo(mark)
                self.state = kept.base
                self.execute_block(otherwise)
                return
            if not self._learn(kept, found):
                break
            if kept.collects_objects and over is not None:
                self._pass_for_all(kept, otherwise)
                return
        else:
            self.undo(mark)
            self.state = kept.base
            self.gap("HS104", f"what the loop carries did not settle in {MAX_LOOP_ROUNDS} rounds", span)
            for cell in (*kept.carried, *kept.opaque):
                self._make_unknown(self.state, cell, span)
            return
        self.recollections.keep(kept)
        self._finish(kept, found, otherwise)

    def _pass_for_all(self, kept: Kept, otherwise: Block) -> None:
        """Reads one pass in place of all, behind a gap: after it the lists hold the objects of that pass."""
        self.undo(kept.mark)
        self.state = kept.base
        self.gap("HS103", _COLLECTED, kept.span)
        loop = self.new_id("loop")
        once = Kept(
            loop, kept.span, kept.over, kept.source, kept.bind, kept.body, kept.test, self.state, self.mark()
        )
        assert kept.over is not None
        self.tuples.over[loop] = kept.over
        if kind := self._type_of_items(kept.over):
            self.loops.types[loop, ITEM] = kind
        found = self._round(once)
        self.emit(Repetition(loop, kept.over, found.condition, found.region, (), kept.span))
        self.state = once.base if found.end is None else found.end
        self.execute_block(otherwise)

    def _type_of_items(self, over: Expression) -> str | None:
        """The type of all scalars of a list that the script writes out; None for other lists."""
        if not isinstance(over, SequenceExpression) or not over.items:
            return None
        first, *others = (self.type_of(item) if isinstance(item, Constant) else None for item in over.items)
        return reduce(common_type, others, first)

    def _round(self, kept: Kept) -> Round:
        """Evaluates the body once, from a state in which everything carried is a loop variable."""
        self.undo(kept.mark)
        target = Target("loop", residual=True, depth=len(self.control.conditions))
        head = self._head(kept)
        outer, self.region = self.region, Region()
        self.state = head.fork()
        self.control.targets.append(target)
        self.loops.around[kept.id] = kept.over
        end: State | None = None
        condition: Expression | None = None
        try:
            try:
                if kept.test is not None:
                    condition = self._head_test(kept.test, target, kept.span)
                endless = kept.over is None and condition is None
                self.loops.beginning = (self.region, len(self.control.failure_points)) if endless else None
                if condition != Constant(value=False):
                    if kept.over is not None:
                        kept.bind(self.value_of(Reference(step=kept.id, part="item")))
                    kept.body()
                    end = self.state
            except PathEnds:
                end = None
        finally:
            self.control.targets.pop()
            del self.loops.around[kept.id]
            region, self.region = self.region, outer
        found = (end, *(state for _, state in target.continues), *(state for state, _ in target.breaks))
        self._hand_on(kept, *(one for one in found if one is not None), *(far.state for far in target.far))
        for conditions, state in reversed(target.continues):
            end = state if end is None else merge(conjunction(conditions), state, end)
        return Round(region, target, head, end, condition)

    def _hand_on(self, kept: Kept, *ends: State) -> None:
        """Brings the objects of libraries that names hold at the ends of a pass to where the next one finds them."""
        for cell, address in tuple(kept.handed_on.items()):
            if not all(put_in_place(self.knowledge.handed_on, one, cell, address) for one in ends):
                kept.held_elsewhere.add(cell)
                del kept.handed_on[cell]

    def _head(self, kept: Kept) -> State:
        """The state at the beginning of a pass."""
        head = kept.base.fork()
        head.frozen |= kept.frozen
        head.frozen_parts |= kept.frozen_parts
        for cell, name in kept.carried.items():
            self._freeze(kept, kept.base, cell, again=cell not in kept.copied)
            kept.copied.add(cell)
            head.freeze_as(kept.base)
            initial = contents_of(kept.base, cell)
            kind = kept.type_at_head(name, None if initial is None else type_of(initial, self.loops.types))
            if kind is not None:
                self.loops.types[kept.id, name] = kind
            else:
                self.loops.types.pop((kept.id, name), None)
            if cell in kept.owned:
                head.write(cell, head.allocate(DataObject(kept.value(name), kept.owned[cell])))
            else:
                self._put(head, cell, kept.value(name))
        for address in kept.in_order:
            self.loops.implied |= kept.implied(address)
        for cell in kept.opaque:
            self._make_unknown(head, cell, kept.span)
        for cell in kept.unread:
            head.write(cell, unread(kept.span))
        head.next_address = max(head.next_address, kept.base.next_address + RESERVED)
        return head

    def _head_test(self, test: Expr, target: Target, span: SourceSpan) -> Expression | None:
        """The loop's condition; one that does more than compute is tested inside the body, by an exit."""
        before = self.state.fork()
        outer, self.region = self.region, Region()
        value = self.condition(test)
        region, self.region = self.region, outer
        # by an error that arises after changes of a pass
        caught = region.items and self.control.failure_points
        if region.only_evaluates() and not caught and not any(self.state.changed_cells(before)):
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

    def _finish(self, kept: Kept, found: Round, otherwise: Block) -> None:
        """Emits the loop and goes on after it, on each of the ways that lead out of it."""
        base, span = kept.base, kept.span
        missing = Unmapped(code="HS103", reason="the name is not assigned before the loop", span=span)
        variables: list[Carried] = []
        for cell, name in kept.carried.items():
            initial = contents_of(base, cell) if holds_cell(base, cell) else missing
            value = kept.value(name)
            following = (
                contents_of(found.end, cell)
                if found.end is not None and holds_cell(found.end, cell)
                else value
            )
            variables.append(Carried(name, initial or missing, following or missing))
        exits = found.exits()
        for state, item in exits:
            updates = []
            for cell, name in kept.carried.items():
                if holds_cell(state, cell) and (after := contents_of(state, cell)) != kept.value(name):
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
            self.loops.carried[kept.id, one.name] = (one.initial, one.next, *left)
        self.emit(Repetition(kept.id, kept.over, found.condition, found.region, tuple(variables), span))
        self.state = found.head.fork()
        for state in found.ends():
            for cell in kept.carried:
                self._freeze(kept, state, cell, again=True)
            self.state.freeze_as(state)
        for far in found.target.far:
            far.state.freeze(far.value)
            self.state.freeze_as(far.state)
        if kept.rebuilt is not None and rebuilt is not None:
            self.state.change_part(kept.rebuilt, rebuilt, "any")
        here = self.control.here()
        self._leave_far(flags, ends_by_itself, span)
        if otherwise:
            self._run_else(otherwise, broken, self.control.open_exits(here), span)

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
            self.loops.types[loop, name] = "boolean"
        return value

    def _rebuilt(self, kept: Kept, found: Round, variables: list[Carried]) -> Expression:
        """The list that the loop went through, with its items as the loop has left them."""
        name = free_name("changed_items", kept.carried.values())
        value = kept.value(name)
        self.loops.types[kept.id, name] = "list"

        def with_item(state: State) -> Expression:
            return item_changes.with_item(value, state, kept.id)

        variables.append(
            Carried(name, SequenceExpression(items=()), value if found.end is None else with_item(found.end))
        )
        for state, item in found.exits():
            item.updates = (*item.updates, (name, with_item(state)))
        assert kept.over is not None
        return item_changes.after_loop(value, kept.over, whole=not found.exits(), types=self.loops.types)

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
