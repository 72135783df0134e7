"""Runs the step tree of an integration, one step after the other, as `migrate.model.steps` defines it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, assert_never

from migrate.model import (
    AnyStep,
    Check,
    ClockOperation,
    EntryPoint,
    Expression,
    Fail,
    FileOperation,
    Filter,
    HttpOperation,
    Integration,
    Loop,
    LoopExit,
    MailOperation,
    MappingRule,
    Milestone,
    Read,
    Respond,
    Route,
    SdkOperation,
    Split,
    SqlOperation,
    Stop,
    Translate,
    Try,
    UnmappedStep,
    UuidOperation,
    WebhookTrigger,
    Write,
)
from migrate.model.clients import CLIENTS
from migrate.model.errors import handles
from migrate.model.notation import described
from migrate.model.values import EvaluationError, UnmappedReached, Value, type_name
from migrate.reference.clock import Clock
from migrate.reference.coverage import LEFT_OUT, OTHERWISE, RAN, Tally
from migrate.reference.databases import Databases
from migrate.reference.exchange import Incoming, Reply, Transport, TransportError
from migrate.reference.expressions import evaluate, holds
from migrate.reference.files import Folders, access
from migrate.reference.mails import MailConnections
from migrate.reference.requesting import request
from migrate.reference.state import Attempt, Parts, Response, Result, Single, State, came_in
from migrate.reference.validation import validate

MAX_REQUESTS = 100_000


class RunnerLimitError(Exception):
    """A bound of the runner was reached, so the run says nothing about the script."""


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended: `failed` as by an uncaught exception, `unmapped` at something that could not be read.

    An unmapped run counts as failed too. `step` is the id of the step that ended it, None at the end of the
    tree. `reason` holds no value.
    """

    failed: bool
    reason: str
    unmapped: bool = False
    step: str | None = None
    requests: int = 0


@dataclass(frozen=True)
class _SkipRest:
    """A filter's condition was not true: on to the end of the pass."""


@dataclass(frozen=True, repr=False)
class _Leave:
    """A loop exit, with the values that it gives to loop variables."""

    updates: dict[str, Value]


@dataclass(frozen=True)
class _End:
    """The run is over."""

    failed: bool
    reason: str


_Signal = _SkipRest | _Leave | _End | None
"""What a step says to the block around it; None is: go on."""


def run(
    integration: Integration,
    environment: Mapping[str, str],
    transport: Transport,
    *,
    folders: Folders | None = None,
    incoming: Incoming | None = None,
    respond: Callable[[Reply], None] = lambda reply: None,
    tally: Tally | None = None,
    clock: Clock | None = None,
    max_requests: int = MAX_REQUESTS,
) -> RunOutcome:
    """Runs the integration once; `environment` holds its variables and secrets by name.

    `incoming` is the request that starts the run of a webhook; its answer goes to `respond` when it is made. Relative
    paths of files start at `folders`, without which both are the current one. `tally` counts what the run goes
    through; `clock` is that of the machine unless another is given. Raises MalformedModelError before anything is sent,
    RunnerLimitError after `max_requests` requests or where expressions are nested more deeply than the interpreter
    allows.
    """
    state = State(integration, environment, tally=tally or Tally())
    if incoming is not None and isinstance(integration.trigger, WebhookTrigger):
        state.results[integration.trigger.id] = came_in(incoming)
    return _run(
        integration.steps,
        state,
        transport,
        folders=folders,
        respond=respond,
        clock=clock,
        max_requests=max_requests,
    )


def start(
    integration: Integration,
    environment: Mapping[str, str],
    transport: Transport,
    *,
    tally: Tally | None = None,
) -> RunOutcome:
    """Does what the script of a webhook does before it takes in requests; it takes in none where that failed.

    Raises as `run` does.
    """
    trigger = integration.trigger
    steps = trigger.start if isinstance(trigger, WebhookTrigger) else ()
    return _run(steps, State(integration, environment, tally=tally or Tally()), transport)


def _run(
    steps: Iterable[AnyStep],
    state: State,
    transport: Transport,
    *,
    folders: Folders | None = None,
    respond: Callable[[Reply], None] = lambda reply: None,
    clock: Clock | None = None,
    max_requests: int = MAX_REQUESTS,
) -> RunOutcome:
    try:
        validate(state.integration)
    except RecursionError:
        raise RunnerLimitError("expressions are nested too deeply for the runner") from None
    folders = folders or Folders(Path(), Path())
    with Databases(folders) as databases, MailConnections() as mails:
        execution = _Execution(
            state, transport, folders, databases, mails, respond, clock or Clock(), max_requests
        )
        return execution.outcome(steps)


