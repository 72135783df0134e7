"""Loops. A loop whose items are fixed is taken apart; any other is kept, and its state is never folded to one pass.

To find what a loop carries, its body is evaluated until nothing new turns out to change from one pass to the next:
what changes becomes a loop variable, and the body is evaluated again with that in place of the first value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extractors.evaluator import containers, operators
from extractors.evaluator.context import (
    MAX_LOOP_ROUNDS,
    MAX_UNROLLED,
    Arguments,
    FarExit,
    PathEnds,
    Target,
    conjunction,
)
from extractors.evaluator.residual import Carried, LeaveLoop, NextPass, Region, Repetition
from extractors.evaluator.state import Cell, NotData, State, merge, negation
from extractors.evaluator.statements import Statements
from extractors.evaluator.types import type_of
from extractors.evaluator.values import (
    NONE,
    TRUE,
    DataObject,
    Frame,
    GeneratorValue,
    Instance,
    ListObject,
    MapObject,
    Pointer,
    Ruined,
    Symbolic,
    Unknown,
    Value,
)
from extractors.ir import Block, Comprehension, Expr, ForEach, While, YieldExpr
from migrate.model import Call, Constant, Expression, LoopValue, Reference, SourceSpan, Unmapped

_CONSUMED = "(consumed)"
"""A name in a generator's frame that says that it was gone through."""


@dataclass(frozen=True)
class _Mark:
    """Where the context stood before a round, so that the round can be undone."""

    counter: int
    diagnostics: int
    exits: int


@dataclass
class _Round:
    """What one evaluation of a loop's body found."""

    region: Region
    target: Target
    head: State
    end: State | None
    condition: Expression | None


