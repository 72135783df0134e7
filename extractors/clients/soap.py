"""The SOAP clients `zeep` and `suds`: https://docs.python-zeep.org, https://suds.readthedocs.io.

Reads: a client of a WSDL, `client.service.METHOD(...)`.
Becomes: a POST of an envelope with the arguments in it, to the place of the WSDL, behind a gap: what the WSDL says of
    addresses, types and envelopes is not known.
Cannot see: headers, plugins, types of the WSDL; a service that stands elsewhere than its WSDL.
Example:
    import zeep
    client = zeep.Client("https://erp.example/soap?wsdl")
    for order in client.service.ListOrders(since="2024-01-01"):
        print(order["Number"])
"""

from __future__ import annotations

from extractors.clients.request_arguments import attributes_of
from extractors.clients.unmapped_requests import Asked, asked
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    External,
    Instance,
    Known,
    MapItem,
    MapObject,
    Pointer,
    Value,
)
from migrate.model import Parameter, Reference, SequenceExpression, SourceSpan

KNOWLEDGE = Knowledge()
_CLIENT, _SERVICE, _SIGNED = "soap.Client", "soap.Service", "soap.(wsse)"
_CLIENTS = (
    *("zeep.Client", "zeep.CachingClient", "zeep.client.Client", "zeep.client.CachingClient"),
    *("suds.client.Client", "suds.Client"),
)


@KNOWLEDGE.function(*_CLIENTS)
def _client(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    names = ("wsdl", "wsse", "transport")
    bound = dict(zip(names, arguments.positional, strict=False)) | arguments.keywords
    held = {"(url)": bound.get("wsdl", bound.get("url", NONE)), "(wsse)": bound.get("wsse", NONE)}
    return context.state.allocate(Instance(External(_CLIENT), held))


@KNOWLEDGE.function("zeep.wsse.username.UsernameToken", "zeep.wsse.UsernameToken")
def _token(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = dict(zip(("username", "password"), arguments.positional, strict=False)) | arguments.keywords
    held = {name: context.guarded_secret(name, value, span) for name, value in bound.items()}
    return context.state.allocate(Instance(External(_SIGNED), held))


def _service(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(_SERVICE), dict(attributes_of(context, receiver))))


KNOWLEDGE.attributes[_CLIENT, "service"] = _service


@KNOWLEDGE.method(_CLIENT, "create_service", "bind")
def _create_service(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    made = dict(attributes_of(context, receiver))
    if len(arguments.positional) == 2:
        made["(url)"] = arguments.positional[1]
    return context.state.allocate(Instance(External(_SERVICE), made))


@KNOWLEDGE.method(_SERVICE, "*")
def _called(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The answer, of which nothing is known but where it comes from."""
    settings = attributes_of(context, receiver)
    items = [MapItem(Known(name), value, None, span) for name, value in arguments.keywords.items()]
    for number, value in enumerate(arguments.positional, 1):
        items.append(MapItem(Known(f"argument{number}"), value, None, span))
    what = Asked(
        method=Known("POST"),
        url=settings["(url)"],
        body=context.state.allocate(MapObject(tuple(items))),
        encoder="unmapped.envelope",
        proof=_proof(context, settings["(wsse)"], span),
    )
    answer = asked(context, what, "soap.Answer", "requests of a SOAP client are read, but not run", span)
    request = attributes_of(context, answer)["request_id"]
    assert isinstance(request, Known)
    return context.symbolic(Reference(step=str(request.value), part="body"), span)


def _proof(context: Evaluator, wsse: Value, span: SourceSpan) -> tuple[Parameter, ...]:
    if not isinstance(wsse, Pointer):
        return ()
    values = tuple(context.snapshot(one, span) for one in attributes_of(context, wsse).values())
    held = SequenceExpression(items=values)
    return (Parameter(name="unmapped:wsse", location="header", value=held, span=span),)
