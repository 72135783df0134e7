"""Error handling: `try` with handlers, `else` and `finally`, and what `raise` raises.

The body is evaluated once; each place in it where an error can arise is kept with the state there. A handler starts
from the states at all places that lead to it: what differs between them is a choice by how far the body has come
(`milestones`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from extractors.evaluator import operators
from extractors.evaluator.certain_ends import RAISED
from extractors.evaluator.control import FailurePoint, PathEnds, Position, Target
from extractors.evaluator.errors import ErrorClasses
from extractors.evaluator.exits import exit_run
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.merging import merge
from extractors.evaluator.milestones import Numbers, after_error, number_places
from extractors.evaluator.parts import AFTER_ERROR, Arguments
from extractors.evaluator.residual import (
    Attempt,
    Branching,
    Evaluate,
    Failure,
    Handled,
    Region,
    Request,
    StatusCheck,
)
from extractors.evaluator.state import State, both, negation
from extractors.evaluator.values import (
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    Pointer,
    Symbolic,
    Unknown,
    Value,
)
from extractors.ir import Block, CallExpr, Handler, Raise, Try
from migrate.model import Call, Constant, Expression, Lookup, Reference, SourceSpan, walk
from migrate.model.clients import CLIENTS
from migrate.model.errors import handles, is_a
from migrate.model.functions import FUNCTIONS

_ATTEMPT = "(attempt)"
"""The attribute of a caught error's object that names the attempt which handles it."""
CLOSED = "closed"
"""The attribute of a library's object that is true when it has been closed."""
_OF_A_BODY = "requests.JSONDecodeError"
_SPEAKS = "(speaks)"
"""The attribute of a caught error that could be one of which the model knows what it says."""
_SAID = {"python.text": "message", "python.representation": "representation"}
_NOT_KNOWN = "an error whose class, or what extends it, is not known"


WayOut = tuple[Target, Expression, Value]
"""An exit from a part: the end that it meets, where it is taken, and the value that it returns."""
ENDS = ("final return", "final break", "final continue")
"""The ends of a part that something follows on all ways."""


@dataclass(frozen=True)
class Way:
    """A handler as it is evaluated: the kinds that it handles, whether exits of the run too, and what it does."""

    errors: tuple[str, ...]
    run: Callable[[Sequence[FailurePoint], str], None]
    span: SourceSpan
    exits: bool = False


