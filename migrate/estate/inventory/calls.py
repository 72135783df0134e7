"""The calls of an integration as rows, with the fields that they send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import assert_never
from urllib.parse import parse_qsl

from migrate.estate.inventory.origins import Origins
from migrate.estate.inventory.rows import CallRow, Pagination, Protocol, Role
from migrate.estate.inventory.security import auth_of
from migrate.estate.inventory.sent import SentField, sent_fields
from migrate.model import (
    Call,
    ClockOperation,
    Constant,
    Evidence,
    Expression,
    FileOperation,
    HttpOperation,
    Integration,
    Loop,
    LoopValue,
    MailOperation,
    Operation,
    Paging,
    Read,
    Reference,
    SecretReference,
    SecurityScheme,
    SourceSpan,
    SqlOperation,
    Unmapped,
    UuidOperation,
    VariableReference,
    WebhookTrigger,
    Write,
    changes_something,
    values_of,
    walk,
    walk_steps,
)

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NOTIFIED = re.compile(
    r"hooks\.slack\.com|slack\.com/api/chat\.|webhook\.office\.com|discord(app)?\.com/api/webhooks"
    r"|api\.telegram\.org|api\.pushover\.net|chat\.googleapis\.com|events\.pagerduty\.com|ntfy\.sh"
)
"""Where messages for people go."""
_ENVELOPE = re.compile(r"<(\w+:)?Envelope\b")
_URL = re.compile(r"([a-z]+://[^/]+|\{\w+\})(/.*)", re.DOTALL)
_QUERY_LANGUAGE = re.compile(r"\s*(query|mutation|subscription)?\s*\w*\s*(\([^)]*\))?\s*\{")


@dataclass(frozen=True)
class FoundCall:
    """A row and the fields that its call sends."""

    row: CallRow
    sent: tuple[SentField, ...]


def calls_of(integration: Integration, language: str, origins: Origins) -> Iterator[FoundCall]:
    """The calls of all steps in their order, those of one line and one address once; first what takes requests in."""
    yield from _inbound(integration, language)
    merged: dict[tuple[object, ...], FoundCall] = {}
    schemes = {scheme.id: scheme for scheme in integration.security_schemes}
    paged = _paged(integration)
    for step in walk_steps(integration.steps):
        if not isinstance(step, (Read, Write)):
            continue
        span = step.operation.span or step.span
        if span is None:
            continue
        call = _call(integration.id, language, step.operation, span, origins, schemes, paged.get(step.id))
        if call is not None:
            row = call.row
            key = (row.file, row.line, row.sink_line, row.protocol, row.method, row.base, row.path)
            merged[key] = _merged(merged[key], call) if key in merged else call
    yield from merged.values()


def _merged(one: FoundCall, other: FoundCall) -> FoundCall:
    """Two calls of one place and address as one: with the names of both, and what is known of either."""
    first, second = one.row, other.row
    return FoundCall(
        first.model_copy(
            update={
                "query": _union(first.query, second.query),
                "headers": _union(first.headers, second.headers),
                "body_fields": _union(first.body_fields, second.body_fields),
                "auth": second.auth if first.auth == "none" else first.auth,
                "pagination": second.pagination if first.pagination == "none" else first.pagination,
            }
        ),
        tuple(dict.fromkeys((*one.sent, *other.sent))),
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _paged(integration: Integration) -> dict[str, Paging]:
    """How a read pages, by its id; a first page that is read before the loop belongs to it."""
    found = {}
    for step in walk_steps(integration.steps):
        if isinstance(step, Loop) and step.paging is not None:
            found[step.paging.read] = step.paging
    return found


def _inbound(integration: Integration, language: str) -> Iterator[FoundCall]:
    """The routes that a server has: each method with each path that it asks for."""
    trigger = integration.trigger
    if not isinstance(trigger, WebhookTrigger) or trigger.span is None:
        return
    for method in trigger.methods:
        for path in trigger.paths or ("/{path}",):
            row = CallRow(
                integration=integration.id,
                file=trigger.span.file,
                line=trigger.span.line,
                language=language,
                evidence="folded",
                protocol="webhook",
                method=method,
                base="",
                path=path,
                direction="inbound",
                role="source",
            )
            yield FoundCall(row, ())


def _call(
    integration: str,
    language: str,
    operation: Operation,
    span: SourceSpan,
    origins: Origins,
    schemes: Mapping[str, SecurityScheme],
    paging: Paging | None,
) -> FoundCall | None:
    """The row of an operation; None for what calls nothing by itself."""
    writes = changes_something(operation)
    role: Role = "target" if writes else "source"
    sent: tuple[SentField, ...] = ()
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    auth, pagination = "none", _PAGINATION["none"]
    match operation:
        case HttpOperation(method=method, server=server, path=path, body=body):
            given = {one.name: one.value for one in operation.located("path")}
            base, path, inline = _address(server, path, given, origins)
            sent = () if body is None else sent_fields(body.content, origins)
            query = _union(
                tuple(name for name, _ in parse_qsl(inline, keep_blank_values=True)),
                tuple(one.name for one in operation.located("query")),
            )
            headers = tuple(one.name for one in operation.located("header"))
            auth = auth_of(operation, schemes, sent)
            protocol = _protocol(path, sent, None if body is None else body.content)
            pagination = _PAGINATION[_kind(paging)]
            role = "auth" if operation.role == "auth" else role
            role = "notify" if writes and _NOTIFIED.search(base + path) else role
        case FileOperation(action=action, file=file, content=content):
            protocol, method, base, path = "file", action, "", template(file.path)
            sent = () if content is None else sent_fields(content, origins)
        case SqlOperation(action="connect" | "commit" | "rollback" | "close"):
            return None
        case SqlOperation(action=action, dialect=dialect):
            protocol, method, base, path = "db", action, dialect, ""
        case MailOperation(action="send"):
            protocol, method, base, path, role = "smtp", "send", "", "", "notify"
        case MailOperation() | ClockOperation() | UuidOperation():
            return None
        case _:
            assert_never(operation)
    row = CallRow(
        integration=integration,
        file=span.file,
        line=span.line,
        language=language,
        evidence=_evidence(operation),
        protocol=protocol,
        method=method,
        base=base,
        path=path or "/" if protocol in ("rest", "graphql", "soap") else path,
        query=query,
        headers=headers,
        body_fields=tuple(dict.fromkeys(".".join(one.target) for one in sent)),
        auth=auth,
        pagination=pagination,
        direction="write" if writes else "read",
        role=role,
    )
    return FoundCall(row, sent)


_PAGINATION: dict[str, Pagination] = {
    "none": "none",
    "offset": "offset",
    "page": "page",
    "cursor": "cursor",
    "link": "cursor",
    "link-header": "link-header",
}


def _kind(paging: Paging | None) -> str:
    if paging is None:
        return "none"
    return "link-header" if paging.kind == "link" and paging.source[:1] == ("headers",) else paging.kind


def _protocol(path: str, sent: Iterable[SentField], content: Expression | None) -> Protocol:
    if content is not None and _ENVELOPE.search(template(content)):
        return "soap"
    for field in sent:
        if field.target == ("query",) and _QUERY_LANGUAGE.match(template(field.value)):
            return "graphql"
    return "graphql" if PurePosixPath(path).name == "graphql" else "rest"


def _evidence(operation: Operation) -> Evidence:
    if any(isinstance(part, Unmapped) for value in values_of(operation) for part in walk(value)):
        return "unresolved"
    return operation.evidence


def _address(
    server: str, path: str, given: Mapping[str, Expression], origins: Origins
) -> tuple[str, str, str]:
    """Scheme and host, path, and the query that stands in the path. Where a loop follows links: of the first one."""
    first = {name: _at_first(value, origins) for name, value in given.items()}
    url = filled(server, first)
    whole = _URL.match(url)
    base, rest = (whole[1], whole[2]) if whole is not None else (url, "")
    path, _, query = (rest.rstrip("/") + filled(path, first) if rest else filled(path, first)).partition("?")
    return base, path, query


def _at_first(value: Expression, origins: Origins) -> Expression:
    """The value that a loop variable begins with; any other as it is."""
    seen = set()
    while isinstance(value, LoopValue) and value not in seen:
        seen.add(value)
        initial, *_ = origins.loop_values.get((value.loop, value.name), (value,))
        value = initial
    return value


def filled(text: str, values: Mapping[str, Expression]) -> str:
    """A template of a server or path with its placeholders filled in as far as they are constant."""

    def shown(found: re.Match[str]) -> str:
        value = values.get(found[1])
        return found[0] if value is None else template(value, found[1])

    return _PLACEHOLDER.sub(shown, text)


def template(expression: Expression, name: str = "value") -> str:
    """A text as a template: constants as they stand, `{name}` for the rest."""
    match expression:
        case Constant(value=value):
            return "" if value is None else str(value)
        case VariableReference(name=own) | SecretReference(name=own):
            return f"{{{own}}}"
        case Call(function="concat" | "python.add", arguments=parts):
            return "".join(template(part, name) for part in parts)
        case Call(function="python.path_join", arguments=parts):
            return "/".join(template(part, name) for part in parts)
        case Call(
            function="python.text" | "python.quote" | "python.strip" | "python.rstrip", arguments=(first, *_)
        ):
            return template(first, name)
        case Call(function="python.member" | "python.get", arguments=(_, Constant(value=str() as key), *_)):
            return f"{{{key}}}"
        case Reference(part=part) | LoopValue(name=part):
            return f"{{{name if part in ('item', 'value', 'body', 'text') else part}}}"
        case _:
            return f"{{{name}}}"
