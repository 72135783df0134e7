"""What an evaluation carries along: the heap, the region being filled, the path that led here, and the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from extractors.evaluator.configuration import Configuration
from extractors.evaluator.control import (
    Control,
    ControlMark,
    FailurePoint,
    FarExit,
    PathEnds,
    Position,
    SoftExit,
    Target,
)
from extractors.evaluator.effect_facts import EffectFacts
from extractors.evaluator.findings import Findings
from extractors.evaluator.liveness import Liveness
from extractors.evaluator.loop_facts import LoopFacts
from extractors.evaluator.merging import merge, merge_values
from extractors.evaluator.parts import Parts
from extractors.evaluator.paths import ANY_KEY, Keys, shared
from extractors.evaluator.places import Change, changed_value, refreshed
from extractors.evaluator.residual import (
    Branching,
    Evaluate,
    Failure,
    Gap,
    Halt,
    Item,
    LeaveLoop,
    Region,
    Request,
    StatusCheck,
)
from extractors.evaluator.scopes import Scopes
from extractors.evaluator.state import NotData, State, negation
from extractors.evaluator.stating import Stating
from extractors.evaluator.tuple_forms import Tuples
from extractors.evaluator.types import OF_NUMBERS, can_fail, type_of
from extractors.evaluator.values import (
    NONE,
    CollectionValue,
    GeneratorValue,
    HeapObject,
    Known,
    ListObject,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
    ViewValue,
)
from migrate.model import (
    Call,
    ClockOperation,
    Constant,
    Expression,
    LoopValue,
    Reference,
    SourceSpan,
    Unmapped,
    UuidOperation,
    children,
    leaves,
    size_of,
)
from migrate.model.operands import TIMES

T = TypeVar("T")

MAX_STATEMENTS = 30_000
"""Every round and pass of a loop counts, and every call: a script of some hundred lines takes a thousand or two."""
MAX_LOOP_ROUNDS = 16
MAX_EXPRESSION = 2_000
MAX_MADE_OF = 1000
"""The parts of an expression that stands beside a value which is not known."""


@dataclass(frozen=True)
class Mark:
    """Where the evaluation stood before something was tried that is taken back."""

    counter: int
    control: ControlMark
    findings: tuple[int, int]
    effects: tuple[int, int]
    reads: int


class Context(Parts):
    """The state of one evaluation and the operations on it that all parts of the evaluator share."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.state = State({})
        self.region = Region()
        self.control = Control()
        self.loops = LoopFacts()
        self.liveness = Liveness()
        self.effects = EffectFacts()
        self.configuration = Configuration()
        self.findings = Findings(source, self.configuration)
        self.tuples = Tuples()
        self.scopes = Scopes()
        self.stating = Stating()
        self.held: list[list[Value]] = []
        """Values that wait for others to be evaluated: the arguments of calls."""
        self.root_addresses: dict[Reference, int] = {}
        self.has_times = False
        """True if the script has come to a date, time or duration."""
        self.counter = 0
        self.statements = 0
        self.frame = 0
        self.module = 0
        """The name space of the script itself."""

    # --- findings ------------------------------------------------------------------------------------------------

    def unknown(self, code: str, reason: str, span: SourceSpan) -> Unknown:
        """A value that cannot be determined; reported."""
        self.findings.report(code, reason, span)
        return Unknown(code, reason, span)

    def gap(self, code: str, reason: str, span: SourceSpan, made_of: Iterable[Value] = ()) -> Unknown:
        """Something that happens at run time and is not understood: a run must not go past it unnoticed.

        What comes of it is `made_of` the values.
        """
        self.emit(Gap(code, reason, span, self.findings.excerpt(span)))
        left = Unmapped(code=code, reason=reason, span=span)
        parts = tuple(self._known_at_run_time(made_of, left))
        unknown = replace(self.unknown(code, reason, span), made_of=parts)
        self.findings.state(unknown)
        return unknown

    def instead(self, code: str, reason: str, span: SourceSpan, expression: Expression) -> Value:
        """What stands behind a gap in the place of a value that is not known exactly: what it is most likely.

        No run comes there, so nothing is carried over wrongly; what the script makes of it can be read.
        """
        unknown = self.gap(code, reason, span)
        return unknown if size_of(expression) > MAX_EXPRESSION else self.value_of(expression)

    def _known_at_run_time(self, values: Iterable[Value], unclear: Unmapped) -> Iterator[Expression]:
        """The values as expressions, without those that the source fixes, that are no data, or that are large.

        Those that a gap has left unknown are among them: their fields still have names. In a list or map `unclear`
        stands for each part that is no data.
        """
        for value in values:
            expression = self.state.data_in_part(value, unclear)
            if expression is unclear:
                continue
            known = any(isinstance(one, Reference | LoopValue | Unmapped) for one in leaves(expression))
            if known and size_of(expression) <= MAX_MADE_OF:
                yield expression

    def begins_pass(self) -> bool:
        """True if a pass of a loop has begun that does nothing before this, whatever the loop goes on by."""
        beginning = self.loops.beginning
        if beginning is None or beginning[0] is not self.region or self.region.items:
            return False
        return beginning[1] == len(self.control.failure_points)

    def gap_before(self, position: int, code: str, reason: str, span: SourceSpan) -> None:
        """A gap ahead of items that are in the current region already."""
        self.findings.report(code, reason, span)
        self.region.items.insert(position, Gap(code, reason, span, self.findings.excerpt(span)))

    def doubtful(self, unknown: Unknown, span: SourceSpan) -> Unknown:
        """What comes of something that can fail on such a value: a gap, unless one stands where the value arose."""
        if self.findings.is_stated(unknown):
            return unknown
        stated = self.gap(unknown.code, unknown.reason, span)
        return replace(stated, text=unknown.text, made_of=unknown.made_of)

    def supposed(self, value: Value) -> Value:
        """The value; in the place of what a gap has left unknown one of run time, so that what follows can be read.

        No run comes there: the gap ends it. So whatever is supposed of the value, nothing is carried over wrongly.
        """
        if not isinstance(value, Unknown) or not self.findings.is_stated(value):
            return value
        return Symbolic(self.state.data(value))

    def is_supposed(self, expression: Expression) -> bool:
        """True if an expression is made of what a gap has left unknown."""
        return any(map(self._is_supposed_part, leaves(expression)))

    def _is_supposed_part(self, part: Expression) -> bool:
        if part in self.effects.described:
            return True
        match part:
            case Unmapped(code=code, reason=reason, span=span):
                return self.findings.is_stated(Unknown(code, reason, span))
            case Reference(step=step, part="item") if step in self.tuples.over:
                return self.is_supposed(self.tuples.over[step])
            case _:
                return False

    # --- regions and paths ---------------------------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """An id that is the same in every round of a loop's evaluation."""
        self.counter += 1
        return f"{prefix}{self.counter}"

    def emit(self, item: Item) -> None:
        """Adds an item to the current region."""
        if (
            self.control.failure_points
            and isinstance(item, (Request, StatusCheck, Evaluate, Failure))
            and not (isinstance(item, Request) and isinstance(item.operation, ClockOperation | UuidOperation))
        ):
            self.control.failure_points[-1].append(FailurePoint(item, self.state.fork()))
        self.region.items.append(item)

    def fail(self, error: str, reason: str, span: SourceSpan) -> PathEnds:
        """An error of the kind is raised here; to be raised by the caller."""
        self.emit(Failure(error, reason, span))
        return PathEnds()

    def halt(self, failed: bool, reason: str, span: SourceSpan) -> PathEnds:
        """The run ends here, past all handlers; to be raised by the caller."""
        self.emit(Halt(failed, reason, span))
        return PathEnds()

    def type_of(self, expression: Expression) -> str | None:
        """The type of an expression, as far as it is known."""
        return type_of(expression, self.loops.types)

    def symbolic(
        self, expression: Expression, span: SourceSpan, evaluated: Iterable[Expression] = ()
    ) -> Value:
        """An expression as a value; where it can fail, its evaluation is recorded at this place.

        What is `evaluated` was recorded before, so it does not fail here.
        """
        if isinstance(expression, Constant):
            return Known(expression.value)
        if size_of(expression) > MAX_EXPRESSION:
            return self.gap("HS104", f"an expression of more than {MAX_EXPRESSION} parts", span)
        if self.tuples.are_keys_in(expression):
            return self.gap("HS101", "a tuple as the key of a map that is known at run time only", span)
        if self.has_times and self._is_unsure(expression):
            return self.gap("HS101", "arithmetic with what may be a date or time", span)
        with_default = self.configuration.with_default()
        fails = can_fail(expression, self.loops.types, with_default, frozenset(evaluated))
        if fails and not self.is_supposed(expression):
            self.emit(Evaluate(expression, span))
        return self.value_of(expression)

    def may_be_error(self, expression: Expression, seen: frozenset[Expression] = frozenset()) -> bool:
        """True if an error that the script keeps as a value may be, or lie in, what the expression gives."""
        return self._may_hold(
            expression, lambda part: isinstance(part, Call) and part.function == "python.error", seen
        )

    def may_be_time(self, expression: Expression) -> bool:
        """True if a date, time or duration may be, or lie in, what the expression gives."""
        return self.has_times and self._may_hold(
            expression, lambda part: self.type_of(part) in TIMES, frozenset()
        )

    def _is_unsure(self, expression: Expression) -> bool:
        """True if the type of a result is that of numbers, unless there is a time among the arguments, which may be."""
        match expression:
            case Call(function=function, arguments=arguments) if function in OF_NUMBERS:
                return any(self.type_of(one) is None and self.may_be_time(one) for one in arguments)
        return False

    def _may_hold(
        self, expression: Expression, found: Callable[[Expression], bool], seen: frozenset[Expression]
    ) -> bool:
        looked_at: set[Expression] = set()
        pending = [expression]
        while pending:
            part = pending.pop()
            if part in looked_at:
                continue
            looked_at.add(part)
            if found(part):
                return True
            pending.extend(children(part))
            match part:
                case LoopValue(loop=loop, name=name) if part not in seen:
                    pending.extend(self.loops.carried.get((loop, name), ()))
                case Reference(step=step, part="item") if part not in seen and step in self.tuples.over:
                    pending.append(self.tuples.over[step])
        return False

    def value_of(self, expression: Expression) -> Value:
        """An expression as a value: a tuple in its parts."""
        parts = self.tuples.parts(expression)
        return Symbolic(expression) if parts is None else TupleValue(tuple(map(self.value_of, parts)))

    def data_parts(self, root: Reference, keys: Keys) -> Iterator[tuple[Reference, Keys]]:
        """A part of an answer or item, and the same as a part of the lists that the loops around go through."""
        yield root, keys
        over = self.tuples.over.get(root.step) if root.part == "item" else None
        for outer, before in shared(over) if over is not None else ():
            if isinstance(outer, Reference):
                yield from self.data_parts(outer, (*before, ANY_KEY, *keys))

    def root_address(self, root: Reference) -> int:
        """The address of the object that an answer or item becomes; the same on all paths."""
        return self.root_addresses.setdefault(root, -1 - len(self.root_addresses))

    def change_held(self, change: Change) -> None:
        """Applies a change in place to the values that wait."""
        for values in self.held:
            values[:] = [changed_value(value, change) for value in values]

    def refreshed(self, value: Value) -> Value:
        """A value that came from one of several paths, as it is where they have met."""
        return changed_value(value, lambda one: refreshed(one, self.state.heap, self.state.heap))

    def branch(
        self, test: Expression, then: Callable[[], T], otherwise: Callable[[], T], span: SourceSpan
    ) -> tuple[T | None, T | None, State, State]:
        """Evaluates both sides of a branch and merges their states; raises `PathEnds` when neither goes on.

        Returns the two results (None for a side that ended) and the two states at their ends.
        """
        start, outer = self.state, self.region
        results: list[T | None] = []
        states: list[State | None] = []
        regions: list[Region] = []
        for side, condition in ((then, test), (otherwise, negation(test))):
            self.state, self.region = start.fork(), Region()
            self.state.next_address = max([start.next_address, *(s.next_address for s in states if s)])
            self.control.conditions.append(condition)
            try:
                results.append(side())
                states.append(self.state)
            except PathEnds:
                results.append(None)
                states.append(None)
            finally:
                self.control.conditions.pop()
                regions.append(self.region)
                self.region = outer
                self.state, last = start, self.state
                start.next_address = max(start.next_address, last.next_address)
        if regions[0].items or regions[1].items:
            self.emit(Branching(test, regions[0], regions[1], span))
        match states:
            case [None, None]:
                raise PathEnds
            case [State() as one, None]:
                self.state = one
                one.facts = (*one.facts, test)
            case [None, State() as two]:
                self.state = two
                two.facts = (*two.facts, negation(test))
            case [State() as one, State() as two]:
                self.state = merge(test, one, two)
        return results[0], results[1], states[0] or self.state, states[1] or self.state

    def select(
        self, test: Expression, then: Callable[[], Value], otherwise: Callable[[], Value], span: SourceSpan
    ) -> Value:
        """A value that is one of two, each evaluated only where it is needed."""
        if isinstance(test, Constant):
            return then() if test.value is True else otherwise()
        mark, outer = len(self.region.items), self.region
        points = self.control.failure_points[-1] if self.control.failure_points else []
        places = len(points)
        one, two, left, right = self.branch(test, then, otherwise, span)
        if one is None or two is None:
            return one if one is not None else two if two is not None else NONE
        value = self.refreshed(merge_values(test, one, two, left, right))
        if isinstance(value, Symbolic) and value.place is None:
            self.state.freeze(one)
            self.state.freeze(two)
        last = outer.items[-1] if len(outer.items) > mark else None
        if (
            isinstance(last, Branching)
            and isinstance(value, Symbolic)
            and value.place is None
            and last.then.only_computes(left.data(one))
            and last.otherwise.only_computes(right.data(two))
        ):
            outer.items.pop()
            # The errors of both sides arise from here on where the choice is made.
            points[places:] = [point for point in points[places:] if point.state.differs_from(self.state)]
            return self.symbolic(value.expression, span)
        return value

    def leave(self, target: Target, value: Value, span: SourceSpan) -> PathEnds:
        """An exit to a target around this place; to be raised by the caller."""
        position = self.control.targets.index(target)
        loops = [one for one in self.control.targets[position + 1 :] if one.residual]
        if loops:
            item = LeaveLoop(span)
            self.emit(item)
            loops[-1].far.append(FarExit(target, value, self.state, item))
        else:
            self.control.exits.append(SoftExit(target, tuple(self.control.conditions), value, self.state))
        return PathEnds()

    def where_not(self, left: Expression | None, run: Callable[[], None], span: SourceSpan) -> None:
        """Runs something on the paths that have not left."""

        def gone() -> None:
            raise PathEnds

        if left is None:
            run()
        else:
            self.branch(negation(left), run, gone, span)

    def arrive(self, target: Target, since: Position, value: Value | None) -> Value:
        """Merges all exits to a target since a position, and the path that falls through (`value`)."""
        mine = self.control.take_exits(since, target)
        state = self.state
        for one in reversed(mine):
            if value is None:
                value, state = one.value, one.state
            else:
                taken = one.taken(since)
                value = merge_values(taken, one.value, value, one.state, state)
                state = merge(taken, one.state, state)
        if value is None:
            raise PathEnds
        state.next_address = max(state.next_address, self.state.next_address)
        self.state = state
        return self.refreshed(value)

    def mark(self) -> Mark:
        """Where the evaluation stands."""
        found = (self.findings.mark(), self.effects.mark(), len(self.liveness.reads))
        return Mark(self.counter, self.control.mark(), *found)

    def undo(self, mark: Mark) -> None:
        """Takes back what was found since: all but the state and the region, which the caller sets."""
        self.counter = mark.counter
        self.control.undo(mark.control)
        self.findings.undo(mark.findings)
        self.effects.undo(mark.effects)
        del self.liveness.reads[mark.reads :]

    # --- values --------------------------------------------------------------------------------------------------

    def data(self, value: Value, span: SourceSpan) -> Expression:
        """The value as an expression that stays in use: the objects in it may not change afterwards.

        What is no data is reported and becomes unmapped.
        """
        self.state.freeze(value)
        return self.snapshot(value, span)

    def contents(self, pointer: Value, span: SourceSpan) -> Expression:
        """What an object holds, as an expression that stays in use; the object itself may go on changing."""
        self.state.freeze_contents(pointer)
        return self.snapshot(pointer, span)

    def snapshot(self, value: Value, span: SourceSpan) -> Expression:
        """The value as it is now, for an effect or for a result that shares nothing with it."""
        try:
            return self.state.data(value)
        except NotData as problem:
            found = self.unknown("HS103", f"a value is needed as data here, but {problem}", span)
            return self.state.data_in_part(value, self.state.data(found))

    def collected(self, generator: GeneratorValue, span: SourceSpan) -> Value:
        """A new list with what a generator gives."""
        made = self.state.allocate(ListObject(()))
        self.collect(generator, made, span)
        return made

    def replace(self, pointer: Pointer, made: HeapObject, span: SourceSpan) -> None:
        """Changes an object of the script in place."""
        if pointer.address in self.state.frozen:
            self.gap(
                "HS103", "an object changes after a copy of it went into a value known at run time only", span
            )
        self.state.set(pointer, made)

    def fixed_items(self, value: Value) -> tuple[Value, ...] | None:
        """The items of a sequence whose length is known; None for anything else."""
        match value:
            case TupleValue(items=items):
                return items
            case Known(value=str() as text):
                return tuple(Known(character) for character in text)
            case CollectionValue(items=inner, sort=kind) if kind != "set":
                return self.fixed_items(inner)
            case ViewValue(of=of, sort=sort):
                found = self.state.get(of)
                if isinstance(found, MapObject) and all(entry.when is None for entry in found.items):
                    return tuple(entry.viewed(sort) for entry in found.items)
            case Pointer():
                match self.state.peek(value):
                    case ListObject(items=items, sort="list"):
                        return items
                    case MapObject(items=entries) if all(entry.when is None for entry in entries):
                        return tuple(entry.key for entry in entries)
        return None