class Attempts(ErrorClasses):
    """The part of the evaluator that handles errors."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source, knowledge)
        self.handling: list[str] = []
        """The attempts whose handlers are being evaluated, the innermost last."""

    def attempt(self, statement: Try) -> None:
        """A `try` statement."""
        if any(self.kinds(self._matched(handler)) is None for handler in statement.handlers):
            self._without_handlers(statement)
        elif not statement.final:
            self._handled(statement)
        elif self._is_inert(statement.final, self.state):
            self._with_inert_final(statement)
        else:
            self._with_final(statement)

    def _without_handlers(self, statement: Try) -> None:
        """What can be read of a statement whose handlers take errors that are not known; a run ends ahead of it."""
        unclear = self.supposed(self.gap("HS105", _NOT_KNOWN, statement.span))
        test = operators.truth(self, unclear, statement.span)
        self.execute_block((*statement.body, *statement.otherwise))
        for handler in statement.handlers:
            if handler.name:
                self.bind(handler.name, unclear, handler.span)
            self.branch(test, partial(self.execute_block, handler.body), lambda: None, handler.span)
        self.execute_block(statement.final)

    def _matched(self, handler: Handler) -> Value:
        """The class, or tuple of classes, that a handler names."""
        return (
            External("builtins.BaseException") if handler.matches is None else self.evaluate(handler.matches)
        )

    def _handled(self, statement: Try) -> None:
        instead = self.handler_of_import(statement)
        if instead is not None:
            self.execute_block(instead.body)
        elif statement.handlers:
            self._run(
                lambda: self.while_handled(statement),
                lambda: [self._way(handler) for handler in statement.handlers],
                statement.otherwise,
                statement.span,
            )
        else:
            self.execute_block((*statement.body, *statement.otherwise))

    def _with_inert_final(self, statement: Try) -> None:
        """`finally` that only closes or logs, as it must on every way that leads to it."""
        position, exits = len(self.region.items), len(self.control.exits)
        hard = {id(one): (len(one.breaks), len(one.continues)) for one in self.control.targets}
        points: list[FailurePoint] = []
        self.control.failure_points.append(points)
        states: list[State] = []
        try:
            self._handled(statement)
            states.append(self.state)
        finally:
            self.control.failure_points.pop()
            if self.control.failure_points:
                self.control.failure_points[-1].extend(points)
            states += [one.state for one in self.control.exits[exits:]] + [one.state for one in points]
            for target in self.control.targets:
                breaks, continues = hard[id(target)]
                states += [state for state, _ in target.breaks[breaks:]]
                states += [state for _, state in target.continues[continues:]]
            if not all(self._is_inert(statement.final, state) for state in states):
                self.gap_before(
                    position,
                    "HS105",
                    "a finally block that does something on some of its ways",
                    statement.span,
                )

    def _with_final(self, statement: Try) -> None:
        """`finally`: run after an error, which then goes on, and run after everything else."""

        def final() -> None:
            self.execute_block(statement.final)

        self._finally(lambda: self._handled(statement), final, final, "finally block", statement.span)

    def _finally(
        self,
        body: Callable[[], None],
        after_error: Callable[[], None] | None,
        final: Callable[[], None],
        what: str,
        span: SourceSpan,
    ) -> None:
        """A part that something follows on all ways that lead out of it: after an error, then at its end or an exit.

        An exit leads to the end of the part first, and on from there. Without `after_error` an error ends the run. An
        exit out of `after_error` itself would have the error forgotten: a gap.
        """
        forgets = False

        def handle(points: Sequence[FailurePoint], attempt: str) -> None:
            nonlocal forgets
            if after_error is not None:
                exits = len(self.control.exits)
                try:
                    after_error()
                finally:
                    forgets = forgets or any(one.target in ends for one in self.control.exits[exits:])
            raise self._again(attempt, span)

        position, here = len(self.region.items), self.control.here()
        ends = [Target(end) for end in ENDS]
        self.control.targets += ends
        falls_through = True
        try:
            if after_error is None:
                body()
            else:
                self._run(body, lambda: [Way((), handle, span)], (), span)
        except PathEnds:
            falls_through = False
        finally:
            del self.control.targets[-len(ends) :]
            if any(Region([item]).halts() for item in self.region.items[position:]):
                self.gap_before(position, "HS105", f"a {what} that an exit of the script leads through", span)
            if forgets:
                self.gap_before(position, "HS105", f"a {what} that is left before an error goes on", span)
        ways = self.ways_out(ends, here, falls_through=falls_through)
        here = self.control.here()
        final()
        self.where_not(
            self.control.open_exits(here), lambda: self.go_on(ways, span, falls_through=falls_through), span
        )

    def ways_out(self, ends: list[Target], here: Position, *, falls_through: bool) -> list[WayOut]:
        """The ways that lead out of a part, each to its end first; all go on from there together."""
        state = self.state if falls_through else None
        ways: list[WayOut] = []
        for end in ends:
            taken = self.control.open_exits(here, end)
            if taken is not None:
                value = self.arrive(end, here, None)
                ways.append((end, taken, value))
                state = self.state if state is None else merge(taken, self.state, state)
        if state is None:
            raise PathEnds
        state.next_address = max(state.next_address, self.state.next_address)
        self.state = state
        return ways

    def go_on(self, ways: list[WayOut], span: SourceSpan, *, falls_through: bool) -> None:
        """After what follows a part on all ways: to where the exits from it lead."""
        if not ways:
            return
        (end, taken, value), *others = ways

        def go() -> None:
            if end.what == "final return":
                raise self.leave_function(self.refreshed(value), span)
            raise self.leave_loop(end.what == "final break", span)

        if not others and not falls_through:
            go()
        self.branch(taken, go, lambda: self.go_on(others, span, falls_through=falls_through), span)

    # --- with ----------------------------------------------------------------------------------------------------

    def managed(self, manager: Pointer, body: Callable[[], None], span: SourceSpan) -> None:
        """The body of a `with` statement, whose manager is told when and how it ends.

        `__exit__` of a library's object tells of the end, `CLOSED` marks one that is only closed. What it does after
        an error (`AFTER_ERROR`) matters only where the error is handled: else the run ends, and all is lost anyway.
        """
        if self.special(manager, AFTER_ERROR, Arguments((), {}), span) is None:
            self._closed_after(manager, body)
            return

        def after_error() -> None:
            handler = self.special(manager, AFTER_ERROR, Arguments((), {}), span)
            assert isinstance(handler, Known)
            self.special(manager, str(handler.value), Arguments((), {}), span)

        def final() -> None:
            self.special(manager, "__exit__", Arguments((), {}), span)

        # `__exit__` of the script's own classes may do anything, also where nothing handles the error.
        matters = self.control.failure_points or self.own_special(manager, "__exit__") is not None
        self._finally(body, after_error if matters else None, final, "with statement", span)

    def _closed_after(self, manager: Pointer, body: Callable[[], None]) -> None:
        exits = len(self.control.exits)
        try:
            body()
        finally:
            for state in (self.state, *(one.state for one in self.control.exits[exits:])):
                if state.read((manager.address, CLOSED)) is not None:
                    state.write((manager.address, CLOSED), TRUE)

    def _is_inert(self, block: Block, at: State) -> bool:
        """True if a block does nothing that is carried over: it closes things, it logs."""
        before, region, mark = self.state, self.region, self.mark()
        self.state, self.region = at.fork(), Region()
        try:
            self.execute_block(block)
            acts = self.region.items or any(self.state.changed_cells(at))
            return not (acts or self.control.has_left_since(mark.control))
        except PathEnds:
            return False
        finally:
            self.state, self.region = before, region
            self.undo(mark)

    # --- the attempt ---------------------------------------------------------------------------------------------

    def _run(
        self, body: Callable[[], None], ways: Callable[[], list[Way]], otherwise: Block, span: SourceSpan
    ) -> None:
        attempt, since = self.new_id("try"), self.state.next_address
        here = self.control.here()
        failed = Reference(step=attempt, part="failed")
        points: list[FailurePoint] = []
        self.control.failure_points.append(points)
        try:
            region, end = self._side(self.state.fork(), negation(failed), body)
        finally:
            self.control.failure_points.pop()
        for point in points:
            self.release(point.state, since)  # an error ends the calls within the block
        numbers = number_places(attempt, region, points)
        left = self.control.open_exits(here)
        found = ways()
        if any(way.exits for way in found) and region.halts():
            self.gap("HS105", "an exit of the script within a handler of everything", span)
        handled: list[Handled] = []
        ends: list[tuple[Expression, State]] = []
        for way in found:
            leading = [point for point in points if _can_raise(point, way.errors)]
            points = [point for point in points if not _always_handles(way.errors, point)]
            if not leading:
                continue
            test: Expression = failed
            if len(found) > 1:
                number = Constant(value=len(handled) + 1)
                test = operators.call("python.equals", Reference(step=attempt, part="handler"), number)
            region_after, end_after = self._side(
                self._after_error(attempt, leading, numbers, span),
                test,
                self._handler_of(way, leading, attempt),
            )
            handled.append(Handled(way.errors, region_after, way.span))
            if end_after is not None:
                ends.append((test, end_after))
        if self.control.failure_points:
            self.control.failure_points[-1].extend(points)
        self.emit(Attempt(attempt, region, tuple(handled), span))
        if otherwise and end is not None:
            end.next_address = max(end.next_address, self.state.next_address)
            well = negation(failed) if left is None else both(negation(failed), negation(left))
            region_else, end = self._side(end, well, lambda: self.execute_block(otherwise))
            if region_else.items:
                self.emit(Branching(well, region_else, Region(), span))
        for test, state in reversed(ends):
            end = state if end is None else merge(test, state, end)
        if end is None:
            raise PathEnds
        end.next_address = max(end.next_address, self.state.next_address)
        self.state = end

    def _after_error(
        self, attempt: str, points: Sequence[FailurePoint], numbers: Numbers, span: SourceSpan
    ) -> State:
        state = after_error(attempt, points, numbers, span)
        state.next_address = max(state.next_address, self.state.next_address)
        return state

    def _handler_of(self, way: Way, points: Sequence[FailurePoint], attempt: str) -> Callable[[], None]:
        def run() -> None:
            self.handling.append(attempt)
            try:
                way.run(points, attempt)
            finally:
                self.handling.pop()

        return run

    def _side(
        self, state: State, condition: Expression, run: Callable[[], None]
    ) -> tuple[Region, State | None]:
        """Evaluates a part in a region of its own; its end, None where no path leads there."""
        outer, self.region, self.state = self.region, Region(), state
        self.control.conditions.append(condition)
        end: State | None = None
        try:
            run()
            end = self.state
        except PathEnds:
            pass
        finally:
            self.control.conditions.pop()
            region, self.region = self.region, outer
        return region, end

    def _way(self, handler: Handler) -> Way:
        matched = self._matched(handler)

        def run(points: Sequence[FailurePoint], attempt: str) -> None:
            if handler.name is None:
                self.execute_block(handler.body)
                return
            self.bind(handler.name, self._caught(points, attempt), handler.span)
            self.execute_block(handler.body)
            gone = Unknown("HS105", "a caught error after its handler", handler.span)
            self.state.write((self.frame_of(handler.name), handler.name), gone)

        exits = matched == External("builtins.BaseException")
        return Way(self.kinds(matched) or (), run, handler.span, exits)

    def _caught(self, points: Sequence[FailurePoint], attempt: str) -> Value:
        """The object of a caught error; where a status check raised it, its `response` is the answer."""
        attributes: dict[str, Value] = {_ATTEMPT: Known(attempt)}
        answers = {p.item.answer if isinstance(p.item, StatusCheck) else None for p in points}
        answer = answers.pop() if len(answers) == 1 else None
        if answer is not None:
            attributes["response"] = Pointer(answer)
        if any(isinstance(p.item, Evaluate) and _speaks(p.item.expression) for p in points):
            attributes[_SPEAKS] = TRUE
        return self.state.allocate(Instance(self.CAUGHT, attributes))

    def caught_error(self) -> Pointer:
        """The object of an error that was handled before, and that cannot be raised again."""
        return self.state.allocate(Instance(self.CAUGHT, {_ATTEMPT: Known("")}))

    def caught_text(self, pointer: Pointer, function: str, span: SourceSpan) -> Value:
        """What `str` or `repr` make of a caught error: known when the flow runs, where the model knows what it says."""
        attempt = self.state.read((pointer.address, _ATTEMPT))
        speaks = self.state.read((pointer.address, _SPEAKS)) is not None
        part = _SAID.get(function)
        if part is None or not speaks or not isinstance(attempt, Known):
            return Unknown("HS105", "the text of a caught error", span, text=True)
        return Symbolic(Reference.model_validate({"step": str(attempt.value), "part": part}))

    # --- raise ---------------------------------------------------------------------------------------------------

    def raised(self, statement: Raise) -> PathEnds:
        """A `raise` statement; to be raised by the caller."""
        value, span = statement.value, statement.span
        if value is None:
            return self._again(self.handling[-1] if self.handling else None, span)
        call = value if isinstance(value, CallExpr) else None
        of = self.evaluate(value if call is None else call.function)
        caught = self.state.get(of) if isinstance(of, Pointer) else None
        if isinstance(caught, Instance) and caught.of == self.CAUGHT and call is None:
            attempt = caught.attributes[_ATTEMPT]
            return self._again(str(attempt.value) if isinstance(attempt, Known) else None, span)
        values = [self.evaluate(argument.value) for argument in (() if call is None else call.arguments)]
        if of == External("builtins.SystemExit"):
            return exit_run(self, values[0] if values else NONE, span)
        kind = self.kind(of)
        if kind is None:
            self.gap("HS105", f"raising {_NOT_KNOWN}", span)
            return PathEnds()
        return self.fail(kind, RAISED, span)

    def _again(self, attempt: str | None, span: SourceSpan) -> PathEnds:
        if attempt is None or attempt not in self.handling:
            self.gap("HS105", "an error is raised again that is not being handled here", span)
        else:
            self.emit(Failure("", "", span, attempt))
        return PathEnds()


def _can_raise(point: FailurePoint, errors: tuple[str, ...]) -> bool:
    """True if an error that a handler of these kinds handles can arise at the point."""
    match point.item:
        case StatusCheck(error=kind) | Failure(error=kind, again=None):
            return handles(errors, kind)
        case Request():
            of_status = [one.status_error for one in CLIENTS.values() if not one.is_only_named]
            return not errors or not all(any(is_a(e, one) for one in of_status) for e in errors)
        case Evaluate(expression=expression):
            raised = {kind for part in walk(expression) for kind in _library_errors(part)}
            return not errors or any(
                "." not in error or any(is_a(kind, error) for kind in raised) for error in errors
            )
        case _:
            return True


def _speaks(expression: Expression) -> bool:
    """True if an error can arise of which the model knows what it says."""
    return any(
        isinstance(part, Lookup)
        or (
            isinstance(part, Call)
            and (FUNCTIONS[part.function].represented or part.function == "python.json_value")
        )
        for part in walk(expression)
    )


def _library_errors(part: Expression) -> tuple[str, ...]:
    """The errors of libraries that evaluating a part of an expression can raise."""
    match part:
        case Reference(part="body"):
            return (_OF_A_BODY, "json.JSONDecodeError")
        case Call(function="python.json_value"):
            return ("json.JSONDecodeError",)
        case Call(function="python.csv_rows" | "python.csv_records" | "python.csv_row"):
            return ("csv.Error",)
        case _:
            return ()


def _always_handles(errors: tuple[str, ...], point: FailurePoint) -> bool:
    """True if no error that arises at the point goes past a handler of these kinds."""
    kind = point.error
    return not errors or (kind is not None and handles(errors, kind))
