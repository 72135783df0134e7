"""The requests of one flow as operations of the systems that they go to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from migrate.estate.interfaces.read_shapes import answers_read
from migrate.estate.interfaces.security import Logins, security_of
from migrate.estate.interfaces.sent_shapes import SentShapes
from migrate.estate.inventory.addresses import UNKNOWN_BASE
from migrate.estate.inventory.calls import HttpCall, http_calls
from migrate.estate.inventory.origins import Origins, origins_of
from migrate.interfaces import (
    UNKNOWN,
    Answered,
    Content,
    Field,
    InterfaceOperation,
    InterfaceParameter,
    InterfaceServer,
    PagedBy,
    Shape,
    Use,
    either,
)
from migrate.model import (
    Constant,
    Expression,
    HttpOperation,
    Integration,
    Loop,
    LoopValue,
    SecretReference,
    walk,
    walk_steps,
)

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SERVER = re.compile(r"(?:https?://|\{[A-Za-z_]\w*\})[^\s/?#]*")
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
_UNNAMED = frozenset({"value", "item", "url", ""})
_OF_CLIENT = frozenset({"accept", "authorization", "content-type", "cookie"})
"""Headers that OpenAPI describes otherwise than as parameters."""
FORM = "application/x-www-form-urlencoded"
_MEDIA_TYPES = {
    "requests.json": "application/json",
    "httpx.json": "application/json",
    "requests.form": FORM,
    "httpx.form": FORM,
    "unmapped.form": FORM,
    "curl.data": FORM,
    "urllib.data": FORM,
}
"""What an encoder says where the script says nothing."""


@dataclass(frozen=True)
class Asked:
    """A request to one address: a system's server and an operation of it; `call` is where it comes from."""

    server: InterfaceServer
    operation: InterfaceOperation
    call: HttpCall


@dataclass(frozen=True)
class Unplaced:
    """A request of which no operation can be told, and why."""

    step: str
    reason: str


@dataclass(frozen=True)
class FlowRequests:
    """The requests of one flow, those of one step to several addresses with the same number."""

    integration: Integration
    origins: Origins
    asked: tuple[Asked, ...]
    unplaced: tuple[Unplaced, ...]


def requests_of(integration: Integration) -> FlowRequests:
    """All requests of a flow, in the order of its steps."""
    origins = origins_of(integration.steps)
    calls = tuple(http_calls(integration, origins))
    around = _Flow(
        integration,
        origins,
        SentShapes(origins),
        answers_read(integration.steps, origins),
        Logins.of(calls),
        {
            step.paging.read: (step.paging.parameter, step.paging.source)
            for step in walk_steps(integration.steps)
            if isinstance(step, Loop) and step.paging is not None
        },
    )
    asked: list[Asked] = []
    unplaced: dict[str, Unplaced] = {}
    for call in calls:
        reason = _unknown(call)
        if reason:
            unplaced[call.step.id] = Unplaced(call.step.id, reason)
        else:
            asked.append(_asked(around, call))
    placed = {one.call.step.id for one in asked}
    return FlowRequests(
        integration,
        origins,
        tuple(asked),
        tuple(one for one in unplaced.values() if one.step not in placed),
    )


@dataclass(frozen=True)
class _Flow:
    """What is known of the flow that a request belongs to."""

    integration: Integration
    origins: Origins
    shapes: SentShapes
    read: Mapping[str, tuple[Shape, tuple[str, ...]]]
    logins: Logins
    paged: Mapping[str, tuple[str, tuple[str, ...]]]


def _unknown(call: HttpCall) -> str:
    base, path = without_user(call.address.base), call.address.path
    if base in ("", UNKNOWN_BASE) or not _SERVER.fullmatch(base):
        return "where its requests go is known when the flow runs"
    if path and not path.startswith("/"):
        return "the path of its requests is known when the flow runs"
    return ""


def without_user(base: str) -> str:
    """Scheme and host without the user and password that may stand before it."""
    scheme, found, host = base.partition("://")
    return f"{scheme}://{host.rpartition('@')[2]}" if found else base


