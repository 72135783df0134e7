"""Asynchronous functions: what is awaited runs there and then, as calls do; a gather over a list is a loop of its own.

The calls of a gather run at the same time: each goes on in its own order, and between two of them there is none. So one
must not see what another does, and what it leaves behind must not depend on which of them ends last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from extractors.evaluator import methods, places
from extractors.evaluator.alternatives import for_each
from extractors.evaluator.attempts import Way
from extractors.evaluator.control import FailurePoint, PathEnds
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.kept_loops import variable_name
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.loops import CONSUMED
from extractors.evaluator.managers import Managers
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import (
    Attempt,
    Branching,
    Failure,
    Gap,
    Item,
    Region,
    Repetition,
    Request,
    all_items,
    expressions_in,
)
from extractors.evaluator.state import THERE, Cell, NotData, State
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    CoroutineValue,
    DataObject,
    EitherValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    Instance,
    Known,
    ListObject,
    Pointer,
    Ruined,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import (
    Attribute,
    AwaitExpr,
    CallExpr,
    Comprehension,
    Expr,
    FunctionDef,
    LiteralExpr,
    Name,
    SequenceExpr,
    With,
)
from migrate.model import (
    Call,
    Constant,
    Expression,
    HttpOperation,
    LoopValue,
    Reference,
    SourceSpan,
    walk,
)

AWAIT = "__await__"
"""The special method of a library's object that says what awaiting it does."""
SEMAPHORE = "asyncio.Semaphore"
POOL = External("concurrent.futures.(pool)")
"""The class of what runs calls in threads or processes; while it `waits`, it only notes them."""
OUTCOMES = "asyncio.(outcomes)"
"""The class of the list of results and errors that `gather(..., return_exceptions=True)` gives."""
_VALUE = "value"
_CALLS = "asyncio.(calls)"
_UNORDERED = Unknown("HS101", "it depends on which of several calls at the same time ends last")


@dataclass
class _Gathering:
    """A gather under evaluation: the first address that its calls make, and how many run at the same time."""

    made_from: int
    bound: int | None = None
    lost: Unknown | None = None
    """Why what the calls give is not known, where that is no data."""
    begun: State | None = None
    """The state in which the call under evaluation began."""
    overwritten: str = ""
    """What a call has given a new value before it waits: another call does so while it waits."""


