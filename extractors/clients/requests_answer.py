"""The answer of the `requests` library, `requests.Response`; the requests themselves are in `requests`."""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.context import Arguments
from extractors.evaluator.residual import StatusCheck
from extractors.evaluator.state import both, negation
from extractors.evaluator.values import NONE, Known, Pointer, Value
from migrate.model import Constant, Reference, SourceSpan

KNOWLEDGE = Knowledge()


def _request_id(context: Evaluator, receiver: Pointer) -> str:
    value = context.state.read((receiver.address, "request_id"))
    assert isinstance(value, Known)
    return str(value.value)


@KNOWLEDGE.method("requests.Response", "json")
def _json(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords:
        return context.gap("HS101", "json() with arguments", span)
    request = _request_id(context, receiver)
    context.decoders[request] = "requests.json_answer"
    times = context.state.read((receiver.address, "(decoded)"))
    more = Known(times.value + 1 if isinstance(times, Known) and isinstance(times.value, int) else 2)
    context.state.write((receiver.address, "(decoded)"), more)
    return context.symbolic(Reference(step=request, part="body"), span)


@KNOWLEDGE.method("requests.Response", "raise_for_status")
def _raise_for_status(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    context.emit(StatusCheck(_request_id(context, receiver), "requests.HTTPError", receiver.address, span))
    return NONE


@KNOWLEDGE.method("requests.Response", "close")
def _close_response(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method("requests.Response", "__bool__")
def _true(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _ok(context, receiver, span)


def _ok(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    """True but for the statuses that `raise_for_status` raises for."""
    status = Reference(step=_request_id(context, receiver), part="status")
    at_least = operators.call("python.less_or_equal", Constant(value=400), status)
    below = operators.call("python.less", status, Constant(value=600))
    return context.symbolic(negation(both(at_least, below)), span)


KNOWLEDGE.attributes["requests.Response", "ok"] = _ok
