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

from collections.abc import Iterator
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
    read_or,
    register_basic,
    register_headers,
    seconds,
    unread_parts,
    unread_url,
)
from extractors.clients.urls import UrlTemplate, has_user_information, split_url, without_credentials
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
    """A request; what cannot be described truthfully is a gap ahead of it, where the run ends."""
    problems = list(_problems(bound, method))
    if bound is None or "url" not in bound:
        return not_read(context, problems[0], span)
    verb = str(method.value).upper() if isinstance(method, Known) else "{method}"
    operation = _operation(context, verb, _Sheet(bound, session, by_head), span, problems)
    if problems:
        not_read(context, problems[0], span)
    request = context.new_id("request")
    context.emit(Request(request, operation, span))
    return answered(context, "requests.Response", request)


def _problems(bound: dict[str, Value] | None, method: Value) -> Iterator[str]:
    """What is wrong with the arguments by themselves."""
    if bound is None:
        yield "its arguments do not fit"
        return
    for unexpected in sorted(set(bound) - set(_SESSION_REQUEST)):
        yield f"the argument {unexpected} is not known"
    for name in _UNREAD:
        if bound.get(name, NONE) != NONE and not (name == "stream" and isinstance(bound[name], Known)):
            yield f"the argument {name} is not followed"
    if not (isinstance(method, Known) and isinstance(method.value, str)):
        yield "its method is known at run time only"
    if "url" not in bound:
        yield "it has no URL"


def _operation(
    context: Evaluator, method: str, sheet: _Sheet, span: SourceSpan, problems: list[str]
) -> HttpOperation:
    """The operation as far as it can be read; adds what is not read to the problems."""
    for settings in (sheet.session, sheet.arguments):
        problems += [value.reason for value in settings.values() if isinstance(value, Unknown)]
    url = _url(context, sheet, span, problems)
    headers = _headers(context, sheet, span, problems)
    query = _query(context, sheet, span, problems)
    body = read_or(problems, _body(context, sheet, span), None)
    timeout = read_or(problems, _timeout(sheet.argument("timeout")), None)
    auth = sheet.argument("auth") if sheet.argument("auth") != NONE else sheet.session.get("auth", NONE)
    credentials = read_or(problems, basic(context, auth, span), [])
    parameters = (*url.parameters, *query, *headers, *credentials)
    problems += unread_parts(context, parameters)
    return HttpOperation(
        client="requests",
        session=_session_id(sheet),
        method=method,
        server=url.server,
        path=url.path,
        parameters=parameters,
        body=body,
        timeout_seconds=timeout,
        follow_redirects=_follows(sheet, problems),
        verify_tls=_verifies(sheet, problems),
        evidence="unresolved" if problems else "literal" if url.literal else "folded",
        span=span,
    )


def _url(context: Evaluator, sheet: _Sheet, span: SourceSpan, problems: list[str]) -> UrlTemplate:
    given = context.snapshot(sheet.arguments["url"], span)
    if holds_tuple(context, sheet.arguments["url"]):
        problems.append("its URL is a tuple")
    elif has_user_information(given):
        problems.append("its URL holds a user name or password")
        return unread_url()
    shown = without_credentials(context, given, span)
    url = split_url(shown)
    return read_or(problems, url, unread_url(shown))


def _verifies(sheet: _Sheet, problems: list[str]) -> bool:
    verify = sheet.arguments.get("verify", sheet.session.get("verify", TRUE))
    if sheet.argument("verify") == NONE:
        verify = sheet.session.get("verify", TRUE)
    if isinstance(verify, Known) and isinstance(verify.value, bool):
        return verify.value
    problems.append("its verify argument is no constant")
    return True


def _follows(sheet: _Sheet, problems: list[str]) -> bool:
    match sheet.argument("allow_redirects"):
        case Known(value=bool() as follow):
            return follow
        case Known(value=None):
            return "allow_redirects" not in sheet.arguments and not sheet.by_head
        case _:
            problems.append("its allow_redirects argument is no constant")
            return True


def _session_id(sheet: _Sheet) -> str | None:
    match sheet.session.get("session_id"):
        case Known(value=str() as name):
            return name
        case _:
            return None


def _headers(context: Evaluator, sheet: _Sheet, span: SourceSpan, problems: list[str]) -> list[Parameter]:
    """The session's headers under those of the call; names are compared without case, null takes a header away."""
    merged: dict[str, Parameter | None] = {}
    for value in (sheet.session.get("headers", NONE), sheet.argument("headers")):
        given = entries(context, value)
        if given is None:
            problems.append("its headers are known at run time only")
            continue
        for entry in given:
            name = entry.key.value
            if not isinstance(name, str):
                problems.append("a header's name is no text")
                continue
            folded = name.lower()
            before = merged.pop(folded, None)
            merged[folded] = None
            expression = context.snapshot(context.guarded_secret(name, entry.value, span), span)
            if folded in _STANDARD and context.type_of(expression) != "text":
                problems.append("a standard header is taken away, or could be")
            if entry.when is not None:
                otherwise = Constant(value=None) if before is None else before.value
                expression = choice(entry.when, expression, otherwise)
            if expression != Constant(value=None):
                merged[folded] = Parameter(
                    name=name, location="header", value=expression, span=entry.span or span
                )
            if folded in BY_HAND:
                problems.append(f"the header {name} is set by hand")
    return [parameter for parameter in merged.values() if parameter is not None]


def _query(context: Evaluator, sheet: _Sheet, span: SourceSpan, problems: list[str]) -> list[Parameter]:
    """The session's parameters under those of the call."""
    merged: dict[str, Parameter] = {}
    own = sheet.argument("params")
    if entries(context, own) is None and entries(context, sheet.session.get("params", NONE)) != ():
        problems.append("its query parameters take the place of those of the session")
    for value in (sheet.session.get("params", NONE), own):
        given = pairs(context, value) if isinstance(value, (TupleValue, Pointer)) else entries(context, value)
        if given is None:
            problems.append("its query parameters are known at run time only")
            continue
        for entry in given:
            name = entry.key.value
            if not isinstance(name, str):
                problems.append("a query parameter's name is no text")
                continue
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
