"""Refuses a model that names what is not there, before anything is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from migrate.model import (
    WEBHOOK_PARTS,
    AnyStep,
    Block,
    Call,
    ClockOperation,
    EntryPoint,
    Expression,
    Fail,
    FileOperation,
    Filter,
    HttpBasic,
    HttpOperation,
    Integration,
    Loop,
    LoopExit,
    LoopValue,
    MailOperation,
    Milestone,
    Read,
    Reference,
    Respond,
    SdkOperation,
    SecretReference,
    SecurityScheme,
    Split,
    SqlOperation,
    Stop,
    Translate,
    Trigger,
    Try,
    UnmappedScheme,
    UuidOperation,
    VariableReference,
    WebhookTrigger,
    Write,
    blocks,
    expressions_of,
    may_start,
    parts_of,
    walk,
    walk_steps,
)
from migrate.model.clients import CLIENTS
from migrate.model.codecs import CODECS
from migrate.model.functions import FUNCTIONS
from migrate.reference.files import ENCODINGS
from migrate.reference.state import DOCUMENTS

_PARTS = {
    "translate": frozenset({"value"}),
    "split": frozenset({"item"}),
    "try": frozenset({"failed", "handler", "error", "reached", "message", "representation"}),
}


class MalformedModelError(Exception):
    """The model contradicts itself; the message names each place and holds no value."""


@dataclass(frozen=True)
class ModelFault:
    """A step, rule or security scheme, by its id, and what is wrong with it; holds no value."""

    kind: Literal["step", "rule", "security scheme"]
    id: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.text}"


def validate(integration: Integration) -> None:
    """Raises MalformedModelError for all in which the model contradicts itself."""
    found = list(faults(integration))
    if found:
        raise MalformedModelError("; ".join(map(str, found)))


def faults(integration: Integration) -> Iterator[ModelFault]:
    """Everything in which the model contradicts itself."""
    steps = {step.id: step for step in walk_steps(integration.whole)}
    trigger = integration.trigger
    yield from _doubled(integration)
    yield from _misplaced(integration.steps, None, outermost=True)
    yield from _raised_again(integration.steps, frozenset())
    yield from _outside(integration.steps, frozenset())
    yield from _starting(trigger)
    yield from (fault for step in steps.values() if isinstance(step, Split) for fault in _concurrent(step))
    for scheme in integration.security_schemes:
        yield from (
            ModelFault("security scheme", scheme.id, fault)
            for fault in _scheme_faults(scheme, integration, steps)
        )
    for step in steps.values():
        for expression in expressions_of(step):
            for part in walk(expression):
                fault = _fault(part, integration, steps)
                if fault:
                    yield ModelFault("step", step.id, fault)
        if isinstance(step, (Read, Write)):
            yield from (ModelFault("step", step.id, fault) for fault in _operation_faults(step, integration))
        if isinstance(step, Respond) and not isinstance(trigger, WebhookTrigger):
            yield ModelFault("step", step.id, "an answer, but the trigger takes in no request")
        if isinstance(step, Translate):
            yield from (ModelFault("rule", rule.id, "no target") for rule in step.rules if not rule.target)


def _doubled(integration: Integration) -> Iterator[ModelFault]:
    """Ids that several steps and rules have, the trigger among them."""
    trigger, steps = integration.trigger, list(walk_steps(integration.whole))
    ids = Counter(step.id for step in steps)
    ids.update((trigger.id,) if isinstance(trigger, WebhookTrigger) else ())
    rules = Counter(rule.id for step in steps if isinstance(step, Translate) for rule in step.rules)
    for id, count in (ids + rules).items():
        if count > 1:
            yield ModelFault("step" if id in ids else "rule", id, f"the id is used {count} times")


def _misplaced(block: Block, around: Split | Loop | None, *, outermost: bool) -> Iterator[ModelFault]:
    """Filters and exits outside of a loop, and updates of variables that the innermost loop does not have."""
    for step in block:
        if isinstance(step, (Filter, LoopExit)) and around is None:
            yield ModelFault("step", step.id, f"{step.kind} outside of a split or loop")
        if isinstance(step, EntryPoint) and not outermost:
            yield ModelFault("step", step.id, "an entry point inside of another step")
        if isinstance(step, LoopExit) and around is not None:
            known = {variable.name for variable in around.variables}
            unknown = [update.name for update in step.updates if update.name not in known]
            yield from (
                ModelFault("step", step.id, f"the loop {around.id} has no variable {name}")
                for name in unknown
            )
        inner = step if isinstance(step, (Split, Loop)) else around
        for steps in blocks(step):
            yield from _misplaced(steps, inner, outermost=False)


def _starting(trigger: Trigger) -> Iterator[ModelFault]:
    """What does more before requests are taken in than to check the environment."""
    start = trigger.start if isinstance(trigger, WebhookTrigger) else ()
    for step in start:
        if not may_start(step):
            yield ModelFault("step", step.id, f"a {step.kind} before requests are taken in")
    for step in walk_steps(start):
        parts = (part for expression in expressions_of(step) for part in walk(expression))
        if any(isinstance(part, (Reference, LoopValue)) for part in parts):
            yield ModelFault("step", step.id, "a result, before requests are taken in")


def _concurrent(split: Split) -> Iterator[ModelFault]:
    """What items that are under way at the same time would share, and errors that would leave one of them."""
    if split.concurrency == 1:
        return
    inner = [step for step in split.steps if not isinstance(step, Filter)]
    if not (len(inner) == 1 and isinstance(inner[0], Try) and any(not h.errors for h in inner[0].handlers)):
        yield ModelFault(
            "step", split.id, "several items at the same time outside of a try that handles all errors"
        )
    for step in walk_steps(split.steps):
        if isinstance(step, Stop | LoopExit) and _leaves(split, step):
            yield ModelFault("step", step.id, f"{step.kind} within items that are under way at the same time")
        for expression in expressions_of(step):
            if any(isinstance(part, LoopValue) and part.loop == split.id for part in walk(expression)):
                yield ModelFault(
                    "step", step.id, f"a variable of {split.id}, whose items run at the same time"
                )


def _leaves(split: Split, step: Stop | LoopExit) -> bool:
    """True if the step ends the run, or leaves the split itself."""
    inner = (each for each in walk_steps(split.steps) if isinstance(each, Split | Loop))
    return isinstance(step, Stop) or not any(step in walk_steps(each.steps) for each in inner)


def _raised_again(block: Block, handled: frozenset[str]) -> Iterator[ModelFault]:
    """Errors that are raised again where none is being handled."""
    for step in block:
        if isinstance(step, Fail) and step.again is not None and step.again not in handled:
            yield ModelFault(
                "step", step.id, f"no handler of {step.again} around it, whose error it would raise again"
            )
        if isinstance(step, Try):
            yield from _raised_again(step.steps, handled)
            for handler in step.handlers:
                yield from _raised_again(handler.steps, handled | {step.id})
        else:
            for steps in blocks(step):
                yield from _raised_again(steps, handled)


def _outside(block: Block, around: frozenset[str]) -> Iterator[ModelFault]:
    """Milestones of a try that are not among its steps."""
    for step in block:
        if isinstance(step, Milestone) and step.attempt not in around:
            yield ModelFault("step", step.id, f"a milestone outside of the steps of {step.attempt}")
        if isinstance(step, Try):
            yield from _outside(step.steps, around | {step.id})
            for handler in step.handlers:
                yield from _outside(handler.steps, around)
        else:
            for steps in blocks(step):
                yield from _outside(steps, around)


def _operation_faults(step: Read | Write, integration: Integration) -> Iterator[str]:
    match step.operation:
        case HttpOperation() as operation:
            yield from _request_faults(operation, integration)
        case FileOperation(action="move", target=None):
            yield "a move without a target"
        case FileOperation(action="append", content=None):
            yield "an append without content"
        case FileOperation(encoding=encoding) if encoding not in ENCODINGS.keys() & CODECS.keys():
            yield f"no encoding {encoding}"
        case FileOperation(decoder=str() as decoder) if decoder not in DOCUMENTS.keys() & CODECS.keys():
            yield f"no decoder {decoder}"
        case SqlOperation(action="connect", database=None):
            yield "a connection without a database"
        case SqlOperation(action="execute" | "execute-many" | "execute-script", statement=None):
            yield "no statement"
        case SqlOperation(action="execute-many", parameters=None):
            yield "no parameters"
        case MailOperation(action="connect", server=server, port=port) if server is None or port is None:
            yield "a connection without server and port"
        case MailOperation(action="login", user=user, password=password) if user is None or password is None:
            yield "a login without user and password"
        case MailOperation(action="send", sender=sender, recipients=to) if sender is None or to is None:
            yield "a mail without sender and recipients"
        case FileOperation() | SqlOperation() | MailOperation() | SdkOperation():
            return
        case ClockOperation() | UuidOperation():
            return
        case _:
            assert_never(step.operation)


_LOCATIONS = ("path", "query", "header")


def _request_faults(operation: HttpOperation, integration: Integration) -> Iterator[str]:
    schemes = {scheme.id for scheme in integration.security_schemes}
    yield from (f"no security scheme {id}" for id in operation.security if id not in schemes)
    client = CLIENTS[operation.client]
    if operation.body is not None and operation.body.encoder not in client.encoders:
        yield f"no encoder {operation.body.encoder}"
    if operation.decoder not in (None, client.decoder):
        yield f"no decoder {operation.decoder}"
    places = [parameter.location for parameter in operation.parameters]
    if places != sorted(places, key=_LOCATIONS.index):
        yield f"parameters in another order than {', '.join(_LOCATIONS)}, in which they are evaluated"
    named = [parameter.name for parameter in operation.located("query")]
    if client.query_is_a_map and len(set(named)) != len(named):
        yield f"a query parameter that stands twice, which {operation.client} sends once"
    kept = operation.session is not None or operation.timeout_seconds is not None
    if client.one_shot and (operation.follow_redirects or kept):
        yield f"{operation.client} as it is known here follows no redirects, keeps no session and has no time limit"


def _scheme_faults(
    scheme: SecurityScheme, integration: Integration, steps: dict[str, AnyStep]
) -> Iterator[str]:
    if isinstance(scheme, HttpBasic):
        parts = (part for expression in (scheme.user, scheme.password) for part in walk(expression))
        yield from (fault for part in parts if (fault := _fault(part, integration, steps)))
        return
    known = {secret.name for secret in integration.secrets}
    named = scheme.secrets if isinstance(scheme, UnmappedScheme) else (scheme.secret,)
    yield from (f"no secret {name}" for name in named if name not in known)


def _fault(expression: Expression, integration: Integration, steps: dict[str, AnyStep]) -> str | None:
    variables = {variable.name for variable in integration.variables}
    secrets = {secret.name for secret in integration.secrets}
    match expression:
        case Call(function=name, arguments=arguments):
            function = FUNCTIONS.get(name)
            if function is None:
                return f"no function {name}"
            if not function.minimum <= len(arguments) <= function.maximum:
                return f"{name} does not take {len(arguments)} arguments"
        case VariableReference(name=name) if name not in variables:
            return f"no variable {name}"
        case SecretReference(name=name) if name not in secrets:
            return f"no secret {name}"
        case Reference(step=id, part=part) if (
            isinstance(integration.trigger, WebhookTrigger) and id == integration.trigger.id
        ):
            return None if part in WEBHOOK_PARTS else f"the trigger {id} has no {part}"
        case Reference(step=id, part=part):
            step = steps.get(id)
            if step is None:
                return f"no step {id}"
            operation = step.operation if isinstance(step, (Read, Write)) else None
            if part not in (parts_of(operation) if operation else _PARTS.get(step.kind, frozenset())):
                return f"the {step.kind} {id} has no {part}"
            if (
                part == "body"
                and isinstance(operation, HttpOperation | FileOperation)
                and operation.decoder is None
            ):
                return f"the body of {id} has no decoder"
        case LoopValue(loop=id, name=name):
            step = steps.get(id)
            if not isinstance(step, (Split, Loop)):
                return f"no loop {id}"
            if name not in {variable.name for variable in step.variables}:
                return f"the loop {id} has no variable {name}"
        case _:
            pass
    return None