def _asked(flow: _Flow, call: HttpCall) -> Asked:
    operation, row = call.operation, call.found.row
    path, named = _path(flow, call)
    place = f"{row.file}:{row.line}"
    security = security_of(call, flow.integration.security_schemes, flow.logins)
    keyed = {one.name.lower() for one in security if one.location in ("query", "header")}
    purpose: Literal["read", "write", "auth"] = (
        "auth" if row.role == "auth" else "write" if row.direction == "write" else "read"
    )
    made = InterfaceOperation(
        method=operation.method.upper(),
        path=path or "/",
        uses=(Use(flow.integration.id, call.step.id, place),),
        parameters=(*named, *_others(flow, call, keyed)),
        request=_request(flow, call),
        answers=_answers(flow, call),
        security=(security,),
        paging=_paging(flow, call),
        purpose=purpose,
        protocol=row.protocol if row.protocol in ("graphql", "soap") else "rest",
        exact=not path,
    )
    return Asked(_server(flow, without_user(call.address.base)), made, call)


def _server(flow: _Flow, base: str) -> InterfaceServer:
    """The server with what configuration falls back on, as far as that is an address or a part of one."""
    defaults = {one.name: one.default for one in flow.integration.variables if isinstance(one.default, str)}
    secrets = {one.name for one in flow.integration.secrets}
    found = []
    for name in _PLACEHOLDER.findall(base):
        value = defaults.get(name, "")
        if value and name not in secrets and "?" not in value and "{" not in value:
            found.append((name, without_user(value).rstrip("/")))
    return InterfaceServer(base.rstrip("/"), tuple(dict.fromkeys(found)))


# --- parameters ------------------------------------------------------------------------------------------------------


def _path(flow: _Flow, call: HttpCall) -> tuple[str, tuple[InterfaceParameter, ...]]:
    """The path with names for all that is known at run time only, each once."""
    given = {one.name: one.value for one in call.operation.located("path")}
    secrets = {one.name for one in flow.integration.secrets}
    parameters: list[InterfaceParameter] = []
    path, end = "", 0
    written = call.address.path if call.address.path != "/" or call.operation.path else ""
    values = _values_in_path(call.operation, given)
    for number, found in enumerate(_PLACEHOLDER.finditer(written)):
        path += written[end : found.start()]
        end = found.end()
        value = given.get(found[1]) or (values[number] if number < len(values) else None)
        secret = found[1] if found[1] in secrets else ""
        name = found[1]
        if name in _UNNAMED:
            name = _name_of(flow, value, path)
        name = _once(_NOT_IN_NAME.sub("_", name).strip("_") or "value", {one.name for one in parameters})
        shape = UNKNOWN if value is None or secret else _of_text(flow.shapes.of(value))
        parameters.append(InterfaceParameter(name, "path", shape, secret))
        path += f"{{{name}}}"
    return path + written[end:], tuple(parameters)


def _values_in_path(operation: HttpOperation, given: Mapping[str, Expression]) -> list[Expression | None]:
    """What stands in the places of the model's own template, where the address has as many."""
    return [given.get(name) for name in _PLACEHOLDER.findall(operation.path.partition("?")[0])]


def _name_of(flow: _Flow, value: Expression | None, before: str) -> str:
    """The name of a value that the script does not name: that of the one field that it is, else by what it is in."""
    if value is not None:
        keys = {name.rpartition(".")[2] for name in flow.origins.of(value).fields}
        if len(keys) == 1:
            return keys.pop()
    named = [part for part in before.split("/") if part and "{" not in part]
    return f"{named[-1]}_key" if named else "value"


def _once(name: str, taken: set[str]) -> str:
    number, made = 2, name
    while made in taken:
        made, number = f"{name}_{number}", number + 1
    return made


