"""Requests: the node that prepares one, the `http request` node, and the node that judges the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emitters._descriptions import label, place_of
from emitters.node_red.codecs import CODECS
from emitters.node_red.expressions_javascript import JavaScript, path, quoted
from emitters.node_red.flow_library import TAKEN
from emitters.node_red.graph import Canvas, Fragment, Place, Port
from migrate.model import (
    ApiKey,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Read,
    StatusRule,
    UnmappedScheme,
    Write,
)
from migrate.model.clients import CLIENTS

DIALECTS = {
    "requests": "",
    "httpx": ", py.httpx_client",
    "curl": ", py.curl_client",
    "urllib": ", py.urllib_client",
    "unmapped": "",
}
"""The argument by which the library's helpers tell clients apart."""
_LEAST_STATUS, _GREATEST_STATUS = 100, 999
UNSENDABLE = {
    "cookie": "Node-RED parses a Cookie header and writes it anew",
    "content-length": "Node-RED computes Content-Length itself",
    "transfer-encoding": "Node-RED chooses the transfer encoding itself",
}
CONFIGURABLE = ("GET", "POST", "PUT", "DELETE", "PATCH")
"""Methods that the node offers; others come from the message."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def emit_request(
    canvas: Canvas,
    step: Read | Write,
    operation: HttpOperation,
    javascript: JavaScript,
    place: Place,
    *,
    asked: bool,
) -> Fragment:
    """Three nodes in a row; an answer that is `asked` for later stays in `msg.results` under the step's id."""
    name, info, where = label(operation), str(step.span or ""), place_of(step.span)
    code = f"// {name}{where}\n{TAKEN}" + _request(operation, javascript)
    prepare = canvas.function((step.id, "prepare"), f"Prepare {name}", info, code, place)
    properties = _properties(operation)
    node = canvas.add((step.id, "request"), "http request", name, info, properties, place.column(1))
    code = f"// Answer to {name}{where}\n{TAKEN}" + _answer(step.id, operation, name, asked=asked)
    judge = canvas.function((step.id, "answer"), f"Answer to {name}", info, code, place.column(2))
    canvas.wire([Port(prepare)], node)
    canvas.wire([Port(node)], judge)
    return Fragment(prepare, (Port(judge),))


def _properties(operation: HttpOperation) -> dict[str, object]:
    method = operation.method.upper()
    return {
        "method": method if method in CONFIGURABLE else "use",
        "ret": "bin",
        "paytoqs": "body" if method == "GET" and operation.body else "ignore",
        "url": "",
        "tls": "",
        "persist": False,
        "proxy": "",
        "insecureHTTPParser": False,
        "authType": "",
        "senderr": True,
        "headers": [],
    }


def _request(operation: HttpOperation, javascript: JavaScript) -> str:
    values = [p.value for p in operation.parameters] + ([operation.body.content] if operation.body else [])
    alias = javascript.alias_item(values)
    lines = [*_parts(operation, javascript)]
    body = "".join(f"  {line}\n" for line in lines)
    call = f"py.request(msg, {{\n{body}}}{DIALECTS[operation.client]});"
    return f"{alias}{javascript.declarations()}{call}\nreturn msg;"