class Coroutines(Managers):
    """The part of the evaluator that knows asynchronous functions."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source, knowledge)
        self.gatherings: list[_Gathering] = []
        self.calls_made: dict[int, State] = {}
        """The lists of calls that wait to be gathered, each with the state in which it was made."""
        self.held_semaphores: list[int] = []
        self.attempts_around: dict[int, int] = {}
        """How many attempts were open when a call began, by its frame."""

    def awaited(self, expression: AwaitExpr) -> Value:
        """`await value`."""
        inner = expression.value
        if isinstance(inner, CallExpr) and self._is_gather(inner):
            return self._gather(inner)
        return self.completed(self.evaluate(inner), expression.span)

    def completed(self, value: Value, span: SourceSpan) -> Value:
        """What a coroutine gives: it runs now, and to its end."""
        match value:
            case Unknown():
                return value
            case EitherValue():
                return for_each(self, value, lambda one: self.completed(one, span), span)
            case CoroutineValue(function=function, frame=frame):
                if self.state.read((frame, CONSUMED)) is not None:
                    return self.gap("HS101", "a coroutine that is awaited a second time", span)
                self.state.write((frame, CONSUMED), TRUE)
                return self.run_function(function, frame)
        if isinstance(value, Symbolic) and self.is_supposed(value.expression):
            return value
        self._let_others_run()
        found = self.special(value, AWAIT, Arguments((), {}), span)
        return self.gap("HS101", "this value cannot be awaited", span) if found is None else found

    # --- async with ----------------------------------------------------------------------------------------------

    def with_asynchronous(self, statement: With) -> None:
        """`async with`: a semaphore bounds how many calls run at the same time, other managers are as with `with`."""
        if not statement.items:
            self.execute_block(statement.body)
            return
        first, *others = statement.items
        rest = replace(statement, items=tuple(others))
        manager = self.evaluate(first.value)
        found = self.state.get(manager) if isinstance(manager, Pointer) else None
        if isinstance(manager, Pointer) and isinstance(found, Instance) and found.of == External(SEMAPHORE):
            self._within_bound(manager, found, rest, assigned=first.target is not None)
            return
        entered = self.special(manager, "__aenter__", Arguments((), {}), statement.span)
        if isinstance(manager, Symbolic) and self.is_supposed(manager.expression):
            if first.target is not None:
                self.assign(first.target, manager)
            self.with_asynchronous(rest)
            return
        if entered is None or not isinstance(manager, Pointer):
            unknown = self.gap("HS102", "this context manager is not known", statement.span)
            if first.target is not None:
                self.assign(first.target, self.supposed(unknown))
            self.with_asynchronous(rest)
            return
        if first.target is not None:
            self.assign(first.target, entered)
        self.managed(manager, lambda: self.with_asynchronous(rest), statement.span)

    def _within_bound(self, semaphore: Pointer, found: Instance, statement: With, *, assigned: bool) -> None:
        bound = found.attributes[_VALUE]
        times = self.held_semaphores.count(semaphore.address)
        if assigned or not (
            isinstance(bound, Known) and isinstance(bound.value, int) and bound.value > times
        ):
            self.gap("HS101", "a semaphore that may never be free", statement.span)
            self.with_asynchronous(statement)
            return
        if self.gatherings and semaphore.address < self.gatherings[-1].made_from:
            around = self.gatherings[-1]
            around.bound = min(bound.value, around.bound or bound.value)
        self._let_others_run()
        self.held_semaphores.append(semaphore.address)
        try:
            self.with_asynchronous(statement)
        finally:
            self.held_semaphores.pop()

    def run_function(self, function: FunctionValue, frame: int) -> Value:
        self.attempts_around[frame] = len(self.control.failure_points)
        return super().run_function(function, frame)

    def emit(self, item: Item) -> None:
        """As everywhere; but StopIteration leaves no generator or coroutine: it is a RuntimeError then (PEP 479).

        With a `try` or `with` in between, which may handle it or not, it is a gap.
        """
        if isinstance(item, Failure) and item.error == "StopIteration":
            tried = self._tried_in_generator()
            if tried:
                reason = "StopIteration within a try of a generator or coroutine"
                self.gap("HS105", reason, item.span)
                return
            if tried is False:
                item = replace(
                    item, error="RuntimeError", reason="a generator or coroutine raised StopIteration"
                )
        super().emit(item)

    def _tried_in_generator(self) -> bool | None:
        """Whether a `try` or `with` stands between here and the generator or coroutine around; None outside of one."""
        for frame, definition in reversed(self.scopes.functions):
            if isinstance(definition, FunctionDef) and (definition.generator or definition.asynchronous):
                return len(self.control.failure_points) > self.attempts_around[frame]
        return None

    def _let_others_run(self) -> None:
        """A call waits: what it has overwritten of what all share may be another's when it goes on.

        What it has added to, it still names by what was there before, so that a use of it shows.
        """
        for gathering in self.gatherings:
            if gathering.begun is None:
                continue
            for address, name in self.state.changed_cells(gathering.begun):
                if address >= gathering.made_from:
                    continue
                self.state.get(address)  # what was appended to a list is no longer known by itself
                if not self._adds_to((address, name), gathering.begun):
                    known = variable_name(self.state, (address, name.removeprefix(THERE)))
                    gathering.overwritten = gathering.overwritten or known

    def _adds_to(self, cell: Cell, before: State) -> bool:
        """True if what a cell holds is made from what it held."""
        old, new = before.read(cell), self.state.read(cell)
        if old is None or new is None:
            return False
        try:
            was, now = before.data(old), self.state.data(new)
        except NotData:
            return False
        return not isinstance(was, Constant) and was in walk(now)

    # --- gather --------------------------------------------------------------------------------------------------

    def _is_gather(self, call: CallExpr) -> bool:
        """True for `asyncio.gather(*calls)`, with or without `return_exceptions`."""
        match call.function:
            case Attribute(value=Name(name=module), name="gather"):
                is_gather = self._quiet_look_up(module) == External("asyncio")
            case Name(name=name):
                is_gather = self._quiet_look_up(name) == External("asyncio.gather")
            case _:
                is_gather = False
        spreads = [argument.spread for argument in call.arguments]
        keywords = {argument.keyword for argument in call.arguments if argument.spread is None}
        return is_gather and spreads.count("list") == 1 and keywords <= {"return_exceptions"}

    def _gather(self, call: CallExpr) -> Value:
        collects = False
        calls: Value = NONE
        for argument in call.arguments:
            if argument.spread == "list":
                value = argument.value
                if isinstance(value, Comprehension) and value.sort == "list":
                    value = replace(value, sort="generator")
                calls = self.evaluate(value)
            elif isinstance(argument.value, LiteralExpr) and isinstance(argument.value.value, bool):
                collects = argument.value.value
            else:
                return self.gap("HS101", "return_exceptions that is no constant", call.span)
        if isinstance(calls, Unknown):
            return calls
        calls = self._made_before(calls)
        if not isinstance(calls, GeneratorValue):
            return self.gap("HS101", "a gather of calls that were made before", call.span)
        return self._gathered(calls, collects, call.span)

    def called_at_once(
        self,
        calls: Value,
        run: Callable[[Value], Value],
        bound: int | None,
        span: SourceSpan,
        *,
        collects: bool,
    ) -> Value:
        """Calls in threads or processes of a pool, each of which `run` makes for an item of `calls`: what they gave.

        With `collects` all run to their end, and for each it is kept whether it failed; else an error is a gap, as
        it keeps the pool from beginning some of the others.
        """

        def call(value: Value) -> Value:
            made = run(value)
            self._let_others_run()
            return made

        return self._gathered(calls, collects, span, call, bound)

    def comprehension(self, expression: Comprehension) -> Value:
        """A comprehension; a list of calls of asynchronous functions waits to be gathered."""
        first = expression.clauses[0]
        submitted = self.submitted(expression)
        if submitted is not None:
            return submitted
        if expression.sort != "list" or len(expression.clauses) > 1 or not self._is_call(expression.value):
            return super().comprehension(expression)
        made = self.state.fork()
        calls = self.evaluate(replace(expression, sort="generator"))
        if not isinstance(calls, GeneratorValue):
            return calls
        pointer = self.state.allocate(Instance(External(_CALLS), {"calls": calls}))
        mentioned = {node.name for node in nodes_of(expression) if isinstance(node, Name)}
        own = {node.name for node in nodes_of(first.target) if isinstance(node, Name)}
        self.calls_made[pointer.address] = made
        self.state.write((pointer.address, "names"), TupleValue(tuple(map(Known, sorted(mentioned - own)))))
        return pointer

    def submitted(self, expression: Comprehension) -> Value | None:
        """The calls that a comprehension gives to a pool; None where it gives none."""
        call = expression.key if expression.sort == "map" else expression.value
        if expression.sort not in ("list", "map") or len(expression.clauses) > 1:
            return None
        match call:
            case CallExpr(function=Attribute(value=Name(name=name), name=("submit" | "apply_async"))):
                pool = self._quiet_look_up(name)
            case _:
                return None
        found = self.state.peek(pool) if isinstance(pool, Pointer) else None
        if not isinstance(pool, Pointer) or not isinstance(found, Instance) or found.of != POOL:
            return None
        value: Expr = call
        if expression.sort == "map":
            value = SequenceExpr(call.span, "tuple", (call, expression.value))
        generator = self.evaluate(replace(expression, sort="generator", key=None, value=value))
        self.state.write((pool.address, "waits"), TRUE)
        try:
            futures = self.special(
                pool,
                "__futures__",
                Arguments((generator, Known(expression.sort == "map")), {}),
                expression.span,
            )
        finally:
            self.state.write((pool.address, "waits"), FALSE)
        return futures

    def _is_call(self, value: Expr) -> bool:
        """True for a call of an asynchronous function of the script, or of a method of an asynchronous client."""
        match value:
            case CallExpr(function=Name(name=name)):
                called = self._quiet_look_up(name)
                return isinstance(called, FunctionValue) and getattr(called.definition, "asynchronous", False)
            case CallExpr(function=Attribute(value=Name(name=name))):
                receiver = self._quiet_look_up(name)
                found = self.state.get(receiver) if isinstance(receiver, Pointer) else None
                return isinstance(found, Instance) and found.of == External("httpx.AsyncClient")
            case _:
                return False

    def _made_before(self, calls: Value) -> Value:
        """The calls of a list, which are as if made now: what they are given has not changed since."""
        found = self.state.get(calls) if isinstance(calls, Pointer) else None
        if not isinstance(calls, Pointer) or not isinstance(found, Instance) or found.of != External(_CALLS):
            return calls
        before, names = self.calls_made[calls.address], found.attributes["names"]
        assert isinstance(names, TupleValue)
        for address, name in self.state.changed_cells(before):
            old = before.heap.get(address)
            if old is not None and not (isinstance(old, Frame) and Known(name) not in names.items):
                return NONE
        return found.attributes["calls"]

    def _gathered(
        self,
        calls: Value,
        collects: bool,
        span: SourceSpan,
        run: Callable[[Value], Value] | None = None,
        bound: int | None = None,
    ) -> Value:
        results = self.state.allocate(ListObject(()))
        position, held = len(self.region.items), list[Value]()
        gathering = _Gathering(self.state.next_address, bound)

        def complete(call: Value) -> Value:
            return self.completed(call, span)

        def one() -> None:
            outcome = self._outcome(held.pop(), collects, gathering, run or complete, span)
            methods.method(self, results, "append", Arguments((outcome,), {}), span)

        self.gatherings.append(gathering)
        try:
            self._for(calls, held.append, one, (), span)
        finally:
            self.gatherings.pop()
        reason = self._misfit(self.region.items[position:], results, gathering)
        if reason is not None:
            self.gap_before(position, "HS101", reason, span)
        loop = next((item for item in self.region.items[position:] if isinstance(item, Repetition)), None)
        if loop is not None:
            if reason is None:
                together = replace(loop, concurrency=gathering.bound or "unbounded")
                self.region.items[self.region.items.index(loop)] = together
            self._forget_order(loop.id, results)
            own = self._carried_by(loop.id, results)
            if own is not None and collects:
                self.tuples.collected[own.loop, own.name] = self._pair(loop, own)
        if not collects:
            return results
        kept: dict[str, Value] = {"pairs": results}
        if gathering.lost is not None:
            kept["lost"] = gathering.lost
        return self.state.allocate(Instance(External(OUTCOMES), kept))

    def _outcome(
        self,
        call: Value,
        collects: bool,
        gathering: _Gathering,
        run: Callable[[Value], Value],
        span: SourceSpan,
    ) -> Value:
        """What one call gives: its value, or with `collects` the pair of whether it failed, and the value."""
        cell = (self.state.allocate(Frame({})).address, _VALUE)
        gathering.begun, gathering.overwritten = self.state.fork(), ""

        def body() -> None:
            value = run(call)
            self.state.write(cell, value)

        def after_error(points: Sequence[FailurePoint], attempt: str) -> None:
            self.state.write(cell, NONE)
            if not collects:
                self.gap(
                    "HS101",
                    "an error of one of several calls at the same time, of which the others go on",
                    span,
                )
                raise PathEnds

        position = len(self.region.items)
        self._run(body, lambda: [Way((), after_error, span)], (), span)
        attempts = [
            item for item in self.region.items[position:] if isinstance(item, Attempt) and item.handlers
        ]
        value = self.state.read(cell) or NONE
        try:
            self.state.data(value)
        except NotData:
            gathering.lost = Unknown("HS101", "a result that is no data, of calls at the same time", span)
            value = NONE if collects else gathering.lost
        if not collects:
            return value
        failed: Value = Symbolic(Reference(step=attempts[0].id, part="failed")) if attempts else FALSE
        return TupleValue((failed, value))

    def _misfit(self, items: Sequence[Item], results: Pointer, gathering: _Gathering) -> str | None:
        """Why calls at the same time are not what the loop in their place does; None where they are."""
        loops = [item for item in items if isinstance(item, Repetition)]
        if not loops:
            alone = Region([item for item in items if not isinstance(item, Gap)])
            return "a fixed number of calls at the same time" if alone.acts() else None
        body = loops[-1].body
        if len(loops) > 1 or not _is_call_alone(body):
            return "calls at the same time whose arguments are computed by what can fail"
        if body.halts():
            return "an exit of the script within one of several calls at the same time"
        if gathering.overwritten:
            return f"calls at the same time that share {gathering.overwritten}"
        own = self._carried_by(loops[0].id, results)
        for item in all_items(body):
            if isinstance(item, Request) and not isinstance(item.operation, HttpOperation):
                return "files, databases or mails in calls at the same time"
            for expression in expressions_in(item):
                for part in walk(expression):
                    if isinstance(part, LoopValue) and part.loop == loops[0].id:
                        return f"calls at the same time that share {part.name}"
        return None if own is not None else "calls at the same time whose results are not known"

    def _pair(self, loop: Repetition, own: LoopValue) -> tuple[Expression, ...]:
        """The pair that each pass adds to the results."""
        added = next(one.next for one in loop.carried if one.name == own.name)
        pairs = (part for part in walk(added) if isinstance(part, Call) and part.function == "python.tuple")
        return next(pairs).arguments

    def _carried_by(self, loop: str, results: Pointer) -> LoopValue | None:
        found = self.state.get(results)
        value = found.expression if isinstance(found, DataObject) else None
        return value if isinstance(value, LoopValue) and value.loop == loop else None

    def _forget_order(self, loop: str, results: Pointer) -> None:
        """What the calls leave behind beside their results is what the last one to end has left."""
        own = self._carried_by(loop, results)

        def depends(expression: Expression) -> bool:
            return any(
                isinstance(one, LoopValue) and one.loop == loop and one != own for one in walk(expression)
            )

        places.sweep(self.state.heap, lambda one: _UNORDERED if depends(one.expression) else one)
        for address, found in self.state.heap.items():
            if isinstance(found, DataObject) and depends(found.expression):
                self.state.heap[address] = Ruined(_UNORDERED)


def _is_call_alone(body: Region) -> bool:
    """True if a pass does nothing before its call, and nothing after it."""
    match body.items:
        case [Attempt()]:
            return True
        case [Branching(then=then, otherwise=Region(items=[]))]:
            return _is_call_alone(then)
        case _:
            return False
