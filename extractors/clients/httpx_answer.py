"""The answer of the `httpx` library, `httpx.Response`; the requests themselves are in `httpx`."""

from __future__ import annotations

from extractors.clients.answers import (
    UNFOLLOWED,
    UNFOLLOWED_TEXTS,
    header_map,
    register_answer,
    request_of,
    status_between,
)
from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import StatusCheck
from extractors.evaluator.state import both
from extractors.evaluator.values import TRUE, Pointer, Value
from migrate.model import Constant, SequenceExpression, SourceSpan

KNOWLEDGE = Knowledge()
RESPONSE = "httpx.Response"
register_answer(
    KNOWLEDGE,
    RESPONSE,
    "httpx.json_answer",
    UNFOLLOWED_TEXTS
    | {
        "reason_phrase": "the reason phrase",
        "charset_encoding": "the encoding",
        "http_version": "the version of HTTP",
    },
    UNFOLLOWED | {"next_request": "the next request"},
)
_NOT_SUCCESS = ((100, 199), (300, 999))


@KNOWLEDGE.method(RESPONSE, "raise_for_status")
def _raise_for_status(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """Raises for all that is no success, redirects included; gives the answer itself."""
    request = request_of(context, receiver)
    context.emit(StatusCheck(request, "httpx.HTTPStatusError", receiver.address, _NOT_SUCCESS, span))
    return receiver


@KNOWLEDGE.method(RESPONSE, "__bool__")
def _true(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return TRUE


def _register_range(name: str, first: int, last: int) -> None:
    def attribute(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        return context.symbolic(status_between(context, receiver, first, last, span), span)

    KNOWLEDGE.attributes[RESPONSE, name] = attribute


for _name, _first, _last in (
    ("is_informational", 100, 199),
    ("is_success", 200, 299),
    ("is_redirect", 300, 399),
    ("is_client_error", 400, 499),
    ("is_server_error", 500, 599),
    ("is_error", 400, 599),
):
    _register_range(_name, _first, _last)


def _has_location(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    """True for the statuses of redirects where the header `Location` is there."""
    among = SequenceExpression(items=tuple(Constant(value=one) for one in (301, 302, 303, 307, 308)))
    status = context.snapshot(context.attribute(receiver, "status_code", span), span)
    located = operators.call(
        "python.contains", header_map(context, receiver, span), Constant(value="location")
    )
    return context.symbolic(both(operators.call("python.contains", among, status), located), span)


KNOWLEDGE.attributes[RESPONSE, "has_redirect_location"] = _has_location
