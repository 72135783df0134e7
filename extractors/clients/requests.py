"""The `requests` library, 2.x: https://requests.readthedocs.io.

Reads: `requests.get` and its sisters, `requests.Session` with `headers`, `auth`, `params`, `verify`;
    `requests.auth.HTTPBasicAuth`; `Response.json()`, `.text`, `.status_code`, `.ok`, `.raise_for_status()`, single
    headers, `.links`, `.is_redirect`.
Becomes: reads and writes with the library's defaults made explicit: redirects followed, TLS verified, no time-out.
Cannot see: what the environment adds (`.netrc`, proxies, certificate bundles); adapters and retries that are mounted,
    hooks, client certificates, files, cookies, streaming.
Example:
    import os
    import requests
    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {os.environ['CRM_TOKEN']}"})
    for contact in session.get("https://crm.example/contacts", params={"limit": 10}).json()["data"]:
        session.post("https://mail.example/members", json={"email": contact["email"]}).raise_for_status()
"""

from __future__ import annotations

from dataclasses import dataclass

from extractors.clients import requests_answer
from extractors.clients.request_arguments import (
    BY_HAND,
    answered,
    basic,
    entries,
    kept_headers,
    named,
    not_read,
    pairs,
    register_basic,
    register_headers,
    seconds,
)
from extractors.clients.urls import has_user_information, split_url, without_credentials
from extractors.evaluator import Evaluator, Knowledge, containers
from extractors.evaluator.ownership import sort_of
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.state import choice
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.utf8 import text_of
from extractors.evaluator.values import (
    NONE,
    TRUE,
    EitherValue,
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
    Constant,
    HttpOperation,
    Parameter,
    SourceSpan,
    Unmapped,
)

KNOWLEDGE = Knowledge()
KNOWLEDGE.include(requests_answer.KNOWLEDGE)
register_headers(KNOWLEDGE, "requests.Headers")
register_basic(KNOWLEDGE, "requests.auth.HTTPBasicAuth")
_REQUEST = (
    "method",
    "url",
    "params",
    "data",
    "headers",
    "cookies",
    "files",
    "auth",
    "timeout",
    "allow_redirects",
    "proxies",
)
_SESSION_REQUEST = (*_REQUEST, "hooks", "stream", "verify", "cert", "json")
_STANDARD = ("user-agent", "accept", "accept-encoding", "connection")
"""The headers that the library sends by itself, unless one is null."""
_UNREAD = ("cookies", "files", "proxies", "hooks", "cert", "stream")


@dataclass(frozen=True)
class _Sheet:
    """What is known of a request before it is sent: the arguments of the call over the session's settings."""

    arguments: dict[str, Value]
    session: dict[str, Value]
    by_head: bool
    """True for `head()`, which does not follow redirects unless it is told to."""

    def argument(self, name: str) -> Value:
        """The call's own argument, or None's value."""
        return self.arguments.get(name, NONE)


