"""Requests of clients whose dialect is not known: all of them that can be read, behind a gap."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.clients.request_arguments import answered, basic, entries, pairs, unread_url
from extractors.clients.requests_auth import foreign_proof
from extractors.clients.urls import has_user_information, split_url, without_credentials
from extractors.evaluator import Evaluator, containers, texts, utf8
from extractors.evaluator.residual import Request
from extractors.evaluator.values import NONE, Instance, Known, MapItem, Pointer, Unknown, Value
from migrate.model import Body, Expression, HttpOperation, Parameter, SourceSpan

DECODER = "unmapped.answer"


@dataclass(frozen=True)
class Asked:
    """What a script says of a request; later headers and parameters take the place of earlier ones."""

    method: Value
    url: Value
    query: tuple[Value, ...] = ()
    headers: tuple[Value, ...] = ()
    body: Value = NONE
    auth: Value = NONE
    encoder: str = "unmapped.body"
    proof: tuple[Parameter, ...] = ()


def asked(context: Evaluator, what: Asked, response: str, why: str, span: SourceSpan) -> Pointer:
    """The answer's object of a request that stands behind a gap."""
    context.gap("HS102", why, span)
    request = context.new_id("request")
    context.emit(Request(request, _operation(context, what, span), span))
    context.effects.decoders[request] = DECODER
    return answered(context, response, request)


def _operation(context: Evaluator, what: Asked, span: SourceSpan) -> HttpOperation:
    given = context.snapshot(_plain(context, what.url), span)
    if has_user_information(given):
        url = unread_url()
    else:
        shown = without_credentials(context, given, span)
        found = split_url(shown)
        url = unread_url(shown) if isinstance(found, str) else found
    credentials = foreign_proof(context, what.auth, span)
    if credentials is None:
        credentials = tuple(basic(context, what.auth, span, []))
    method = what.method.value if isinstance(what.method, Known) else None
    return HttpOperation(
        client="unmapped",
        method=method.upper() if isinstance(method, str) else "{method}",
        server=url.server,
        path=url.path,
        parameters=(
            *url.parameters,
            *_parameters(context, what.query, "query", span),
            *_parameters(context, what.headers, "header", span),
            *credentials,
            *what.proof,
        ),
        body=_body(context, what, span),
        evidence="unresolved",
        span=span,
    )


def _plain(context: Evaluator, value: Value) -> Value:
    """The text that bytes hold, and what an object of a URL is made of."""
    found = context.state.get(value) if isinstance(value, Pointer) else None
    if isinstance(found, Instance) and "(url)" in found.attributes:
        return found.attributes["(url)"]
    return utf8.text_of(context, value) or value


def _parameters(
    context: Evaluator, values: tuple[Value, ...], location: str, span: SourceSpan
) -> list[Parameter]:
    found: dict[str, MapItem] = {}
    for value in values:
        given = entries(context, value)
        if given is None and not isinstance(value, Known):
            given = pairs(context, value)
        for item in given or ():
            if isinstance(item.key.value, str):
                found[item.key.value.lower() if location == "header" else item.key.value] = item
    return [
        Parameter.model_validate(
            {
                "name": item.key.value,
                "in": location,
                "value": context.snapshot(
                    context.guarded_secret(str(item.key.value), item.value, span), span
                ),
                "span": item.span or span,
            }
        )
        for item in found.values()
    ]


def _body(context: Evaluator, what: Asked, span: SourceSpan) -> Body | None:
    if what.body == NONE:
        return None
    content: Expression | None = utf8.data_of(context, what.body, span)
    if content is None:
        value = containers.as_json(context, what.body, span)
        found = context.state.peek(value) if isinstance(value, Pointer) else None
        opaque = isinstance(found, Instance)
        content = context.snapshot(Unknown("HS102", "its body", span) if opaque else value, span)
    return Body(encoder=what.encoder, content=content, span=span)


def behind(context: Evaluator, base: Value, url: Value, span: SourceSpan) -> Value:
    """A path behind a base URL; a whole URL as it is."""
    if base == NONE:
        return url
    if isinstance(url, Known) and isinstance(url.value, str):
        if "://" in url.value:
            return url
        url = Known("/" + url.value.lstrip("/"))
    if isinstance(base, Known) and isinstance(base.value, str):
        base = Known(base.value.rstrip("/"))
    return texts.concatenate(context, [base, url], span)