def _parts(operation: HttpOperation, javascript: JavaScript) -> Iterator[str]:
    method = operation.method.upper()
    yield f"method: {quoted(method)},"
    yield f"url: {_url(operation, javascript)},"
    query = [f"[{quoted(p.name)}, {javascript.value(p.value)}]" for p in operation.located("query")]
    headers = [_header(p.name, javascript.value(p.value), javascript) for p in operation.located("header")]
    basic = None
    for scheme_id in operation.security:
        match next((s for s in javascript.integration.security_schemes if s.id == scheme_id), None):
            case HttpBearer(secret=secret):
                headers.append(_header("Authorization", _prefixed("Bearer ", secret, javascript), javascript))
            case ApiKey(name=name, prefix=prefix, secret=secret):
                headers.append(_header(name, _prefixed(prefix, secret, javascript), javascript))
            case HttpBasic(user=user, password=password):
                basic = f"basic: [{javascript.value(user)}, {javascript.value(password)}],"
            case UnmappedScheme(scheme=scheme):
                lost = javascript.lost(f"the authentication {scheme} is not followed")
                headers.append(_header("Authorization", lost, javascript))
            case None:
                lost = javascript.lost(f"no security scheme {scheme_id}")
                headers.append(_header("Authorization", lost, javascript))
    yield from _rows("query", query)
    yield from _rows("headers", headers)
    if basic:
        yield basic
    if operation.body:
        content = javascript.value(operation.body.content)
        encoder, field = operation.body.encoder, operation.body.encoder.rpartition(".")[2]
        if encoder not in CLIENTS[operation.client].encoders & CODECS.keys():
            content, field = javascript.lost(f"the encoder {encoder} is not known"), "json"
        elif method == "HEAD":
            content = javascript.lost("Node-RED sends no body with HEAD")
        yield f"{field}: {content},"
    if operation.timeout_seconds is not None:
        seconds = operation.timeout_seconds
        yield f"timeout: {int(seconds) if seconds.is_integer() else repr(seconds)},"
    if not operation.follow_redirects:
        yield "redirects: false,"
    if not operation.verify_tls:
        yield "verify: false,"


def _rows(name: str, rows: list[str]) -> Iterator[str]:
    if rows:
        yield f"{name}: ["
        yield from (f"  {row}," for row in rows)
        yield "],"


def _header(name: str, value: str, javascript: JavaScript) -> str:
    """Names in lower case: where a redirect leads elsewhere, Node-RED drops only `authorization`."""
    if reason := UNSENDABLE.get(name.lower()):
        value = javascript.lost(reason)
    return f"[{quoted(name.lower())}, {value}]"


def _prefixed(prefix: str, secret: str, javascript: JavaScript) -> str:
    value = javascript.secret(secret)
    return f"py.concat({quoted(prefix)}, {value})" if prefix else value


def _url(operation: HttpOperation, javascript: JavaScript) -> str:
    if CLIENTS[operation.client].is_only_named:
        return javascript.lost("the client of this request is not known")
    values = {p.name: p.value for p in operation.located("path")}
    parts: list[str] = []
    text, template = "", operation.server + operation.path
    at = 0
    for found in _PLACEHOLDER.finditer(template):
        if found[1] in values:
            text += template[at : found.start()]
            parts += [quoted(text)] if text else []
            parts.append(javascript.value(values[found[1]]))
            text, at = "", found.end()
    text += template[at:]
    parts += [quoted(text)] if text else []
    return parts[0] if len(parts) == 1 else f"py.concat({', '.join(parts)})"


def _answer(id_: str, operation: HttpOperation, name: str, *, asked: bool) -> str:
    call = f"py.answer(msg{DIALECTS[operation.client]})"
    lines = [f"const answer = {call};" if asked or operation.on_status else f"{call};"]
    if asked:
        lines.append(f"{path('msg.results', id_)} = answer;")
    kind = CLIENTS[operation.client].status_error
    if operation.on_status:
        alone = len(operation.on_status) == 1
        tests = (_within(rule, alone=alone) for rule in operation.on_status)
        lines += [
            f"if ({' || '.join(tests)}) {{",
            f'  py.raise("{kind}", "status " + answer.status + {quoted(" from " + name)});',
            "}",
        ]
    return "\n".join([*lines, "return msg;"])


def _within(rule: StatusRule, *, alone: bool) -> str:
    """Whether the status is one of the rule's: of three digits it always is (RFC 9110, section 15)."""
    bounds = [f"answer.status >= {rule.first}"] if rule.first > _LEAST_STATUS else []
    bounds += [f"answer.status <= {rule.last}"] if rule.last < _GREATEST_STATUS else []
    text = " && ".join(bounds) or "true"
    return f"({text})" if len(bounds) > 1 and not alone else text
