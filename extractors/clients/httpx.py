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

from collections.abc import Iterator
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
    read_or,
    register_basic,
    register_headers,
    seconds,
    unread_parts,
    unread_url,
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
    is_read = not any(_problems(bound, method, attributes_of(context, client), allowed))
    found = context.state.get(client)
    if is_read and isinstance(found, Instance) and found.of == External(_ASYNCHRONOUS):
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
    """A request; what cannot be described truthfully is a gap ahead of it, where the run ends."""
    problems = list(_problems(bound, method, client, allowed))
    if bound is None or "url" not in bound:
        return not_read(context, problems[0], span)
    verb = str(method.value).upper() if isinstance(method, Known) else "{method}"
    operation = _operation(context, verb, _Sheet(bound, client), span, problems)
    if problems:
        not_read(context, problems[0], span)
    request = context.new_id("request")
    context.emit(Request(request, operation, span))
    return answered(context, httpx_answer.RESPONSE, request)


def _problems(
    bound: dict[str, Value] | None, method: Value, client: dict[str, Value], allowed: frozenset[str]
) -> Iterator[str]:
    """What is wrong with the arguments by themselves."""
    if bound is None:
        yield "its arguments do not fit"
        return
    for unread in sorted(set(bound) & set(_UNREAD)):
        yield f"the argument {unread} is not followed"
    for unexpected in sorted(set(bound) - allowed):
        yield f"the argument {unexpected} is not known"
    if client.get(CLOSED, FALSE) != FALSE:
        yield "its client may be closed"
    if not (isinstance(method, Known) and isinstance(method.value, str)):
        yield "its method is known at run time only"
    if "url" not in bound:
        yield "it has no URL"
    yield from (one.reason for one in (*client.values(), *bound.values()) if isinstance(one, Unknown))


def _operation(
    context: Evaluator, method: str, sheet: _Sheet, span: SourceSpan, problems: list[str]
) -> HttpOperation:
    """The operation as far as it can be read; adds what is not read to the problems."""
    url = _url(context, sheet, span, problems)
    query = _query(context, sheet, url, span, problems)
    headers = _headers(context, sheet, span, problems)
    body = read_or(problems, _body(context, sheet, span), None)
    timeout = read_or(problems, seconds(sheet.setting("timeout", _DEFAULT_TIMEOUT)), None)
    credentials = basic(context, sheet.setting("auth", NONE), span, problems)
    parameters = (*url.parameters, *query, *headers, *credentials)
    problems += unread_parts(context, parameters)
    session = sheet.client.get("session_id")
    return HttpOperation(
        client="httpx",
        session=str(session.value) if isinstance(session, Known) else None,
        method=method,
        server=url.server,
        path=url.path,
        parameters=parameters,
        body=body,
        timeout_seconds=timeout,
        follow_redirects=_switch(sheet, "follow_redirects", False, problems),
        verify_tls=_switch(sheet, "verify", True, problems),
        evidence="unresolved" if problems else "literal" if url.literal else "folded",
        span=span,
    )


def _switch(sheet: _Sheet, name: str, default: bool, problems: list[str]) -> bool:
    match sheet.setting(name, Known(default)):
        case Known(value=bool() as given):
            return given
        case _:
            problems.append(f"its {name} argument is no constant")
            return default


def _url(context: Evaluator, sheet: _Sheet, span: SourceSpan, problems: list[str]) -> UrlTemplate:
    """The parts of the URL; one without scheme and host goes behind the client's base URL, a slash between."""
    url = sheet.arguments["url"]
    base = sheet.client.get("base_url")
    if base is not None and base not in (NONE, Known("")):
        url = read_or(problems, _behind(context, base, url, span), url)
    given = context.snapshot(url, span)
    if has_user_information(given):
        problems.append("its URL holds a user name or password")
        return unread_url()
    shown = without_credentials(context, given, span)
    return read_or(problems, split_url(shown), unread_url(shown))


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


def _query(
    context: Evaluator, sheet: _Sheet, url: UrlTemplate, span: SourceSpan, problems: list[str]
) -> list[Parameter]:
    """The client's parameters under those of the call; where there are any, the URL may have no query of its own."""
    merged: dict[str, Parameter] = {}
    given = (sheet.client.get("params", NONE), sheet.arguments.get("params", NONE))
    for value in given:
        found = entries(context, value)
        if found is None:
            problems.append("its query parameters are known at run time only")
            continue
        for entry in found:
            name = entry.key.value
            if not isinstance(name, str):
                problems.append("a query parameter's name is no text")
                continue
            if entry.when is not None:
                problems.append(f"the query parameter {name} is sent on a condition")
            expression = context.snapshot(context.guarded_parameter(name, entry.value, span), span)
            merged[name] = Parameter(name=name, location="query", value=expression, span=entry.span or span)
    if any(value != NONE for value in given) and (not merged or "?" in url.path):
        problems.append("its query parameters take the place of those in the URL")
    return list(merged.values())


def _headers(context: Evaluator, sheet: _Sheet, span: SourceSpan, problems: list[str]) -> list[Parameter]:
    """The client's headers under those of the call; names are compared without case."""
    merged: dict[str, Parameter] = {}
    for value in (sheet.client.get("headers", NONE), sheet.arguments.get("headers", NONE)):
        found = entries(context, value)
        if found is None:
            problems.append("its headers are known at run time only")
            continue
        here: set[str] = set()
        for entry in found:
            name = entry.key.value
            if not isinstance(name, str):
                problems.append("a header's name is no text")
                continue
            folded = name.lower()
            if entry.when is not None:
                problems.append(f"the header {name} is sent on a condition")
            if folded in here:
                problems.append(f"the header {name} is sent twice")
            if folded in BY_HAND:
                problems.append(f"the header {name} is set by hand")
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
