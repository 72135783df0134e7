"""The calls of an integration as rows, with the fields that they send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import PurePosixPath
from typing import assert_never

from migrate.estate.inventory.addresses import UNKNOWN_BASE, Address, addresses_of, server_of, template
from migrate.estate.inventory.credentials import credentials_of, names_in
from migrate.estate.inventory.origins import Origins
from migrate.estate.inventory.paging import pagination_of
from migrate.estate.inventory.purpose import constant_head, direction_of, role_of
from migrate.estate.inventory.rows import CallRow, Pagination, Protocol, Role
from migrate.estate.inventory.security import auth_of, carries_credential, holds_credential
from migrate.estate.inventory.sent import (
    Headers,
    SentField,
    evidence_of,
    form_fields,
    headers_in,
    sent_fields,
)
from migrate.estate.inventory.statements import Tables, columns_set, tables_made
from migrate.estate.inventory.templates import written_fields
from migrate.model import (
    Body,
    CallTrigger,
    ClockOperation,
    EntryPoint,
    Evidence,
    Expression,
    FileOperation,
    FilePath,
    HttpOperation,
    Integration,
    MailOperation,
    Operation,
    Read,
    RouteTrigger,
    SdkOperation,
    SecurityScheme,
    SequenceExpression,
    SourceSpan,
    SqlOperation,
    Unmapped,
    UuidOperation,
    WebhookTrigger,
    Write,
    changes_something,
    values_of,
    walk,
    walk_steps,
)

_ENVELOPE = re.compile(r"<(\w+:)?Envelope\b")
_QUERY_LANGUAGE = re.compile(r"\s*(query|mutation|subscription)?\s*\w*\s*(\([^)]*\))?\s*\{")
_FORMS = ("form", "data")
"""What encoders of bodies are called to which a list is one of pairs, each a name and its value."""


@dataclass(frozen=True)
class FoundCall:
    """A row, and the fields that its call maps: none of a call that reads or logs in."""

    row: CallRow
    mapped: tuple[SentField, ...]


@dataclass(frozen=True)
class HttpCall:
    """A request that a step sends to one address, and what the inventory says of it."""

    step: Read | Write
    operation: HttpOperation
    address: Address
    found: FoundCall
    origins: Origins


def http_calls(integration: Integration, origins: Origins) -> Iterator[HttpCall]:
    """The requests of all steps in their order, one an address; those of wrappers that nothing calls are left out."""
    around = _surroundings(integration, "", origins)
    paged, uncalled = pagination_of(integration.steps, origins), _within_uncalled(integration)
    for step in walk_steps(integration.steps):
        if not isinstance(step, (Read, Write)) or not isinstance(step.operation, HttpOperation):
            continue
        operation = step.operation
        span = operation.span or step.span
        if span is None:
            continue
        place = _stated(around, operation, span)
        for address in addresses_of(operation, origins):
            found = _request(around, operation, address, place, paged.get(step.id, "none"))
            found = found if step.called_from is None else _stated_at(found, step.called_from)
            if step.id not in uncalled or not _names_no_system(found.row):
                yield HttpCall(step, operation, address, found, origins)


def calls_of(integration: Integration, language: str, origins: Origins) -> Iterator[FoundCall]:
    """The calls of all steps in their order, those of one line and one address once; first what takes requests in."""
    yield from _inbound(integration, language)
    merged: dict[tuple[object, ...], FoundCall] = {}
    around = _surroundings(integration, language, origins)
    paged, uncalled = pagination_of(integration.steps, origins), _within_uncalled(integration)
    for step in walk_steps(integration.steps):
        if not isinstance(step, (Read, Write)):
            continue
        span = step.operation.span or step.span
        if span is None:
            continue
        for call in _calls(around, step.operation, span, paged.get(step.id, "none")):
            if call.row.role == "auth":
                around.logins.add(step.id)
            call = call if step.called_from is None else _stated_at(call, step.called_from)
            row = call.row
            if step.id in uncalled and _names_no_system(row):
                continue  # a wrapper that nothing calls
            key = (row.file, row.line, row.sink_line, row.protocol, row.method, row.base, row.path)
            merged[key] = _merged(merged[key], call) if key in merged else call
    yield from merged.values()


def _within_uncalled(integration: Integration) -> frozenset[str]:
    """The steps of functions of which nothing is known that calls them."""
    entries = (step for step in integration.steps if isinstance(step, EntryPoint))
    return frozenset(
        step.id
        for entry in entries
        if isinstance(entry.trigger, CallTrigger)
        for step in walk_steps((entry,))
        if isinstance(step, (Read, Write))
    )


def _names_no_system(row: CallRow) -> bool:
    return row.protocol in ("rest", "graphql") and row.base in ("", UNKNOWN_BASE) and row.path in ("", "/")


def _stated_at(call: FoundCall, place: SourceSpan) -> FoundCall:
    """The call with the place where the script states it; the line that it had is that of the wrapper."""
    update = {"file": place.file, "line": place.line, "sink_line": call.row.line}
    return FoundCall(call.row.model_copy(update=update), call.mapped)


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
        tuple(dict.fromkeys((*one.mapped, *other.mapped))),
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _inbound(integration: Integration, language: str) -> Iterator[FoundCall]:
    """The routes that a server has: each method with each path that it asks for; then those of a web framework."""
    own = integration.trigger
    routes: list[tuple[SourceSpan | None, tuple[str, ...], tuple[str, ...]]] = []
    if isinstance(own, WebhookTrigger):
        routes.append((own.span, own.methods, own.paths or ("/{path}",)))
    for step in integration.steps:
        if isinstance(step, EntryPoint) and isinstance(step.trigger, RouteTrigger):
            routes.append((step.trigger.span, step.trigger.methods, (step.trigger.path,)))
    for span, methods, paths in routes:
        for method, path in product(methods, paths):
            if span is not None:
                yield FoundCall(_route_row(integration.id, language, span, method, path), ())


def _route_row(integration: str, language: str, span: SourceSpan, method: str, path: str) -> CallRow:
    return CallRow(
        integration=integration,
        file=span.file,
        line=span.line,
        language=language,
        evidence="folded",
        protocol="webhook",
        method=method,
        base="",
        path=path,
        direction="inbound",
        role="source",
    )


@dataclass
class _Surroundings:
    """What is known of the integration that a call belongs to."""

    integration: str
    language: str
    origins: Origins
    schemes: Mapping[str, SecurityScheme]
    credentials: frozenset[str]
    memory: frozenset[tuple[str, str]]
    """Files that the integration itself reads back: what it remembers, not what it sends."""
    headers: Mapping[tuple[str, ...], Headers]
    """The header rows that are written to a file or by a library."""
    tables: Tables
    """The tables that the integration makes itself."""
    sessions: set[str] = field(default_factory=set)
    """Sessions in which a login has been met."""
    logins: set[str] = field(default_factory=set)
    """The steps that were met in which one logs in."""


def _surroundings(integration: Integration, language: str, origins: Origins) -> _Surroundings:
    operations = (step.operation for step in walk_steps(integration.steps) if isinstance(step, (Read, Write)))
    return _Surroundings(
        integration.id,
        language,
        origins,
        {scheme.id: scheme for scheme in integration.security_schemes},
        credentials_of(integration),
        _memory(integration),
        _headers(integration, origins),
        tables_made(operations),
    )


def _memory(integration: Integration) -> frozenset[tuple[str, str]]:
    operations = [step.operation for step in walk_steps(integration.steps) if isinstance(step, (Read, Write))]
    files = [one for one in operations if isinstance(one, FileOperation)]
    return frozenset(_place(one.file) for one in files if one.action == "read")


def _headers(integration: Integration, origins: Origins) -> Mapping[tuple[str, ...], Headers]:
    """The header rows that are written, by the table that they are written to."""
    found: dict[tuple[str, ...], Headers] = {}
    for step in walk_steps(integration.steps):
        operation = step.operation if isinstance(step, (Read, Write)) else None
        if isinstance(operation, (FileOperation, SdkOperation)) and operation.content is not None:
            table = _table(operation)
            found[table] = {**headers_in(operation.content, origins), **found.get(table, {})}
    return found


def _table(operation: FileOperation | SdkOperation) -> tuple[str, ...]:
    """What the rows that an operation writes are put into: a file, or what a library writes to."""
    match operation:
        case FileOperation(file=file):
            return ("file", *_place(file))
        case SdkOperation(library=library):
            return ("sdk", library)


def _place(file: FilePath) -> tuple[str, str]:
    return file.folder, template(file.path)


def _calls(
    around: _Surroundings, operation: Operation, span: SourceSpan, paging: Pagination
) -> Iterator[FoundCall]:
    """The rows of an operation, one an address; none for what calls nothing by itself."""
    place = _stated(around, operation, span)
    role: Role = "target" if changes_something(operation) else "source"
    protocol: Protocol
    method: str
    sent: tuple[SentField, ...] = ()
    mapped: tuple[SentField, ...] = ()
    match operation:
        case HttpOperation():
            first, *others = addresses_of(operation, around.origins)
            yield _request(around, operation, first, place, paging)
            for other in others:
                yield FoundCall(_request(around, operation, other, place, paging).row, ())
            return
        case FileOperation(action=action, file=file):
            protocol, method, base, path = "file", action, "", template(file.path)
            sent = _sent(around, operation)
            mapped = () if _place(file) in around.memory else sent
        case SqlOperation(action="connect" | "commit" | "rollback" | "close"):
            return
        case SqlOperation(action=action, dialect=dialect):
            protocol, method, base, path = "db", action, dialect, ""
            mapped = sent = tuple(
                SentField((one.key,), one.value, evidence_of(one.value), one.span)
                for one in columns_set(operation, around.tables)
            )
        case MailOperation(action="send"):
            protocol, method, base, path, role = "smtp", "send", "", "", "notify"
        case SdkOperation(action="connect"):
            return
        case SdkOperation(name=name, resource=resource):
            protocol, method, base = operation.protocol, name, server_of(operation)
            path = "" if resource is None else template(resource)
            sent = _sent(around, operation)
            mapped = tuple(one for one in sent if not names_in(one.value) & around.credentials)
            role = operation.role or role
            place["auth"] = "none" if protocol == "file" else "sdk"
            place["pagination"] = paging
        case MailOperation() | ClockOperation() | UuidOperation():
            return
        case _:
            assert_never(operation)
    row = CallRow.model_validate(
        {
            **place,
            "protocol": protocol,
            "method": method,
            "base": base,
            "path": path,
            "body_fields": _names(sent),
            "role": role,
        }
    )
    yield FoundCall(row, mapped)


def _stated(around: _Surroundings, operation: Operation, span: SourceSpan) -> dict[str, object]:
    """What the rows of an operation have in common."""
    return {
        "integration": around.integration,
        "file": span.file,
        "line": span.line,
        "language": around.language,
        "evidence": _evidence(operation),
        "direction": "write" if changes_something(operation) else "read",
    }


def _sent(around: _Surroundings, operation: FileOperation | SdkOperation) -> tuple[SentField, ...]:
    if operation.content is None:
        return ()
    found = sent_fields(operation.content, around.origins, around.headers.get(_table(operation), {}))
    if found or isinstance(operation, FileOperation):
        return found
    content = operation.content
    texts = content.items if isinstance(content, SequenceExpression) else (content,)
    return tuple(one for text in texts for one in written_fields(text, operation.span))


def _names(sent: Iterable[SentField]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(".".join(one.target) for one in sent))


def _request(
    around: _Surroundings,
    operation: HttpOperation,
    address: Address,
    place: Mapping[str, object],
    paging: Pagination,
) -> FoundCall:
    base, path = address.base, address.path
    content = None if operation.body is None else operation.body.content
    sent: tuple[SentField, ...] = ()
    if operation.body is not None:
        is_form = operation.body.encoder.rpartition(".")[2] in _FORMS
        sent = (form_fields if is_form else sent_fields)(operation.body.content, around.origins)
    if content is not None and not sent:
        sent = tuple(written_fields(content, None))
    query = _union(address.names, tuple(one.name for one in operation.located("query")))
    document = next((one for one in sent if one.target[-1] == "query" and _is_query(one.value)), None)
    protocol = _protocol(path, document, operation.body)
    secret = holds_credential(operation, sent, around.credentials)
    role = role_of(operation, base + path, (*query, *_names(sent)), credentials=secret)
    auth = auth_of(
        operation,
        around.schemes,
        sent,
        address.query,
        around.credentials,
        around.logins,
        logs_in=role == "auth",
    )
    if role == "auth" and operation.session is not None:
        around.sessions.add(operation.session)
    elif auth == "none" and operation.session in around.sessions:
        auth = "session"
    direction = (
        "read"
        if role == "auth"
        else direction_of(operation, path, None if document is None else document.value)
    )
    row = CallRow.model_validate(
        {
            **place,
            "protocol": protocol,
            "method": operation.method,
            "base": base,
            "path": path or ("/" if base not in ("", UNKNOWN_BASE) else ""),
            "query": query,
            "headers": tuple(one.name for one in operation.located("header")),
            "body_fields": _names(sent),
            "auth": auth,
            "pagination": paging,
            "direction": direction,
            "role": "source" if role == "target" and direction == "read" else role,
        }
    )
    if direction == "read":
        return FoundCall(row, ())
    if content is None:
        sent = tuple(
            SentField((one.name,), one.value, evidence_of(one.value), one.span)
            for one in operation.located("query")
        )
    elif document is not None:
        sent = (
            *(one for one in sent if one is not document),
            *written_fields(document.value, document.span),
        )
    return FoundCall(row, tuple(one for one in sent if not carries_credential(one, around.credentials)))


def _protocol(path: str, document: SentField | None, body: Body | None) -> Protocol:
    is_envelope = body is not None and body.encoder == "unmapped.envelope"
    if is_envelope or (body is not None and _ENVELOPE.search(template(body.content))):
        return "soap"
    return "graphql" if document is not None or PurePosixPath(path).name == "graphql" else "rest"


def _is_query(value: Expression) -> bool:
    """True for a document of GraphQL, by what it begins with for certain."""
    return _QUERY_LANGUAGE.match(constant_head(value)) is not None


def _evidence(operation: Operation) -> Evidence:
    if any(isinstance(part, Unmapped) for value in values_of(operation) for part in walk(value)):
        return "unresolved"
    return operation.evidence
