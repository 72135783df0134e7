"""The `urllib3` library, 2.x: https://urllib3.readthedocs.io.

Reads: `PoolManager`, `ProxyManager` and `urllib3.request` with `fields`, `headers`, `body`, `json`; the answer's
    `data`, `json()`, `status`, `headers`.
Becomes: reads and writes behind a gap: the library's dialect is not run.
Cannot see: pools of one host, retries, streams.
Example:
    import urllib3
    http = urllib3.PoolManager(headers={"X-Team": "it"})
    for contact in http.request("GET", "https://crm.example/contacts", fields={"limit": "10"}).json():
        http.request("POST", "https://mail.example/members", json={"email": contact["email"]})
"""

from __future__ import annotations

from extractors.clients.answers import body_bytes, register_answer
from extractors.clients.request_arguments import attributes_of, named
from extractors.clients.unmapped_requests import DECODER, Asked, asked
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, External, Instance, Known, MapItem, MapObject, Pointer, Value
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
POOL, RESPONSE = "urllib3.PoolManager", "urllib3.HTTPResponse"
_IN_URL = ("GET", "HEAD", "DELETE", "OPTIONS")
_WHY = "requests of urllib3 are read, but not run"
register_answer(KNOWLEDGE, RESPONSE, DECODER, {"reason": "the reason phrase"}, {})
KNOWLEDGE.attributes[RESPONSE, "data"] = body_bytes


@KNOWLEDGE.function(POOL, "urllib3.ProxyManager", "urllib3.poolmanager.PoolManager")
def _pool(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(
        Instance(External(POOL), {"headers": arguments.keywords.get("headers", NONE)})
    )


KNOWLEDGE.settable.add((POOL, "headers"))


@KNOWLEDGE.function("urllib3.Timeout", "urllib3.util.Timeout", "urllib3.util.timeout.Timeout")
def _timeout(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External("urllib3.Timeout"), {}))


@KNOWLEDGE.function("urllib3.make_headers", "urllib3.util.make_headers")
def _make_headers(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """What of them proves who calls; the others say how an answer may be packed."""
    given = arguments.keywords.get("basic_auth", NONE)
    if given == NONE:
        return context.state.allocate(MapObject(()))
    secret = context.guarded_secret("password", given, span)
    return context.state.allocate(MapObject((MapItem(Known("authorization"), secret, None, span),)))


@KNOWLEDGE.method(POOL, "request", "request_encode_url", "request_encode_body", "urlopen")
def _request(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _sent(context, arguments, attributes_of(context, receiver), span)


@KNOWLEDGE.function("urllib3.request")
def _of_module(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return _sent(context, arguments, {}, span)


def _sent(context: Evaluator, arguments: Arguments, pool: dict[str, Value], span: SourceSpan) -> Value:
    bound = named(arguments, ("method", "url", "body", "fields", "headers"))
    if bound is None or not {"method", "url"} <= set(bound):
        return context.gap("HS101", "this call of urllib3", span)
    fields, method = bound.get("fields", NONE), bound["method"]
    in_url = isinstance(method, Known) and str(method.value).upper() in _IN_URL
    given = (bound.get("json", NONE), bound.get("body", NONE), NONE if in_url else fields)
    what = Asked(
        method=method,
        url=bound["url"],
        query=(fields if in_url else NONE,),
        headers=(pool.get("headers", NONE), bound.get("headers", NONE)),
        body=next((one for one in given if one != NONE), NONE),
    )
    return asked(context, what, RESPONSE, _WHY, span)


@KNOWLEDGE.method(POOL, "clear")
def _clear(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(POOL, "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(RESPONSE, "read")
def _read(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return body_bytes(context, receiver, span)


@KNOWLEDGE.method(RESPONSE, "release_conn", "drain_conn")
def _release(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE
