"""The `gql` client of GraphQL, 3.x: https://gql.readthedocs.io.

Reads: `Client` over a transport of requests, aiohttp or httpx; `execute`, `execute_async`, sessions; `gql(...)`.
Becomes: a POST of query and variables behind a gap: the library checks the query against a schema that is not known.
Cannot see: subscriptions, schemas that are fetched, the query builder.
Example:
    from gql import Client, gql
    from gql.transport.requests import RequestsHTTPTransport
    transport = RequestsHTTPTransport(url="https://hub.example/graphql", headers={"X-Team": "it"})
    found = Client(transport=transport).execute(gql("query { orders { id } }"), variable_values={"first": 10})
    for order in found["orders"]:
        print(order["id"])
"""

from __future__ import annotations

from extractors.clients.request_arguments import attributes_of
from extractors.clients.unmapped_requests import Asked, asked
from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.coroutines import AWAIT
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    External,
    Instance,
    Known,
    MapItem,
    MapObject,
    Pointer,
    Unknown,
    Value,
)
from migrate.model import Constant, Reference, SourceSpan

KNOWLEDGE = Knowledge()
_CLIENT, _TRANSPORT, _EXECUTED = "gql.Client", "gql.Transport", "gql.(executed)"
_TRANSPORTS = (
    "gql.transport.requests.RequestsHTTPTransport",
    "gql.transport.aiohttp.AIOHTTPTransport",
    "gql.transport.httpx.HTTPXTransport",
    "gql.transport.httpx.HTTPXAsyncTransport",
)


@KNOWLEDGE.function(*_TRANSPORTS)
def _transport(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = dict(zip(("url", "headers"), arguments.positional, strict=False)) | arguments.keywords
    return context.state.allocate(Instance(External(_TRANSPORT), bound))


@KNOWLEDGE.function("gql.gql", "graphql.parse")
def _gql(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return arguments.positional[0] if arguments.positional else NONE


@KNOWLEDGE.function(_CLIENT, "gql.client.Client")
def _client(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    transport = arguments.keywords.get("transport", NONE)
    return context.state.allocate(Instance(External(_CLIENT), {"transport": transport}))


@KNOWLEDGE.method(_CLIENT, "__enter__", "__aenter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(_CLIENT, "execute_async")
def _execute_async(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    result = _execute(context, receiver, arguments, span)
    return context.state.allocate(Instance(External(_EXECUTED), {"value": result}))


@KNOWLEDGE.method(_EXECUTED, AWAIT)
def _awaited(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return attributes_of(context, receiver)["value"]


@KNOWLEDGE.method(_CLIENT, "execute")
def _execute(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """What stands below `data` in the answer."""
    names = ("document", "variable_values", "operation_name")
    bound = dict(zip(names, arguments.positional, strict=False)) | arguments.keywords
    query = bound.get("document", bound.get("request", Unknown("HS101", "the query", span)))
    items = [MapItem(Known("query"), query, None, span)]
    if bound.get("variable_values", NONE) != NONE:
        items.append(MapItem(Known("variables"), bound["variable_values"], None, span))
    transport = attributes_of(context, receiver)["transport"]
    settings = attributes_of(context, transport) if isinstance(transport, Pointer) else {}
    what = Asked(
        method=Known("POST"),
        url=settings.get("url", Unknown("HS102", "the address of a GraphQL client", span)),
        headers=(settings.get("headers", NONE),),
        body=context.state.allocate(MapObject(tuple(items))),
        auth=settings.get("auth", NONE),
    )
    answer = asked(context, what, "gql.Answer", "requests of gql are read, but not run", span)
    request = attributes_of(context, answer)["request_id"]
    assert isinstance(request, Known)
    body = Reference(step=str(request.value), part="body")
    return context.symbolic(operators.call("python.member", body, Constant(value="data")), span)