def _others(flow: _Flow, call: HttpCall, keyed: set[str]) -> Iterator[InterfaceParameter]:
    """Query parameters and headers, each once, but for those that are keys."""
    query = [
        *call.address.query,
        *((one.name, one.value) for one in call.operation.located("query")),
    ]
    headers = [
        (one.name, one.value)
        for one in call.operation.located("header")
        if one.name.lower() not in _OF_CLIENT
    ]
    places: tuple[tuple[Literal["query", "header"], list[tuple[str, Expression]]], ...] = (
        ("query", query),
        ("header", headers),
    )
    for location, given in places:
        found: dict[str, InterfaceParameter] = {}
        for name, value in given:
            if name.lower() in keyed or not name:
                continue
            shape = flow.shapes.of(value)
            parameter = InterfaceParameter(name, location, _of_text(shape), _secret_in(value))
            known = found.get(name)
            found[name] = parameter if known is None else merged_parameter(known, parameter)
        yield from found.values()


def _secret_in(value: Expression) -> str:
    return next((part.name for part in walk(value) if isinstance(part, SecretReference)), "")


def _of_text(shape: Shape) -> Shape:
    """What is known of a value that is sent as a text: null is not sent."""
    if shape.types is None:
        return UNKNOWN
    types = shape.types - {"null"}
    if not types or "object" in types:
        return UNKNOWN
    return replace(shape, types=types, secret="")


def merged_parameter(one: InterfaceParameter, other: InterfaceParameter) -> InterfaceParameter:
    """What two flows say of a parameter; a type that only one of them shows is not known."""
    return replace(one, shape=either(one.shape, other.shape), secret=one.secret or other.secret)


# --- bodies ----------------------------------------------------------------------------------------------------------


def _request(flow: _Flow, call: HttpCall) -> Content | None:
    body = call.operation.body
    if body is None:
        return None
    said = _said_type(call.operation)
    media_type = said or _MEDIA_TYPES.get(body.encoder, "")
    document = flow.shapes.of_document(body.content)
    shape = document if document is not None else flow.shapes.of(body.content)
    if document is None and not body.encoder.endswith((".json", ".form", ".data", ".body", ".envelope")):
        shape = UNKNOWN
    if body.encoder == "requests.data" and not media_type and shape.is_only("object"):
        media_type = FORM
    if document is None and (shape.is_only("string") or body.encoder.endswith(".envelope")):
        shape = UNKNOWN
    if media_type == FORM:
        shape = _of_form(shape)
    named = call.found.row.body_fields if shape.says_nothing else ()
    return Content((media_type,) if media_type else (), shape, named)


def _of_form(shape: Shape) -> Shape:
    """What is known of a form: a field that is null is left out, or sent empty."""
    fields = {}
    for name, one in shape.fields.items():
        types = one.shape.types
        if types is not None and "null" in types:
            held = replace(one.shape, types=types - {"null"} or None)
            fields[name] = Field(held, "sometimes")
        else:
            fields[name] = one
    return replace(shape, fields=fields)


def _said_type(operation: HttpOperation) -> str:
    """The media type that the script states."""
    for one in operation.located("header"):
        if one.name.lower() == "content-type":
            match one.value:
                case Constant(value=str() as text):
                    return text.partition(";")[0].strip().lower()
    return ""


def _answers(flow: _Flow, call: HttpCall) -> tuple[Answered, ...]:
    shape, headers = flow.read.get(call.step.id, (UNKNOWN, ()))
    if shape.says_nothing and not headers:
        return ()
    content = None if shape.says_nothing else Content(("application/json",), shape)
    return (Answered("2XX", content, tuple(name.title() for name in headers)),)


def _paging(flow: _Flow, call: HttpCall) -> tuple[PagedBy, ...]:
    kind = call.found.row.pagination
    if kind == "none":
        return ()
    parameter, source = flow.paged.get(call.step.id, ("", ()))
    if parameter in {one.name for one in call.operation.located("path")}:
        parameter = ""  # the whole address is driven
    elif not parameter:
        given = [*call.address.query, *((one.name, one.value) for one in call.operation.located("query"))]
        driven = {name for name, value in given if any(isinstance(part, LoopValue) for part in walk(value))}
        parameter = driven.pop() if len(driven) == 1 else ""
    if kind == "link-header":
        parameter, source = "", ("Link",)
    return (PagedBy(kind, parameter, source),)
