"""HS407, HS408: writes that are lost after one failure, and writes that would be done twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.diagnostics import Diagnostic
from migrate.estate.inventory.calls import FoundCall
from migrate.estate.risks.flow import Flow, Sent
from migrate.model import (
    ClockOperation,
    EntryPoint,
    FileOperation,
    Loop,
    Read,
    Reference,
    SdkOperation,
    SourceSpan,
    Split,
    SqlOperation,
    WebhookTrigger,
    Write,
    changes_something,
    walk,
)

_IDENTIFIES = re.compile(
    r"(?:^|[._\s-])(?:id|ids|uuid|guid|key|ref|reference|number|no|nr|sku|ean|gtin|email|mail|code|slug|url|link|hash"
    r"|uid|login|username)$|idempot|extern|dedup|unique|upsert",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BY_ITSELF = re.compile(
    r"upsert|merge|import|sync|bulk|batch|search|query|replace|update|delete|remove", re.IGNORECASE
)
_CREATES = "POST"


def writing(flow: Flow) -> Iterator[Diagnostic]:
    """Of requests that change something at a system; not of messages for people and of logins."""
    if isinstance(flow.integration.trigger, WebhookTrigger):
        return  # who sends the request in may send it again
    again = any(True for _ in flow.seen("tries-again"))
    settled = again or _has_unread_adapters(flow)
    places: dict[str, set[SourceSpan]] = {}
    for sent in flow.requests:
        places.setdefault(flow.address(sent), set()).add(sent.span)
    for sent in flow.requests:
        call = flow.call_of(sent)
        if (
            not changes_something(sent.operation)
            or call is None
            or call.row.role != "target"
            or call.row.direction != "write"
            or any(isinstance(step, EntryPoint) for step in sent.within)
        ):
            continue
        once = len(places[flow.address(sent)]) == 1  # else one may be sent after the other has failed
        if once and not settled and not any(isinstance(step, Loop) for step in sent.within):
            yield Diagnostic("HS407", f"{flow.address(sent)} is sent once, whatever comes of it", sent.span)
        if _creates_again(flow, sent, call):
            yield Diagnostic(
                "HS408",
                f"{flow.address(sent)} creates something for each record; nothing in it says which record it is",
                sent.span,
            )


def _has_unread_adapters(flow: Flow) -> bool:
    """True if requests may be repeated, or given a limit, by something that is mounted beside their calls."""
    return any(True for _ in flow.seen("sets-limits"))


def _creates_again(flow: Flow, sent: Sent, call: FoundCall) -> bool:
    row = call.row
    if (
        sent.operation.method != _CREATES
        or row.protocol != "rest"
        or row.evidence == "unresolved"
        or not call.mapped
        or flow.has_gaps
        or _BY_ITSELF.search(row.path)
        or not any(isinstance(step, Split) for step in sent.within)
    ):
        return False
    names = [*row.query, *row.headers, *row.body_fields]
    names += [name for one in call.mapped for name in flow.origins.of(one.value).fields]
    if any(_IDENTIFIES.search(_CAMEL.sub("_", name)) for name in names):
        return False
    return not _looks_first(flow, sent)


def _looks_first(flow: Flow, sent: Sent) -> bool:
    """True if something may keep a record from being sent again: what is read there, or kept by the script."""
    own = flow.system(sent.operation)
    sources: set[str] = set()
    for step in flow.steps:
        match step:
            case Read(operation=ClockOperation() | FileOperation() | SqlOperation() | SdkOperation()):
                return True
            case Write(operation=FileOperation() | SqlOperation() | SdkOperation()):
                return True
            case Read(operation=operation):
                if flow.system(operation) == own:
                    return True
                sources.add(flow.system(operation))
            case _:
                pass
    marked = (
        flow.system(step.operation)
        for step in flow.steps
        if isinstance(step, Write) and step is not sent.step
    )
    over = [step.over for step in sent.within if isinstance(step, Split)]
    read = any(isinstance(part, Reference) for one in over for part in walk(one))
    return not read or any(system in sources for system in marked)
