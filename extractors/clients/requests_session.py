"""`requests.Session`: what it keeps for its requests, and prepared requests."""

from __future__ import annotations

from extractors.clients.request_arguments import attributes_of, entries, kept_headers, named
from extractors.clients.requests_auth import HEADERS, PREPARED
from extractors.clients.requests_sending import ARGUMENTS, COOKIES_SET, RESPONSE, sent
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Pointer,
    Unknown,
    Value,
)
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
SESSION = "requests.Session"
_COOKIES, _REQUEST = "requests.cookies.RequestsCookieJar", "requests.Request"
_METHODS = (
    *("get", "options", "head", "post", "put", "patch", "delete", "request", "send", "prepare_request"),
    *("mount", "close", "get_adapter", "merge_environment_settings", "resolve_redirects", "rebuild_auth"),
)


@KNOWLEDGE.function("requests.Session", "requests.session", "requests.sessions.Session")
def _session(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return new_session(context)


def new_session(context: Evaluator) -> Pointer:
    """A session as it is made."""
    empty = {name: context.state.allocate(MapObject(())) for name in ("params", "proxies")}
    hooks = MapItem(Known("response"), context.state.allocate(ListObject(())))
    return context.state.allocate(
        Instance(
            External(SESSION),
            {
                "headers": kept_headers(context, HEADERS),
                **empty,
                "hooks": context.state.allocate(MapObject((hooks,))),
                "auth": NONE,
                "verify": TRUE,
                "cert": NONE,
                "session_id": Known(context.new_id("session")),
            },
        )
    )


KNOWLEDGE.settable |= {
    (SESSION, name) for name in ("params", "auth", "verify", "cert", "proxies", "hooks", "trust_env")
}
KNOWLEDGE.settable.add((SESSION, "max_redirects"))


@KNOWLEDGE.setter(SESSION, "headers")
def _set_headers(context: Evaluator, receiver: Pointer, name: str, value: Value, span: SourceSpan) -> None:
    """Other headers in the place of all: also of those that the library sends by itself."""
    context.gap("HS103", "the headers of a session are replaced, and with them those that are standard", span)
    kept = kept_headers(context, HEADERS, tuple(entries(context, value) or ()))
    context.state.write((receiver.address, "headers"), kept)


@KNOWLEDGE.setter(SESSION, "cookies")
def _set_cookies(context: Evaluator, receiver: Pointer, name: str, value: Value, span: SourceSpan) -> None:
    context.gap("HS102", "the cookies of a session are set", span)
    context.state.write((receiver.address, COOKIES_SET), TRUE)


@KNOWLEDGE.setter(SESSION, "stream")
def _set_stream(context: Evaluator, receiver: Pointer, name: str, value: Value, span: SourceSpan) -> None:
    """Answers are read when they are asked for: the same answers."""


@KNOWLEDGE.setter(SESSION, "*")
def _set_other(context: Evaluator, receiver: Pointer, name: str, value: Value, span: SourceSpan) -> None:
    """An attribute that the library does not know (`timeout` is one): it is only kept."""
    if name in _METHODS or name in ("adapters", "redirect_cache"):
        context.gap("HS102", f"setting {SESSION}.{name} is not known", span)
    context.state.write((receiver.address, name), value)


@KNOWLEDGE.method(SESSION, "__bool__")
def _is_true(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return TRUE


@KNOWLEDGE.method(SESSION, "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(SESSION, "close")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


# --- cookies ---------------------------------------------------------------------------------------------------


def _cookies(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(_COOKIES), {"(session)": receiver}))


KNOWLEDGE.attributes[SESSION, "cookies"] = _cookies


@KNOWLEDGE.method(_COOKIES, "*")
def _cookie(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return context.gap("HS102", "the cookies of a session are not followed", span)


def _set_cookie(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    session = context.state.read((receiver.address, "(session)"))
    if isinstance(session, Pointer):
        context.state.write((session.address, COOKIES_SET), TRUE)
    return _cookie(context, receiver, arguments, span)


KNOWLEDGE.methods[_COOKIES, "__getitem__"] = _cookie
for _name in ("__setitem__", "set", "set_cookie", "update", "load"):
    KNOWLEDGE.methods[_COOKIES, _name] = _set_cookie


# --- prepared requests -----------------------------------------------------------------------------------------


@KNOWLEDGE.function(_REQUEST, "requests.models.Request")
def _request(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    names = ("method", "url", "headers", "files", "data", "params", "auth", "cookies", "hooks", "json")
    bound = named(arguments, names)
    if bound is None:
        return context.gap("HS101", "this call of requests.Request", span)
    return context.state.allocate(Instance(External(_REQUEST), bound))


KNOWLEDGE.settable |= {(_REQUEST, name) for name in ARGUMENTS}
KNOWLEDGE.settable |= {(PREPARED, name) for name in ("url", "body", "method", "headers")}


@KNOWLEDGE.method(_REQUEST, "prepare")
def _prepare(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _prepared(context, receiver, {}, span)


@KNOWLEDGE.method(SESSION, "prepare_request")
def _prepare_request(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    one = arguments.positional[0] if len(arguments.positional) == 1 else NONE
    if not isinstance(one, Pointer):
        return context.gap("HS101", "this call of prepare_request", span)
    return _prepared(context, one, attributes_of(context, receiver), span)


def _prepared(context: Evaluator, request: Pointer, session: dict[str, Value], span: SourceSpan) -> Value:
    """The request with a copy of its headers, which a script may change until it is sent."""
    given = attributes_of(context, request)
    of_session = entries(context, session.get("headers", NONE)) or ()
    headers = kept_headers(
        context, HEADERS, (*of_session, *(entries(context, given.get("headers", NONE)) or ()))
    )
    unread = {name: Unknown("HS102", f"the {name} of a prepared request", span) for name in ("body",)}
    shown = {"headers": headers, "method": given.get("method", NONE), "url": given.get("url", NONE), **unread}
    rest = {f"({name})": value for name, value in given.items() if name not in ("headers", "method", "url")}
    return context.state.allocate(Instance(External(PREPARED), {**shown, **rest}))


@KNOWLEDGE.method(SESSION, "send")
def _send(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """A prepared request: not exact, for what the environment and the session add differs from that of others."""
    one = arguments.positional[0] if len(arguments.positional) == 1 else NONE
    found = context.state.get(one) if isinstance(one, Pointer) else None
    if not (isinstance(found, Instance) and found.of == External(PREPARED)):
        return context.gap("HS101", "this call of Session.send", span)
    rest = {name.strip("()"): value for name, value in found.attributes.items() if name.startswith("(")}
    bound = {
        "headers": found.attributes["headers"],
        "url": found.attributes["url"],
        **rest,
        **arguments.keywords,
    }
    session = {
        name: value
        for name, value in attributes_of(context, receiver).items()
        if name in ("session_id", "auth", "params", "verify", "hooks", "proxies", "cert")
    }
    method = found.attributes["method"]
    return sent(context, bound, method, session, span, problems=("it is prepared by itself and then sent",))


@KNOWLEDGE.method(RESPONSE, "__enter__")
def _enter_answer(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


def _request_of(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    """The request that was answered: its parts are texts that are named where they are used."""
    parts = {
        name: Unknown("HS102", f"the {name} of the request of an answer", span)
        for name in ("url", "body", "method", "headers", "path_url")
    }
    return context.state.allocate(Instance(External(PREPARED), dict(parts)))


KNOWLEDGE.attributes[RESPONSE, "request"] = _request_of


@KNOWLEDGE.function("requests.structures.CaseInsensitiveDict")
def _headers(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    given = arguments.positional[0] if len(arguments.positional) == 1 else NONE
    found = entries(context, given)
    if found is None or arguments.keywords:
        return context.gap("HS101", "this call of CaseInsensitiveDict", span)
    return kept_headers(context, HEADERS, found)
