"""The `httpx` library, 0.28: https://www.python-httpx.org.

Reads: `httpx.get` and its sisters, `httpx.Client` and `httpx.AsyncClient` with `base_url`, `headers`, `params`, `auth`,
    `timeout`, `follow_redirects`, `verify`; `Response.json()`, `.text`, `.status_code`, `.is_success` and its like,
    `.raise_for_status()`, single headers, `.links`.
Becomes: reads and writes with the library's defaults made explicit: redirects not followed, TLS verified, a time-out of
    five seconds, null as `a=` in a query, which takes the place of one that the URL has.
Cannot see: what the environment adds (proxies, certificate bundles); transports, mounts, event hooks, files, cookies,
    streaming, `Request` objects.
Example:
    import os
    import httpx
    with httpx.Client(base_url="https://crm.example/v1", headers={"X-Key": os.environ["CRM_KEY"]}) as client:
        for contact in client.get("/contacts", params={"limit": 10}).raise_for_status().json()["data"]:
            httpx.post("https://mail.example/members", json={"email": contact["email"]})
"""

from __future__ import annotations

from dataclasses import dataclass

from extractors.clients import httpx_answer
from extractors.clients.request_arguments import (
    BY_HAND,
    answered,
    attributes_of,
    basic,
    entries,
    kept_headers,
    named,
    not_read,
    register_basic,
    register_headers,
    seconds,
)
from extractors.clients.urls import UrlTemplate, has_user_information, split_url, without_credentials
from extractors.evaluator import Evaluator, Knowledge, containers, operators, texts
from extractors.evaluator.attempts import CLOSED
from extractors.evaluator.coroutines import AWAIT
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.utf8 import text_of
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import (
    Body,
    Call,
    Constant,
    Expression,
    HttpOperation,
    Parameter,
    SourceSpan,
    Unmapped,
)

KNOWLEDGE = Knowledge()
KNOWLEDGE.include(httpx_answer.KNOWLEDGE)
HEADERS = "httpx.Headers"
register_headers(KNOWLEDGE, HEADERS)
register_basic(KNOWLEDGE, "httpx.BasicAuth")
_ASYNCHRONOUS = "httpx.AsyncClient"
CLIENTS = ("httpx.Client", _ASYNCHRONOUS)
_REQUEST, _CLOSING = "httpx.(request)", "httpx.(closing)"
"""The classes of what a method of an asynchronous client gives, which waits to be awaited."""

_DEFAULT_TIMEOUT = Known(5.0)
_CLIENT = ("headers", "params", "auth", "timeout", "follow_redirects", "verify", "base_url")
_CALL = ("url", "params", "headers", "auth", "timeout", "follow_redirects", "json", "data", "content")
_WITH_BODY = ("POST", "PUT", "PATCH")
_UNREAD = (
    "cookies",
    "files",
    "proxy",
    "extensions",
    "cert",
    "trust_env",
    "http2",
    "limits",
    "mounts",
    "transport",
)


@dataclass(frozen=True)
class _Sheet:
    """What is known of a request before it is sent: the arguments of the call over the client's settings."""

    arguments: dict[str, Value]
    client: dict[str, Value]

    def setting(self, name: str, default: Value) -> Value:
        """The call's own argument, else the client's, else the default."""
        return self.arguments.get(name, self.client.get(name, default))


# --- clients ---------------------------------------------------------------------------------------------------


