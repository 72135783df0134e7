"""`http.client` of the standard library: https://docs.python.org/3/library/http.client.html.

Reads: `HTTPConnection` and `HTTPSConnection`, `request`, `getresponse`; the answer's `read()`, `status`, `getheader`.
Becomes: reads and writes behind a gap: the library's dialect is not run.
Cannot see: requests that are put together line by line, tunnels.
Example:
    import http.client
    import json
    connection = http.client.HTTPSConnection("crm.example", timeout=10)
    connection.request("GET", "/contacts", headers={"Accept": "application/json"})
    contacts = json.loads(connection.getresponse().read())
    connection.request("POST", "/seen", json.dumps({"count": len(contacts)}), {"Content-Type": "application/json"})
"""

from __future__ import annotations

from extractors.clients.answers import body_bytes, header_map, register_answer, request_of
from extractors.clients.request_arguments import attributes_of
from extractors.clients.unmapped_requests import DECODER, Asked, asked
from extractors.evaluator import Evaluator, Knowledge, operators, texts
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Symbolic, Value
from migrate.model import Constant, Reference, SourceSpan

KNOWLEDGE = Knowledge()
CONNECTION, RESPONSE = "http.client.HTTPConnection", "http.client.HTTPResponse"
_PENDING = "(answer)"
register_answer(KNOWLEDGE, RESPONSE, DECODER, {"reason": "the reason phrase", "msg": "the headers"}, {})


def _register(name: str, scheme: str) -> None:
    @KNOWLEDGE.function(f"http.client.{name}", f"httplib.{name}", f"six.moves.http_client.{name}")
    def connection(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        bound = arguments.keywords | dict(zip(("host", "port"), arguments.positional, strict=False))
        port = bound.get("port", NONE)
        parts = [Known(f"{scheme}://"), bound.get("host", NONE)]
        if port not in (NONE, Known({"http": 80, "https": 443}[scheme])):
            parts += [Known(":"), texts.text(context, port, span)]
        server = texts.concatenate(context, parts, span)
        return context.state.allocate(Instance(External(CONNECTION), {"(server)": server, _PENDING: NONE}))


_register("HTTPConnection", "http")
_register("HTTPSConnection", "https")


@KNOWLEDGE.method(CONNECTION, "request")
def _request(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("method", "url", "body", "headers", "encode_chunked")
    if bound is None or not {"method", "url"} <= set(bound):
        return context.gap("HS101", "this call of HTTPConnection.request", span)
    server = attributes_of(context, receiver)["(server)"]
    what = Asked(
        method=bound["method"],
        url=texts.concatenate(context, [server, bound["url"]], span),
        headers=(bound.get("headers", NONE),),
        body=bound.get("body", NONE),
    )
    answer = asked(context, what, RESPONSE, "requests of http.client are read, but not run", span)
    context.state.write((receiver.address, _PENDING), answer)
    return NONE


@KNOWLEDGE.method(CONNECTION, "getresponse")
def _getresponse(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    pending = attributes_of(context, receiver)[_PENDING]
    return context.gap("HS101", "an answer to no request", span) if pending == NONE else pending


@KNOWLEDGE.method(CONNECTION, "close", "connect", "set_debuglevel")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(RESPONSE, "read")
def _read(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return body_bytes(context, receiver, span)


@KNOWLEDGE.method(RESPONSE, "getheader")
def _getheader(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("name", "default")
    name = (bound or {}).get("name", NONE)
    if bound is None or not (isinstance(name, Known) and isinstance(name.value, str)):
        return context.gap("HS101", "this call of getheader", span)
    default = context.data(bound.get("default", NONE), span)
    headers = header_map(context, receiver, span)
    return context.symbolic(
        operators.call("python.get", headers, Constant(value=name.value.lower()), default), span
    )


def _code(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    return Symbolic(Reference(step=request_of(context, receiver), part="status"))


KNOWLEDGE.attributes[RESPONSE, "code"] = _code