class Loops(Statements):
    """The part of the evaluator that loops."""

    receivers: list[Callable[[Value], Value]]
    pair_loops: set[str]

    def leave_loop(self, breaks: bool, span: SourceSpan) -> PathEnds:
        """A break or continue: of the innermost loop of the same function."""
        for target in self.visible_targets():
            match target.what:
                case "loop":
                    if breaks:
                        item = LeaveLoop(span)
                        self.emit(item)
                        target.breaks.append((self.state, item))
                    else:
                        self.emit(NextPass(span))
                        target.continues.append((tuple(self.conditions[target.depth :]), self.state))
                    return PathEnds()
                case "consumer" | "unrolled" if breaks:
                    return self.leave(target, NONE, span)
                case "pass" if not breaks:
                    return self.leave(target, NONE, span)
                case "function":
                    break
        return self.halt(True, "break or continue outside of a loop", span)

    # --- loops of the script -------------------------------------------------------------------------------------

    def while_loop(self, statement: While) -> None:
        """A loop with a test at its head."""
        self._repeat(
            statement.span,
            None,
            lambda _: None,
            lambda: self.execute_block(statement.body),
            statement.test,
            statement.otherwise,
        )

    def for_loop(self, statement: ForEach) -> None:
        """A loop over items: unrolled, over a generator of the script, or kept."""
        if statement.asynchronous:
            self.lost(statement, "HS101", "asynchronous code is not followed")
            return
        iterable = self.evaluate(statement.iterable)
        self._for(
            iterable,
            lambda item: self.assign(statement.target, item),
            lambda: self.execute_block(statement.body),
            statement.otherwise,
            statement.span,
            lambda why: self.lost(statement, why.code, why.reason),
        )

    def _for(
        self,
        iterable: Value,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
        lost: Callable[[Unknown], None],
    ) -> None:
        if isinstance(iterable, Unknown):
            lost(iterable)
            return
        if isinstance(iterable, GeneratorValue):
            self._consume(iterable, bind, body, otherwise, span)
            return
        fixed = self.fixed_items(iterable)
        if fixed is not None and len(fixed) <= MAX_UNROLLED:
            self._unroll(fixed, bind, body, otherwise, span)
            if isinstance(iterable, Pointer) and len(fixed) != len(self.fixed_items(iterable) or ()):
                self.gap("HS101", "a list or map that changes while a loop goes through it", span)
            return
        if isinstance(iterable, Pointer) and isinstance(self.state.get(iterable), (Instance, Frame)):
            lost(Unknown("HS101", "a loop over an object of a class", span))
            return
        try:
            over = self.state.data(iterable)
        except NotData as problem:
            lost(Unknown("HS103", f"a loop over a value that is no data: {problem}", span))
            return
        if isinstance(over, Unmapped):
            lost(Unknown(over.code, over.reason, span))
            return
        self.state.freeze(iterable)
        if self.type_of(over) != "list":
            over = operators.call("python.iterate", over)
        self.symbolic(over, span)
        self._repeat(span, over, bind, body, None, otherwise)

    def _unroll(
        self,
        items: tuple[Value, ...],
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        target = Target("unrolled")
        mark, depth = len(self.soft_exits), len(self.conditions)
        self.targets.append(target)
        value: Value | None = NONE
        try:
            try:
                self._unrolled_passes(items, bind, body, otherwise, span)
            except PathEnds:
                value = None
        finally:
            self.targets.pop()
        self.arrive(target, mark, depth, value)

    def _unrolled_passes(
        self,
        items: tuple[Value, ...],
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        if not items:
            self.execute_block(otherwise)
            return
        outer_mark, outer_depth = len(self.soft_exits), len(self.conditions)
        self._one_pass(lambda: bind(items[0]), body)
        left = self.open_exits(outer_mark, outer_depth)
        if left is None:
            self._unrolled_passes(items[1:], bind, body, otherwise, span)
            return

        def gone() -> None:
            raise PathEnds

        self.branch(
            negation(left), lambda: self._unrolled_passes(items[1:], bind, body, otherwise, span), gone, span
        )

    def _one_pass(
        self, bind: Callable[[], None], body: Callable[[], None], hides: Target | None = None
    ) -> None:
        """One pass of a loop that is taken apart; a continue ends it. What lies around it from `hides` on is seen."""
        target = Target("pass", hides=hides)
        mark, depth = len(self.soft_exits), len(self.conditions)
        self.targets.append(target)
        value: Value | None = NONE
        try:
            try:
                bind()
                body()
            except PathEnds:
                value = None
        finally:
            self.targets.pop()
        self.arrive(target, mark, depth, value)

    # --- generators ----------------------------------------------------------------------------------------------

    def _consume(
        self,
        generator: GeneratorValue,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        """A loop over a generator of the script: the generator runs, and the loop's body in place of its `yield`."""
        if otherwise:
            self.gap("HS101", "a for loop with else over a generator", span)
        if self.state.read((generator.frame, _CONSUMED)) is not None:
            self.gap("HS101", "a generator that is gone through a second time", span)
            return
        self.state.write((generator.frame, _CONSUMED), TRUE)
        frame = self.frame
        consumer = Target("consumer")
        mark, depth = len(self.soft_exits), len(self.conditions)

        def receive(value: Value) -> Value:
            inner_frame, inner_receiver = self.frame, self.receivers.pop()
            owners, self.owners = self.owners, outer_owners
            self.frame = frame
            try:
                self._one_pass(lambda: bind(value), body, consumer)
            finally:
                self.frame = inner_frame
                self.owners = owners
                self.receivers.append(inner_receiver)
            return NONE

        outer_owners = list(self.owners)
        self.targets.append(consumer)
        self.receivers.append(receive)
        value: Value | None = NONE
        try:
            try:
                self.run_function(generator.function, generator.frame)
            except PathEnds:
                value = None
        finally:
            self.receivers.pop()
            self.targets.pop()
        self.arrive(consumer, mark, depth, value)

    def yielded(self, expression: YieldExpr) -> Value:
        """A `yield`: the consuming loop's body runs here."""
        if not self.receivers:
            return self.gap("HS101", "a generator that is not consumed by a for loop", expression.span)
        value = self.evaluate(expression.value) if expression.value is not None else NONE
        if not expression.delegates:
            return self.receivers[-1](value)

        def pass_on(item: Value) -> None:
            self.receivers[-1](item)

        held: list[Value] = []
        self._for(
            value,
            held.append,
            lambda: pass_on(held.pop()),
            (),
            expression.span,
            lambda why: self._lost_delegation(why, expression.span),
        )
        return NONE

    def _lost_delegation(self, why: Unknown, span: SourceSpan) -> None:
        self.gap(why.code, why.reason, span)

    # --- comprehensions ------------------------------------------------------------------------------------------

    def comprehension(self, expression: Comprehension) -> Value:
        """A comprehension, as the loops that it abbreviates; a generator expression only where it is used at once."""
        if expression.sort == "set":
            return self.unknown("HS101", "a set comprehension", expression.span)
        made = MapObject(()) if expression.sort == "map" else ListObject(())
        pointer = self.state.allocate(made)
        first = self.evaluate(expression.clauses[0].iterable)
        outer = self.frame
        self.frame = self.state.allocate(Frame({}, outer)).address
        why: list[Unknown] = []
        try:
            self._clauses(expression, 0, pointer, first, why)
        finally:
            self.frame = outer
        if why:
            return self.gap(why[0].code, why[0].reason, expression.span)
        return pointer

    def _clauses(
        self,
        expression: Comprehension,
        number: int,
        pointer: Pointer,
        iterable: Value | None,
        why: list[Unknown],
    ) -> None:
        clause = expression.clauses[number]
        if iterable is None:
            iterable = self.evaluate(clause.iterable)

        def body() -> None:
            self._filtered(clause.conditions, lambda: self._element(expression, number, pointer, why))

        self._for(iterable, lambda item: self.assign(clause.target, item), body, (), clause.span, why.append)

    def _filtered(self, conditions: tuple[Expr, ...], then: Callable[[], None]) -> None:
        if not conditions:
            then()
            return
        test = self.condition(conditions[0])
        if isinstance(test, Unknown):
            self.gap(test.code, f"a condition cannot be determined: {test.reason}", conditions[0].span)
            return
        if isinstance(test, Constant):
            if test.value is True:
                self._filtered(conditions[1:], then)
            return
        self.branch(test, lambda: self._filtered(conditions[1:], then), lambda: None, conditions[0].span)

    def _element(self, expression: Comprehension, number: int, pointer: Pointer, why: list[Unknown]) -> None:
        if number + 1 < len(expression.clauses):
            self._clauses(expression, number + 1, pointer, None, why)
            return
        if expression.key is not None:
            key = self.evaluate(expression.key)
            containers.set_item(self, pointer, key, self.evaluate(expression.value), expression.span)
            return
        value = self.evaluate(expression.value)
        containers.method(self, pointer, "append", Arguments((value,), {}), expression.span)

    # --- loops that are kept -------------------------------------------------------------------------------------

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
        mark = _Mark(self.counter, len(self.diagnostics), len(self.soft_exits))
        if isinstance(over, Call) and over.function == "python.items":
            self.pair_loops.add(loop)
        carried: dict[Cell, str] = {}
        opaque: set[Cell] = set()
        untyped: set[str] = set()
        for _ in range(MAX_LOOP_ROUNDS):
            found = self._round(loop, base, mark, carried, opaque, untyped, over, bind, body, test, span)
            if found.condition == Constant(value=False):
                self._undo(mark)
                self.state = base
                self.execute_block(otherwise)
                return
            if not self._learn(loop, base, found, carried, opaque, untyped):
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

    def _round(
        self,
        loop: str,
        base: State,
        mark: _Mark,
        carried: dict[Cell, str],
        opaque: set[Cell],
        untyped: set[str],
        over: Expression | None,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        test: Expr | None,
        span: SourceSpan,
    ) -> _Round:
        """Evaluates the body once, from a state in which everything carried is a loop variable."""
        self._undo(mark)
        head = base.fork()
        for cell, name in carried.items():
            initial = _contents(base, cell)
            kind = None if name in untyped or initial is None else type_of(initial, self.loop_types)
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
                        bind(Symbolic(Reference(step=loop, part="item")))
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
        untyped: set[str],
    ) -> bool:
        """Adds what the round shows to be carried; True if the body must be evaluated again."""
        ends = [state for state, _ in found.target.breaks] + [far.state for far in found.target.far]
        ends += [found.end] if found.end is not None else []
        changed = sorted(
            {cell for end in ends for cell in end.changed_cells(found.head) if cell[0] in base.heap}
        )
        news = False
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
                stem = cell[1] or f"object{cell[0]}"
                name, number = stem, 2
                while name in names:
                    name, number = f"{stem}{number}", number + 1
                carried[cell] = name
                news = True
        for cell, name in carried.items():
            expected = self.loop_types.get((loop, name))
            if name in untyped or expected is None:
                continue
            for end in ends:
                after = _contents(end, cell)
                if after is None or type_of(after, self.loop_types) != expected:
                    untyped.add(name)
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
        ends_by_itself = over is not None or found.condition is not None or bool(found.target.breaks)
        flags = self._far_flags(loop, found.target.far, variables)
        self.emit(Repetition(loop, over, found.condition, found.region, tuple(variables), span))
        self.state = found.head.fork()
        for cell in carried:
            self._freeze(base, cell)
        if otherwise and found.target.breaks:
            self.gap("HS101", "a loop with else and break", span)
        self._leave_far(flags, ends_by_itself, span)
        if otherwise and not found.target.breaks:
            self.execute_block(otherwise)

    def _far_flags(
        self, loop: str, exits: list[FarExit], variables: list[Carried]
    ) -> list[tuple[Target, Expression, Value]]:
        """Loop variables that say after the loop by which far exit it was left, and with which value."""
        flags: list[tuple[Target, Expression, Value]] = []
        for number, far in enumerate(exits, start=1):
            flag, result = f"left{number}", f"result{number}"
            yes, no = Constant(value=True), Constant(value=False)
            variables.append(Carried(flag, no, LoopValue(loop=loop, name=flag)))
            self.loop_types[loop, flag] = "boolean"
            far.item.updates = (*far.item.updates, (flag, yes))
            value = far.value
            try:
                data = far.state.data(far.value)
                if not isinstance(data, Constant):
                    variables.append(Carried(result, Constant(value=None), LoopValue(loop=loop, name=result)))
                    far.item.updates = (*far.item.updates, (result, data))
                    value = Symbolic(LoopValue(loop=loop, name=result))
                else:
                    value = far.value
            except NotData:
                if isinstance(value, Pointer):
                    value = Unknown("HS103", "an object that is no data leaves the loop", None)
            flags.append((far.target, LoopValue(loop=loop, name=flag), value))
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

    def _freeze(self, state: State, cell: Cell) -> None:
        value = state.read(cell)
        if cell[1] and value is not None:
            self.state.freeze(value)

    def is_pair(self, value: Symbolic) -> bool:
        """True for an item of a loop over the pairs of a map."""
        match value.expression:
            case Reference(step=step, part="item"):
                return step in self.pair_loops
            case _:
                return False


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
