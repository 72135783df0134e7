"""The `aiohttp` client, 3.x: https://docs.aiohttp.org/en/stable/client_reference.html.

Reads: `ClientSession` with `base_url`, `headers`, `params`, `auth`; its requests, awaited or in `async with`;
    `aiohttp.request`; `ClientResponse.json()`, `.text()`, `.read()`, `.status`, `.ok`, `.raise_for_status()`.
Becomes: reads and writes behind a gap: the library's dialect is not run.
Cannot see: web sockets, tracing, middlewares, forms with files, streams.
Example:
    import aiohttp
    import asyncio
    async def main():
        async with aiohttp.ClientSession(headers={"X-Team": "it"}) as session:
            async with session.get("https://crm.example/contacts", params={"limit": 10}) as response:
                for contact in await response.json():
                    await session.post("https://mail.example/members", json={"email": contact["email"]})
    asyncio.run(main())
"""

from __future__ import annotations

from extractors.clients.answers import body_bytes, register_answer, request_of, status_between
from extractors.clients.request_arguments import BASIC, attributes_of, named
from extractors.clients.unmapped_requests import DECODER, Asked, asked, behind
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.coroutines import AWAIT
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import StatusCheck
from extractors.evaluator.state import negation
from extractors.evaluator.values import NONE, TRUE, External, Instance, Known, Pointer, Symbolic, Value
from migrate.model import Reference, SourceSpan

KNOWLEDGE = Knowledge()
SESSION, RESPONSE = "aiohttp.ClientSession", "aiohttp.ClientResponse"
_REQUEST, _READ, _SETTING = "aiohttp.(request)", "aiohttp.(reading)", "aiohttp.(setting)"
_WHY = "requests of aiohttp are read, but not run"
register_answer(KNOWLEDGE, RESPONSE, DECODER, {"url": "the final URL", "reason": "the reason phrase"})


@KNOWLEDGE.function(SESSION, "aiohttp.client.ClientSession")
def _session(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("base_url",)) or {}
    return context.state.allocate(Instance(External(SESSION), bound))


@KNOWLEDGE.function("aiohttp.BasicAuth", "aiohttp.helpers.BasicAuth")
def _basic(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("login", "password", "encoding") or {}
    hidden = {"(user)": bound.get("login", NONE), "(password)": bound.get("password", Known(""))}
    return context.state.allocate(Instance(External(BASIC), hidden))


@KNOWLEDGE.function(
    *(f"aiohttp.{name}" for name in ("ClientTimeout", "TCPConnector", "CookieJar", "DummyCookieJar")),
    *("aiohttp.client.ClientTimeout", "aiohttp.connector.TCPConnector"),
)
def _setting(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(_SETTING), {}))


@KNOWLEDGE.method(SESSION, "__aenter__", "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(SESSION, "close")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _reading(context, NONE)


@KNOWLEDGE.method(SESSION, "__bool__")
def _true(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return TRUE


# --- requests ----------------------------------------------------------------------------------------------------


def _waiting(
    context: Evaluator, bound: dict[str, Value] | None, method: Value, session: dict[str, Value]
) -> Value:
    """A request that is sent when it is awaited or entered."""
    held = {f"(session) {name}": value for name, value in session.items()}
    return context.state.allocate(Instance(External(_REQUEST), (bound or {}) | held | {"(method)": method}))


def _register(verb: str) -> None:
    @KNOWLEDGE.method(SESSION, verb.lower())
    def method(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return _waiting(context, named(arguments, ("url",)), Known(verb), attributes_of(context, receiver))


for _verb in ("GET", "OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    _register(_verb)


@KNOWLEDGE.method(SESSION, "request")
def _session_request(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("method", "url"))
    return _waiting(context, bound, (bound or {}).get("method", NONE), attributes_of(context, receiver))


@KNOWLEDGE.function("aiohttp.request", "aiohttp.client.request")
def _request(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("method", "url"))
    return _waiting(context, bound, (bound or {}).get("method", NONE), {})


@KNOWLEDGE.method(_REQUEST, AWAIT, "__aenter__")
def _sent(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    given = attributes_of(context, receiver)

    def setting(name: str) -> Value:
        return given.get(f"(session) {name}", NONE)

    body = given.get("json", NONE)
    what = Asked(
        method=given["(method)"],
        url=behind(context, setting("base_url"), given.get("url", NONE), span),
        query=(setting("params"), given.get("params", NONE)),
        headers=(setting("headers"), given.get("headers", NONE)),
        body=body if body != NONE else given.get("data", NONE),
        auth=given["auth"] if given.get("auth", NONE) != NONE else setting("auth"),
    )
    answer = asked(context, what, RESPONSE, _WHY, span)
    parts = {name: value for name, value in attributes_of(context, answer).items() if name != "text"}
    context.state.set(answer, Instance(External(RESPONSE), parts))  # `text` is a method
    return answer


# --- answers -----------------------------------------------------------------------------------------------------


def _reading(context: Evaluator, value: Value) -> Value:
    """What is got by awaiting."""
    return context.state.allocate(Instance(External(_READ), {"value": value}))


@KNOWLEDGE.method(_READ, AWAIT)
def _got(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return attributes_of(context, receiver)["value"]


@KNOWLEDGE.method(RESPONSE, "__aenter__", "__enter__")
def _enter_answer(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(RESPONSE, "json")
def _json(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _reading(
        context, context.symbolic(Reference(step=request_of(context, receiver), part="body"), span)
    )


@KNOWLEDGE.method(RESPONSE, "text")
def _text(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _reading(context, Symbolic(Reference(step=request_of(context, receiver), part="text")))


@KNOWLEDGE.method(RESPONSE, "read")
def _read(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _reading(context, body_bytes(context, receiver, span))


def _ok(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    return context.symbolic(negation(status_between(context, receiver, 400, 999, span)), span)


KNOWLEDGE.attributes[RESPONSE, "ok"] = _ok


@KNOWLEDGE.method(RESPONSE, "raise_for_status")
def _raise_for_status(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    request = request_of(context, receiver)
    ranges = ((400, 999),)
    context.emit(StatusCheck(request, "aiohttp.ClientResponseError", receiver.address, ranges, span))
    return NONE
