"""The answer of the `requests` library, `requests.Response`; the requests themselves are in `requests`."""

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
from extractors.evaluator.handed_on import EARLIER
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import StatusCheck
from extractors.evaluator.state import both, negation
from extractors.evaluator.values import NONE, Pointer, Value
from migrate.model import Constant, SequenceExpression, SourceSpan

KNOWLEDGE = Knowledge()
register_answer(
    KNOWLEDGE,
    "requests.Response",
    "requests.json_answer",
    UNFOLLOWED_TEXTS | {"reason": "the reason phrase", "apparent_encoding": "the guessed encoding"},
    UNFOLLOWED | {"next": "the next request", "raw": "the stream"},
)
_ERRORS = ((400, 599),)


@KNOWLEDGE.method("requests.Response", "raise_for_status")
def _raise_for_status(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    request = request_of(context, receiver)
    context.emit(StatusCheck(request, "requests.HTTPError", receiver.address, _ERRORS, span))
    return NONE


@KNOWLEDGE.method("requests.Response" + EARLIER, "__bool__")
@KNOWLEDGE.method("requests.Response", "__bool__")
def _true(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _ok(context, receiver, span)


def _ok(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    """True but for the statuses that `raise_for_status` raises for."""
    return context.symbolic(negation(status_between(context, receiver, 400, 599, span)), span)


for _of in ("requests.Response", "requests.Response" + EARLIER):
    KNOWLEDGE.attributes[_of, "ok"] = _ok


def _register_redirect(name: str, statuses: tuple[int, ...]) -> None:
    def is_redirect(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        """True for these statuses where the header `Location` is there."""
        located = operators.call(
            "python.contains", header_map(context, receiver, span), Constant(value="location")
        )
        among = SequenceExpression(items=tuple(Constant(value=status) for status in statuses))
        status = context.snapshot(context.attribute(receiver, "status_code", span), span)
        return context.symbolic(both(located, operators.call("python.contains", among, status)), span)

    KNOWLEDGE.attributes["requests.Response", name] = is_redirect


_register_redirect("is_redirect", (301, 302, 303, 307, 308))
_register_redirect("is_permanent_redirect", (301, 308))
