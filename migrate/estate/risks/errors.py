"""HS410, HS411: failures that nobody learns of."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.contracts import Observation
from migrate.diagnostics import Diagnostic
from migrate.estate.risks.flow import Flow, contains
from migrate.model import (
    AnyStep,
    HttpOperation,
    MailOperation,
    Operation,
    Read,
    SdkOperation,
    SourceSpan,
    SqlOperation,
    Try,
    Write,
    changes_something,
    walk_steps,
)
from migrate.model.notation import described

_SAYS_NOTHING = ("requests", "httpx")
"""Clients for which a status such as 500 is no error."""


def errors(flow: Flow) -> Iterator[Diagnostic]:
    """Handlers that do nothing around an operation, and answers of writes that are thrown away."""
    repeated = [one.span for one in flow.seen("tries-again")]
    for handler in flow.seen("silent-handler"):
        around = handler.around
        if around is None or any(contains(one, around) for one in repeated):
            continue
        what = next(_operations(flow, handler, around), None)
        if what is not None:
            text = f"{described(what)} may fail unseen: {handler.subject} is caught, and nothing is done about it"
            yield Diagnostic("HS410", text, handler.span)
    discarded = {one.span for one in flow.seen("discarded")}
    for sent in flow.requests:
        operation = sent.operation
        if (
            operation.client in _SAYS_NOTHING
            and changes_something(operation)
            and not operation.on_status
            and sent.span in discarded
            and (operation.session is None or operation.evidence != "unresolved")
        ):
            yield Diagnostic("HS411", f"the answer of {flow.address(sent)} is not looked at", sent.span)


def _operations(flow: Flow, handler: Observation, around: SourceSpan) -> Iterator[Operation]:
    """The operations on another system whose failure a handler takes: those within its statement, or called there."""
    for step in flow.steps:
        if isinstance(step, Try) and step.span == around:
            yield from (one for inner in walk_steps(step.steps) for one in _operation(inner))
    for step in flow.steps:
        places = (step.span, getattr(step, "called_from", None))
        for one in _operation(step):
            if any(
                place is not None and contains(around, place) and not contains(handler.span, place)
                for place in places
            ):
                yield one


def _operation(step: AnyStep) -> Iterator[Operation]:
    match step:
        case Read(operation=operation) | Write(operation=operation):
            match operation:
                case HttpOperation() | MailOperation(action="send") | SdkOperation(action="read" | "write"):
                    yield operation
                case SqlOperation(action="execute" | "execute-many" | "execute-script"):
                    yield operation
                case _:
                    pass
        case _:
            pass
