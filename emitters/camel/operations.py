"""Requests: what prepares one, the component that sends it, and what takes the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emitters._descriptions import label, place_of
from emitters.camel.codecs import CLIENTS as CLASSES
from emitters.camel.codecs import CODECS
from emitters.camel.expressions_groovy import Groovy, quoted
from emitters.camel.routes import Node, assign, node, script
from migrate.model import (
    ApiKey,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Read,
    UnmappedScheme,
    Write,
)
from migrate.model.clients import CLIENTS

EXACTLY = "#bean:python"
"""The bean of the library, which keeps the component to just what the message says."""
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})
"""The methods that the component knows."""
_WITH_BODY = {"GET": "getWithBody", "DELETE": "deleteWithBody"}

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLAIN_SERVER = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?")


def request_nodes(step: Read | Write, operation: HttpOperation, groovy: Groovy) -> list[Node]:
    """Three nodes: the answer stays in the variable named like the step."""
    name, where = label(operation), f"{label(operation)}{place_of(step.span)}"
    prepare = f"request(exchange, {_client(operation, groovy)}, [\n{_lines(_parts(operation, groovy))}])"
    failing = ", ".join(f"[{rule.first}, {rule.last}]" for rule in operation.on_status)
    take = f"answer(exchange, {quoted(name)}{f', [{failing}]' if failing else ''})"
    return [
        script(f"{step.id}-request", where, prepare),
        node("to", step.id, where, uri=_endpoint(operation), parameters=_parameters(operation)),
        assign(f"{step.id}-answer", f"Answer to {where}", step.id, take),
    ]


def _client(operation: HttpOperation, groovy: Groovy) -> str:
    if operation.client in CLASSES:
        return CLASSES[operation.client]
    if CLIENTS[operation.client].is_only_named:
        return groovy.lost("the client of this request is not known")
    return groovy.lost(f"requests of {operation.client} are not emitted for Camel yet")


def _endpoint(operation: HttpOperation) -> str:
    """The server as far as it is constant; the message says the whole URL."""
    found = _PLAIN_SERVER.match(operation.server)
    return found[0] if found and found[0] == operation.server else "https://the-url-of-the-message"


def _parameters(operation: HttpOperation) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "throwExceptionOnFailure": False,
        "copyHeaders": False,
        "httpClientConfigurer": EXACTLY,
        "headerFilterStrategy": EXACTLY,
        "httpActivityListener": EXACTLY,
    }
    if operation.body is not None and operation.method.upper() in _WITH_BODY:
        parameters[_WITH_BODY[operation.method.upper()]] = True
    if operation.timeout_seconds is not None:
        milliseconds = max(1, round(operation.timeout_seconds * 1000))
        parameters |= {"connectTimeout": milliseconds, "responseTimeout": milliseconds}
        parameters["soTimeout"] = milliseconds
    else:
        parameters |= {"connectTimeout": 0, "responseTimeout": 0, "soTimeout": 0}
    return parameters


def _lines(parts: Iterator[str]) -> str:
    return "".join(f"  {part}\n" for part in parts)


def _parts(operation: HttpOperation, groovy: Groovy) -> Iterator[str]:
    method = operation.method.upper()
    known = method in METHODS
    yield f"method: {quoted(method) if known else groovy.lost(f'Camel sends no requests of the method {method}')},"
    yield f"url: {_url(operation, groovy)},"
    query = [f"[{quoted(p.name)}, {groovy.value(p.value)}]" for p in operation.located("query")]
    headers = [f"[{quoted(p.name)}, {groovy.value(p.value)}]" for p in operation.located("header")]
    basic = None
    for scheme_id in operation.security:
        match next((s for s in groovy.integration.security_schemes if s.id == scheme_id), None):
            case HttpBearer(secret=secret):
                headers.append(f"['Authorization', {_prefixed('Bearer ', secret, groovy)}]")
            case ApiKey(name=name, prefix=prefix, secret=secret):
                headers.append(f"[{quoted(name)}, {_prefixed(prefix, secret, groovy)}]")
            case HttpBasic(user=user, password=password):
                basic = f"basic: [{groovy.value(user)}, {groovy.value(password)}],"
            case UnmappedScheme(scheme=scheme):
                lost = groovy.lost(f"the authentication {scheme} is not followed")
                headers.append(f"['Authorization', {lost}]")
            case None:
                headers.append(f"['Authorization', {groovy.lost(f'no security scheme {scheme_id}')}]")
    yield from _rows("query", query)
    yield from _rows("headers", headers)
    if basic:
        yield basic
    if operation.body:
        encoder, field = operation.body.encoder, operation.body.encoder.rpartition(".")[2]
        content = groovy.value(operation.body.content)
        if encoder not in CLIENTS[operation.client].encoders & CODECS.keys():
            content, field = groovy.lost(f"the encoder {encoder} has no counterpart on Camel yet"), "json"
        elif method in ("HEAD", "OPTIONS", "TRACE"):
            content = groovy.lost(f"Camel sends no body with {method}")
        yield f"{field}: {content},"
    if not operation.follow_redirects:
        yield "redirects: false,"
    if not operation.verify_tls:
        yield f"verify: {groovy.lost('requests without verification of certificates are not emitted for Camel yet')},"


def _rows(name: str, rows: list[str]) -> Iterator[str]:
    if rows:
        yield f"{name}: ["
        yield from (f"  {row}," for row in rows)
        yield "],"


def _prefixed(prefix: str, secret: str, groovy: Groovy) -> str:
    value = groovy.secret(secret)
    return f"concat({quoted(prefix)}, {value})" if prefix else value


def _url(operation: HttpOperation, groovy: Groovy) -> str:
    values = {p.name: p.value for p in operation.located("path")}
    parts: list[str] = []
    text, template = "", operation.server + operation.path
    at = 0
    for found in _PLACEHOLDER.finditer(template):
        if found[1] in values:
            text += template[at : found.start()]
            parts += [quoted(text)] if text else []
            parts.append(groovy.value(values[found[1]]))
            text, at = "", found.end()
    text += template[at:]
    parts += [quoted(text)] if text else []
    return parts[0] if len(parts) == 1 else f"concat({', '.join(parts)})"