class _Execution:
    """One run under way."""

    def __init__(
        self,
        state: State,
        transport: Transport,
        folders: Folders,
        databases: Databases,
        mails: MailConnections,
        respond: Callable[[Reply], None],
        clock: Clock,
        max_requests: int,
    ) -> None:
        self._state = state
        self._tally = state.tally
        self._transport = transport
        self._folders = folders
        self._databases = databases
        self._mails = mails
        self._respond = respond
        self._clock = clock
        self._max_requests = max_requests
        self._requests = 0
        self._step: str | None = None

    def outcome(self, steps: Iterable[AnyStep]) -> RunOutcome:
        try:
            end = self.block(steps)
        except (EvaluationError, TransportError) as failure:
            return RunOutcome(True, str(failure), False, self._step, self._requests)
        except UnmappedReached as gap:
            return RunOutcome(True, str(gap), True, self._step, self._requests)
        except RecursionError:
            raise RunnerLimitError(f"step {self._step}: nested too deeply for the runner") from None
        if isinstance(end, _End):
            return RunOutcome(end.failed, end.reason, False, self._step, self._requests)
        return RunOutcome(failed=False, reason="", requests=self._requests)

    def block(self, steps: Iterable[AnyStep]) -> _Signal:
        for step in steps:
            self._step = step.id
            self._tally.hit(step, RAN)
            signal = _STEPS[type(step)](self, step)
            if signal is not None:
                return signal
        return None

    def operation(self, step: Read | Write) -> _Signal:
        match step.operation:
            case HttpOperation() as operation:
                return self._send(step, operation)
            case FileOperation() as operation:
                self._state.results[step.id] = Parts(
                    access(operation, self._folders, self._state), operation.decoder
                )
            case SqlOperation() as operation:
                self._state.results[step.id] = Parts(self._databases.run(operation, self._state))
            case MailOperation() as operation:
                self._mails.run(operation, self._state)
            case SdkOperation() as operation:
                raise UnmappedReached(f"HS109: {described(operation)} is described, not run")
            case ClockOperation() | UuidOperation() as operation:
                self._state.results[step.id] = Parts(self._clock.read(operation))
            case _:
                assert_never(step.operation)
        return None

    def _send(self, step: Read | Write, operation: HttpOperation) -> _Signal:
        prepared = request(operation, self._state)
        if self._requests >= self._max_requests:
            raise RunnerLimitError(f"step {step.id}: more than {self._max_requests} requests")
        self._requests += 1
        answer = self._transport.send(prepared)
        self._state.results[step.id] = Response(answer, operation.decoder)
        for number, rule in enumerate(operation.on_status):
            if rule.first <= answer.status <= rule.last:
                self._tally.hit(step, number)
                raise EvaluationError(CLIENTS[operation.client].status_error, f"status {answer.status}")
        return None

    def translate(self, step: Translate) -> _Signal:
        record: dict[str, Value] = {}
        for rule in step.rules:
            if rule.when is not None and not holds(rule.when, self._state):
                self._tally.hit(rule, LEFT_OUT)
                continue
            value = evaluate(rule.value, self._state)
            self._tally.ruled(rule, value, self._value)
            record = _placed(record, rule.target, value, rule)
        self._state.results[step.id] = Single(record)
        return None

    def _value(self, expression: Expression) -> Value:
        return evaluate(expression, self._state)

    def check(self, step: Check) -> _Signal:
        for expression in step.expressions:
            evaluate(expression, self._state)
        return None

    def filter(self, step: Filter) -> _Signal:
        true = holds(step.condition, self._state)
        self._tally.hit(step, true)
        return None if true else _SkipRest()

    def split(self, step: Split) -> _Signal:
        items = evaluate(step.over, self._state)
        if not isinstance(items, list):
            raise EvaluationError("TypeError", f"a split over {type_name(items)}, not list")
        self._begin(step)
        passes = 0
        try:
            for item in items:
                passes += 1
                self._state.results[step.id] = Single(item)
                signal = self._pass(step)
                if signal is not None:
                    return self._left(step, signal)
        finally:
            self._tally.passed(step, passes)
        return None

    def loop(self, step: Loop) -> _Signal:
        self._begin(step)
        passes = 0
        try:
            while step.condition is None or holds(step.condition, self._state):
                passes += 1
                signal = self._pass(step)
                if signal is not None:
                    return self._left(step, signal)
        finally:
            self._tally.passed(step, passes)
        return None

    def _begin(self, step: Split | Loop) -> None:
        self._state.loops[step.id] = {v.name: evaluate(v.initial, self._state) for v in step.variables}

    def _pass(self, step: Split | Loop) -> _Signal:
        """One pass and, unless it left the loop, the change to the next values."""
        signal = self.block(step.steps)
        if isinstance(signal, (_Leave, _End)):
            return signal
        self._step = step.id
        self._state.loops[step.id] = {v.name: evaluate(v.next, self._state) for v in step.variables}
        return None

    def _left(self, step: Split | Loop, signal: _Signal) -> _Signal:
        """Gives the exit's values to the loop that it left; the end of the run goes further up."""
        if not isinstance(signal, _Leave):
            return signal
        self._state.loops[step.id] = self._state.loops[step.id] | signal.updates
        return None

    def exit(self, step: LoopExit) -> _Signal:
        return _Leave({update.name: evaluate(update.value, self._state) for update in step.updates})

    def route(self, step: Route) -> _Signal:
        for number, branch in enumerate(step.branches):
            if holds(branch.when, self._state):
                self._tally.hit(step, number)
                return self.block(branch.steps)
        self._tally.hit(step, OTHERWISE)
        return self.block(step.otherwise)

    def attempt(self, step: Try) -> _Signal:
        results = self._state.results
        results[step.id] = Attempt()
        try:
            signal = self.block(step.steps)
            self._tally.hit(step, 0)
            return signal
        except (EvaluationError, TransportError) as failure:
            error = failure
        for number, handler in enumerate(step.handlers, start=1):
            if handles(handler.errors, error.kind):
                self._tally.hit(step, number)
                results[step.id] = replace(_attempt_of(results, step.id), error=error, handler=number)
                return self.block(handler.steps)
        raise error

    def milestone(self, step: Milestone) -> _Signal:
        results = self._state.results
        results[step.attempt] = replace(_attempt_of(results, step.attempt), reached=step.number)
        return None

    def fail(self, step: Fail) -> _Signal:
        if step.again is not None:
            raised = self._state.results[step.again]
            if isinstance(raised, Attempt) and raised.error is not None:
                raise raised.error
        raise EvaluationError(step.error, step.reason)

    def stop(self, step: Stop) -> _Signal:
        return _End(step.failed, step.reason)

    def respond(self, step: Respond) -> _Signal:
        status = evaluate(step.status, self._state)
        headers = tuple((one.name, evaluate(one.value, self._state)) for one in step.headers)
        body = None if step.body is None else evaluate(step.body, self._state)
        if not isinstance(status, int) or not isinstance(body, str | bytes | None):
            raise EvaluationError("TypeError", f"an answer of {type_name(status)} and {type_name(body)}")
        texts = tuple((name, value) for name, value in headers if isinstance(value, str))
        if len(texts) < len(headers):
            raise EvaluationError("TypeError", "a header of an answer that is no text")
        self._respond(Reply(status, texts, _packed(body)))
        return None

    def entry_point(self, step: EntryPoint) -> _Signal:
        return None

    def unmapped(self, step: UnmappedStep) -> _Signal:
        raise UnmappedReached(f"{step.code}: {step.reason}")