def _session(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    headers = kept_headers(context, "requests.Headers")
    params = context.state.allocate(MapObject(()))
    return context.state.allocate(
        Instance(
            External("requests.Session"),
            {
                "headers": headers,
                "params": params,
                "auth": NONE,
                "verify": TRUE,
                "session_id": Known(context.new_id("session")),
            },
        )
    )


KNOWLEDGE.functions["requests.Session"] = KNOWLEDGE.functions["requests.session"] = _session
KNOWLEDGE.functions["requests.sessions.Session"] = _session
KNOWLEDGE.settable |= {("requests.Session", name) for name in ("params", "auth", "verify")}


@KNOWLEDGE.method("requests.Session", "__bool__")
def _session_is_true(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return TRUE


@KNOWLEDGE.method("requests.Session", "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method("requests.Session", "close")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


def _register(verb: str) -> None:
    positional = {
        "GET": ("url", "params"),
        "POST": ("url", "data", "json"),
        "PUT": ("url", "data"),
        "PATCH": ("url", "data"),
    }.get(verb, ("url",))
    of_session = {"GET": ("url",)}.get(verb, positional)

    @KNOWLEDGE.function(f"requests.{verb.lower()}", f"requests.api.{verb.lower()}")
    def function(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        return _sent(context, named(arguments, positional), Known(verb), {}, span, by_head=verb == "HEAD")

    @KNOWLEDGE.method("requests.Session", verb.lower())
    def method(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        found = context.state.get(receiver)
        settings = found.attributes if isinstance(found, Instance) else {}
        return _sent(
            context, named(arguments, of_session), Known(verb), settings, span, by_head=verb == "HEAD"
        )


for _verb in ("GET", "OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    _register(_verb)


@KNOWLEDGE.function("requests.request", "requests.api.request")
def _request(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("method", "url"))
    return _sent(context, bound, (bound or {}).pop("method", NONE), {}, span)


@KNOWLEDGE.method("requests.Session", "request")
def _session_request(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    found = context.state.get(receiver)
    bound = named(arguments, _SESSION_REQUEST)
    return _sent(
        context,
        bound,
        (bound or {}).pop("method", NONE),
        found.attributes if isinstance(found, Instance) else {},
        span,
    )


def _sent(
    context: Evaluator,
    bound: dict[str, Value] | None,
    method: Value,
    session: dict[str, Value],
    span: SourceSpan,
    *,
    by_head: bool = False,
) -> Value:
    """A request; where it cannot be described truthfully, a gap stands in its place."""
    problem = _problem(context, bound, method)
    if problem is None and bound is not None and isinstance(method, Known):
        operation = _operation(context, str(method.value).upper(), _Sheet(bound, session, by_head), span)
        if isinstance(operation, HttpOperation):
            request = context.new_id("request")
            context.emit(Request(request, operation, span))
            return answered(context, "requests.Response", request)
        problem = operation
    return not_read(context, problem, span)


def _problem(context: Evaluator, bound: dict[str, Value] | None, method: Value) -> str | None:
    if bound is None:
        return "its arguments do not fit"
    unexpected = sorted(set(bound) - set(_SESSION_REQUEST))
    if unexpected:
        return f"the argument {unexpected[0]} is not known"
    for name in _UNREAD:
        if bound.get(name, NONE) != NONE and not (name == "stream" and isinstance(bound[name], Known)):
            return f"the argument {name} is not followed"
    if not (isinstance(method, Known) and isinstance(method.value, str)):
        return "its method is known at run time only"
    if "url" not in bound:
        return "it has no URL"
    return None


def _operation(context: Evaluator, method: str, sheet: _Sheet, span: SourceSpan) -> HttpOperation | str:
    for settings in (sheet.session, sheet.arguments):
        for value in settings.values():
            if isinstance(value, Unknown):
                return value.reason
    if holds_tuple(context, sheet.arguments["url"]):
        return "its URL is a tuple"
    if has_user_information(context.snapshot(sheet.arguments["url"], span)):
        return "its URL holds a user name or password"
    url = split_url(without_credentials(context, context.snapshot(sheet.arguments["url"], span), span))
    if isinstance(url, str):
        return url
    headers = _headers(context, sheet, span)
    query = _query(context, sheet, span)
    body = _body(context, sheet, span)
    timeout = _timeout(sheet.argument("timeout"))
    auth = sheet.argument("auth") if sheet.argument("auth") != NONE else sheet.session.get("auth", NONE)
    credentials = basic(context, auth, span)
    if isinstance(headers, str):
        return headers
    if isinstance(query, str):
        return query
    if isinstance(body, str):
        return body
    if isinstance(timeout, str):
        return timeout
    if isinstance(credentials, str):
        return credentials
    verify, redirects = (
        sheet.arguments.get("verify", sheet.session.get("verify", TRUE)),
        sheet.argument("allow_redirects"),
    )
    if sheet.argument("verify") == NONE:
        verify = sheet.session.get("verify", TRUE)
    if not (isinstance(verify, Known) and isinstance(verify.value, bool)):
        return "its verify argument is no constant"
    if not (isinstance(redirects, Known) and isinstance(redirects.value, (bool, type(None)))):
        return "its allow_redirects argument is no constant"
    follow = redirects.value if isinstance(redirects.value, bool) else not sheet.by_head
    if "allow_redirects" in sheet.arguments and redirects.value is None:
        follow = False
    parameters = [*url.parameters, *query, *headers, *credentials]
    if any(isinstance(parameter.value, Unmapped) for parameter in parameters):
        return "a part of it cannot be determined"
    return HttpOperation(
        client="requests",
        session=_session_id(sheet),
        method=method,
        server=url.server,
        path=url.path,
        parameters=tuple(parameters),
        body=body,
        timeout_seconds=timeout,
        follow_redirects=follow,
        verify_tls=verify.value,
        evidence="literal" if url.literal else "folded",
        span=span,
    )


def _session_id(sheet: _Sheet) -> str | None:
    match sheet.session.get("session_id"):
        case Known(value=str() as name):
            return name
        case _:
            return None


def _headers(context: Evaluator, sheet: _Sheet, span: SourceSpan) -> list[Parameter] | str:
    """The session's headers under those of the call; names are compared without case, null takes a header away."""
    merged: dict[str, Parameter | None] = {}
    for value in (sheet.session.get("headers", NONE), sheet.argument("headers")):
        given = entries(context, value)
        if given is None:
            return "its headers are known at run time only"
        for entry in given:
            name = entry.key.value
            if not isinstance(name, str):
                return "a header's name is no text"
            folded = name.lower()
            before = merged.pop(folded, None)
            merged[folded] = None
            expression = context.snapshot(context.guarded_secret(name, entry.value, span), span)
            if folded in _STANDARD and context.type_of(expression) != "text":
                return "a standard header is taken away, or could be"
            if entry.when is not None:
                otherwise = Constant(value=None) if before is None else before.value
                expression = choice(entry.when, expression, otherwise)
            if expression != Constant(value=None):
                merged[folded] = Parameter(
                    name=name, location="header", value=expression, span=entry.span or span
                )
            if folded in BY_HAND:
                return f"the header {name} is set by hand"
    return [parameter for parameter in merged.values() if parameter is not None]


def _query(context: Evaluator, sheet: _Sheet, span: SourceSpan) -> list[Parameter] | str:
    """The session's parameters under those of the call."""
    merged: dict[str, Parameter] = {}
    own = sheet.argument("params")
    if entries(context, own) is None and entries(context, sheet.session.get("params", NONE)) != ():
        return "its query parameters take the place of those of the session"
    for value in (sheet.session.get("params", NONE), own):
        given = pairs(context, value) if isinstance(value, (TupleValue, Pointer)) else entries(context, value)
        if given is None:
            return "its query parameters are known at run time only"
        for entry in given:
            name = entry.key.value
            if not isinstance(name, str):
                return "a query parameter's name is no text"
            if entry.when is not None:
                absent = Constant(value=None)
                shown = choice(entry.when, context.snapshot(entry.value, span), absent)
                merged[name] = Parameter(name=name, location="query", value=shown, span=entry.span or span)
                continue
            if value is not sheet.session.get("params") and entry.value == NONE:
                merged.pop(name, None)
                continue
            expression = context.snapshot(context.guarded_secret(name, entry.value, span), span)
            merged[name] = Parameter(name=name, location="query", value=expression, span=entry.span or span)
    return list(merged.values())


def _body(context: Evaluator, sheet: _Sheet, span: SourceSpan) -> Body | str | None:
    data, json = sheet.argument("data"), sheet.argument("json")
    if data != NONE:
        if json != NONE:
            return "it has both data and json"
        data = text_of(context, data) or data
        found = context.state.get(data) if isinstance(data, Pointer) else None
        if isinstance(found, MapObject):
            return Body(encoder="requests.form", content=context.snapshot(data, span), span=span)
        if isinstance(found, Instance):
            return "its data is an object of a class"
        expression = context.snapshot(data, span)
        if isinstance(data, (Known, Symbolic)) and context.type_of(expression) == "text":
            return Body(encoder="requests.text", content=expression, span=span)
        if isinstance(data, (Known, Symbolic, TupleValue, EitherValue)) or (
            found is not None and sort_of(found) in ("list", "map", "any")
        ):
            return Body(encoder="requests.data", content=expression, span=span)
        return "its data is neither a text nor a form"
    if "json" in sheet.arguments and json != NONE:
        json = containers.as_json(context, json, span)
        found = context.state.peek(json) if isinstance(json, Pointer) else None
        if isinstance(found, Instance):
            return "its json is an object of a class"
        if isinstance(json, (Known, Symbolic, TupleValue, Pointer, EitherValue)):
            return Body(encoder="requests.json", content=context.snapshot(json, span), span=span)
        return "its json is no data"
    return None


def _timeout(value: Value) -> float | str | None:
    """Seconds; of a pair (connect, read) the larger one."""
    items = value.items if isinstance(value, TupleValue) else (value,)
    found = [seconds(item) for item in items]
    problem = next((one for one in found if isinstance(one, str)), None)
    return problem or max((one for one in found if isinstance(one, float)), default=None)