def _register_client(of: str) -> None:
    close = "aclose" if of == _ASYNCHRONOUS else "close"

    @KNOWLEDGE.function(of)
    def client(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        given = dict(arguments.keywords)
        unread = sorted(set(given) - set(_CLIENT))
        if arguments.positional or unread:
            what = f"the argument {unread[0]} is not followed" if unread else "its arguments do not fit"
            return _unknown_client(context, given, what, span)
        headers = given.get("headers", NONE)
        if isinstance(headers, Unknown):
            return headers
        found = entries(context, headers)
        if found is None or any(entry.when is not None for entry in found):
            return _unknown_client(context, given, "its headers are known at run time only", span)
        kept = kept_headers(context, HEADERS, tuple(found))
        settings = given | {"headers": kept, "session_id": Known(context.new_id("session")), CLOSED: FALSE}
        if "params" in settings:
            settings["params"] = _copied(context, settings["params"])
        return context.state.allocate(Instance(External(of), settings))

    @KNOWLEDGE.method(of, "__bool__")
    def is_true(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return TRUE

    @KNOWLEDGE.method(of, "__aenter__" if of == _ASYNCHRONOUS else "__enter__")
    def enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return receiver

    @KNOWLEDGE.method(of, close)
    def closed(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        if of == _ASYNCHRONOUS:
            return context.state.allocate(Instance(External(_CLOSING), {"client": receiver}))
        context.state.write((receiver.address, CLOSED), TRUE)
        return NONE

    @KNOWLEDGE.method(of, "request")
    def request(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        bound = named(arguments, ("method", "url"))
        method = (bound or {}).pop("method", NONE)
        return _by_client(context, receiver, bound, method, frozenset(_CALL), span)

    for verb in ("GET", "OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        _register_verb(of, verb)


def _register_verb(of: str, verb: str) -> None:
    allowed = frozenset(_CALL if verb in _WITH_BODY else _CALL[:6])

    @KNOWLEDGE.method(of, verb.lower())
    def method(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return _by_client(context, receiver, named(arguments, ("url",)), Known(verb), allowed, span)

    if of != _ASYNCHRONOUS:

        @KNOWLEDGE.function(f"httpx.{verb.lower()}")
        def function(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
            return _sent(context, named(arguments, ("url",)), Known(verb), {}, span, allowed | {"verify"})


for _of in CLIENTS:
    _register_client(_of)


def _by_client(
    context: Evaluator,
    client: Pointer,
    bound: dict[str, Value] | None,
    method: Value,
    allowed: frozenset[str],
    span: SourceSpan,
) -> Value:
    """A request of a client; an asynchronous one sends it when it is awaited."""
    problem = _problem(bound, method, attributes_of(context, client), allowed)
    found = context.state.get(client)
    if problem is None and isinstance(found, Instance) and found.of == External(_ASYNCHRONOUS):
        waiting = (bound or {}) | {"(client)": client, "(method)": method}
        return context.state.allocate(Instance(External(_REQUEST), waiting))
    return _sent(context, bound, method, attributes_of(context, client), span, allowed)


@KNOWLEDGE.method(_REQUEST, AWAIT)
def _awaited(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = dict(attributes_of(context, receiver))
    client, method = bound.pop("(client)"), bound.pop("(method)")
    assert isinstance(client, Pointer)
    return _sent(context, bound, method, attributes_of(context, client), span)


@KNOWLEDGE.method(_CLOSING, AWAIT)
def _closed(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    client = context.state.read((receiver.address, "client"))
    assert isinstance(client, Pointer)
    context.state.write((client.address, CLOSED), TRUE)
    return NONE


@KNOWLEDGE.function("httpx.request")
def _request(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("method", "url"))
    method = (bound or {}).pop("method", NONE)
    return _sent(context, bound, method, {}, span, frozenset((*_CALL, "verify")))


def _unknown_client(context: Evaluator, given: dict[str, Value], why: str, span: SourceSpan) -> Value:
    unknown = context.gap("HS103", f"the settings of this client cannot be read: {why}", span)
    for value in given.values():
        containers.ruin(context, value, unknown)
    return unknown


def _copied(context: Evaluator, value: Value) -> Value:
    """The client's own copy of a map of parameters."""
    found = context.state.get(value) if isinstance(value, Pointer) else None
    return context.state.allocate(found) if isinstance(found, MapObject) else value


# --- requests --------------------------------------------------------------------------------------------------


def _sent(
    context: Evaluator,
    bound: dict[str, Value] | None,
    method: Value,
    client: dict[str, Value],
    span: SourceSpan,
    allowed: frozenset[str] = frozenset(_CALL),
) -> Value:
    """A request; where it cannot be described truthfully, a gap stands in its place."""
    problem = _problem(bound, method, client, allowed)
    if problem is None and bound is not None and isinstance(method, Known):
        operation = _operation(context, str(method.value).upper(), _Sheet(bound, client), span)
        if isinstance(operation, HttpOperation):
            request = context.new_id("request")
            context.emit(Request(request, operation, span))
            return answered(context, httpx_answer.RESPONSE, request)
        problem = operation
    return not_read(context, problem, span)


def _problem(
    bound: dict[str, Value] | None, method: Value, client: dict[str, Value], allowed: frozenset[str]
) -> str | None:
    if bound is None:
        return "its arguments do not fit"
    if unread := sorted(set(bound) & set(_UNREAD)):
        return f"the argument {unread[0]} is not followed"
    if unexpected := sorted(set(bound) - allowed):
        return f"the argument {unexpected[0]} is not known"
    if client.get(CLOSED, FALSE) != FALSE:
        return "its client may be closed"
    if not (isinstance(method, Known) and isinstance(method.value, str)):
        return "its method is known at run time only"
    if "url" not in bound:
        return "it has no URL"
    return next((one.reason for one in (*client.values(), *bound.values()) if isinstance(one, Unknown)), None)


def _operation(context: Evaluator, method: str, sheet: _Sheet, span: SourceSpan) -> HttpOperation | str:
    url = _url(context, sheet, span)
    if isinstance(url, str):
        return url
    query = _query(context, sheet, url, span)
    headers = _headers(context, sheet, span)
    body = _body(context, sheet, span)
    timeout = seconds(sheet.setting("timeout", _DEFAULT_TIMEOUT))
    credentials = basic(context, sheet.setting("auth", NONE), span)
    if isinstance(query, str):
        return query
    if isinstance(headers, str):
        return headers
    if isinstance(body, str):
        return body
    if isinstance(timeout, str):
        return timeout
    if isinstance(credentials, str):
        return credentials
    follow, verify = sheet.setting("follow_redirects", FALSE), sheet.setting("verify", TRUE)
    if not (isinstance(follow, Known) and isinstance(follow.value, bool)):
        return "its follow_redirects argument is no constant"
    if not (isinstance(verify, Known) and isinstance(verify.value, bool)):
        return "its verify argument is no constant"
    parameters = [*url.parameters, *query, *headers, *credentials]
    if any(isinstance(parameter.value, Unmapped) for parameter in parameters):
        return "a part of it cannot be determined"
    session = sheet.client.get("session_id")
    return HttpOperation(
        client="httpx",
        session=str(session.value) if isinstance(session, Known) else None,
        method=method,
        server=url.server,
        path=url.path,
        parameters=tuple(parameters),
        body=body,
        timeout_seconds=timeout,
        follow_redirects=follow.value,
        verify_tls=verify.value,
        evidence="literal" if url.literal else "folded",
        span=span,
    )


def _url(context: Evaluator, sheet: _Sheet, span: SourceSpan) -> UrlTemplate | str:
    """The parts of the URL; one without scheme and host goes behind the client's base URL, a slash between."""
    url = sheet.arguments["url"]
    base = sheet.client.get("base_url")
    if base is not None and base not in (NONE, Known("")):
        whole = _behind(context, base, url, span)
        if isinstance(whole, str):
            return whole
        url = whole
    if has_user_information(context.snapshot(url, span)):
        return "its URL holds a user name or password"
    return split_url(without_credentials(context, context.snapshot(url, span), span))


def _behind(context: Evaluator, base: Value, url: Value, span: SourceSpan) -> Value | str:
    """The URL itself if it has scheme and host, else behind the base URL; a text says why that is not known."""
    expression = context.snapshot(url, span)
    given = split_url(expression)
    if not isinstance(given, str) and "://" in given.server:
        return url
    first, *rest = _pieces(expression)
    start = first.value if isinstance(first, Constant) else None
    if not isinstance(start, str) or start.startswith("//") or ":" in start.partition("/")[0]:
        return "its URL is known at run time only, and may lie behind the client's base URL or not"
    after = start.lstrip("/")
    if rest and not after:
        return "what follows the first slash of its URL is known at run time only"
    if isinstance(base, Known) and isinstance(base.value, str) and not {"?", "#"} & set(base.value):
        before = base.value if base.value.endswith("/") else f"{base.value}/"
        return texts.concatenate(context, [Known(before + after), *map(Symbolic, rest)], span)
    server = context.snapshot(base, span)
    if isinstance(server, Constant) or context.type_of(server) != "text":
        return "its client's base URL is no text, or has a query"
    cut = context.symbolic(operators.call("python.remove_suffix", server, Constant(value="/")), span)
    return texts.concatenate(context, [cut, Known(f"/{after}"), *map(Symbolic, rest)], span)


def _pieces(expression: Expression) -> tuple[Expression, ...]:
    """The texts that a URL is joined from."""
    is_joined = isinstance(expression, Call) and expression.function == "concat"
    return expression.arguments if is_joined and isinstance(expression, Call) else (expression,)


def _query(context: Evaluator, sheet: _Sheet, url: UrlTemplate, span: SourceSpan) -> list[Parameter] | str:
    """The client's parameters under those of the call; where there are any, the URL may have no query of its own."""
    merged: dict[str, Parameter] = {}
    given = (sheet.client.get("params", NONE), sheet.arguments.get("params", NONE))
    for value in given:
        found = entries(context, value)
        if found is None:
            return "its query parameters are known at run time only"
        for entry in found:
            name = entry.key.value
            if not isinstance(name, str):
                return "a query parameter's name is no text"
            if entry.when is not None:
                return f"the query parameter {name} is sent on a condition"
            expression = context.snapshot(context.guarded_secret(name, entry.value, span), span)
            merged[name] = Parameter(name=name, location="query", value=expression, span=entry.span or span)
    if any(value != NONE for value in given) and (not merged or "?" in url.path):
        return "its query parameters take the place of those in the URL"
    return list(merged.values())


def _headers(context: Evaluator, sheet: _Sheet, span: SourceSpan) -> list[Parameter] | str:
    """The client's headers under those of the call; names are compared without case."""
    merged: dict[str, Parameter] = {}
    for value in (sheet.client.get("headers", NONE), sheet.arguments.get("headers", NONE)):
        found = entries(context, value)
        if found is None:
            return "its headers are known at run time only"
        here: set[str] = set()
        for entry in found:
            name = entry.key.value
            if not isinstance(name, str):
                return "a header's name is no text"
            folded = name.lower()
            if entry.when is not None:
                return f"the header {name} is sent on a condition"
            if folded in here:
                return f"the header {name} is sent twice"
            if folded in BY_HAND:
                return f"the header {name} is set by hand"
            here.add(folded)
            expression = context.snapshot(context.guarded_secret(name, entry.value, span), span)
            merged.pop(folded, None)
            merged[folded] = Parameter(
                name=name, location="header", value=expression, span=entry.span or span
            )
    return list(merged.values())


def _body(context: Evaluator, sheet: _Sheet, span: SourceSpan) -> Body | str | None:
    given = {name: sheet.arguments.get(name, NONE) for name in ("content", "data", "json")}
    present = [name for name, value in given.items() if value != NONE]
    if len(present) > 1:
        return f"it has both {present[0]} and {present[1]}"
    if not present:
        return None
    (sort,) = present
    value = given[sort]
    if sort == "json":
        value = containers.as_json(context, value, span)
        found = context.state.get(value) if isinstance(value, Pointer) else None
        if isinstance(found, Instance):
            return "its json is an object of a class"
        if isinstance(value, (Known, Symbolic, TupleValue, Pointer)):
            return Body(encoder="httpx.json", content=context.snapshot(value, span), span=span)
        return "its json is no data"
    if sort == "data":
        found = context.state.get(value) if isinstance(value, Pointer) else None
        if isinstance(found, MapObject) and all(entry.when is None for entry in found.items):
            return Body(encoder="httpx.form", content=context.snapshot(value, span), span=span)
        return "its data is no map of known keys"
    value = text_of(context, value) or value
    expression = context.snapshot(value, span)
    if isinstance(value, (Known, Symbolic)) and context.type_of(expression) == "text":
        return Body(encoder="httpx.text", content=expression, span=span)
    return "its content is no text"