_STEPS: dict[type[Any], Callable[[_Execution, Any], _Signal]] = {
    Read: _Execution.operation,
    Write: _Execution.operation,
    Translate: _Execution.translate,
    Check: _Execution.check,
    Filter: _Execution.filter,
    Split: _Execution.split,
    Loop: _Execution.loop,
    LoopExit: _Execution.exit,
    Route: _Execution.route,
    Try: _Execution.attempt,
    Milestone: _Execution.milestone,
    Fail: _Execution.fail,
    Stop: _Execution.stop,
    Respond: _Execution.respond,
    EntryPoint: _Execution.entry_point,
    UnmappedStep: _Execution.unmapped,
}


def _attempt_of(results: Mapping[str, Result], id: str) -> Attempt:
    """What a try has come to so far; it has begun."""
    found = results[id]
    assert isinstance(found, Attempt)
    return found


def _packed(body: str | bytes | None) -> bytes | None:
    """The bytes of a body; half a surrogate pair is an error."""
    if not isinstance(body, str):
        return body
    try:
        return body.encode()
    except UnicodeEncodeError as failure:
        raise EvaluationError("UnicodeEncodeError", "half a surrogate pair in an answer", failure) from None


def _placed(
    record: dict[str, Value], target: tuple[str, ...], value: Value, rule: MappingRule
) -> dict[str, Value]:
    """The record with the value at the target; records on the way are copied, being parts of an answer."""
    key, *rest = target
    if not rest:
        return record | {key: value}
    inner = record.get(key, {})
    if not isinstance(inner, dict):
        raise EvaluationError("TypeError", f"the rule {rule.id} sets a key of {type_name(inner)}")
    return record | {key: _placed(inner, tuple(rest), value, rule)}
