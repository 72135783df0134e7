"""The answer of the `requests` library, `requests.Response`; the requests themselves are in `requests`."""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.context import Arguments
from extractors.evaluator.residual import StatusCheck
from extractors.evaluator.state import both, negation
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Symbolic, Unknown, Value
from migrate.model import Constant, Expression, Reference, SequenceExpression, SourceSpan

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


def _header_map(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Expression:
    """The map of the headers, of an answer or of its `headers`."""
    held = context.state.read((receiver.address, "(headers)"))
    assert held is not None
    return context.snapshot(held, span)


def _links(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    """The links of the header `Link` by their relation: a new map at each use."""
    headers = _header_map(context, receiver, span)
    header = operators.call("python.get", headers, Constant(value="link"), Constant(value=""))
    return context.symbolic(operators.call("requests.links", header), span)


def _register_redirect(name: str, statuses: tuple[int, ...]) -> None:
    def is_redirect(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        """True for these statuses where the header `Location` is there."""
        located = operators.call(
            "python.contains", _header_map(context, receiver, span), Constant(value="location")
        )
        among = SequenceExpression(items=tuple(Constant(value=status) for status in statuses))
        status = context.snapshot(context.attribute(receiver, "status_code", span), span)
        return context.symbolic(both(located, operators.call("python.contains", among, status)), span)

    KNOWLEDGE.attributes["requests.Response", name] = is_redirect


KNOWLEDGE.attributes["requests.Response", "links"] = _links
_register_redirect("is_redirect", (301, 302, 303, 307, 308))
_register_redirect("is_permanent_redirect", (301, 308))


def _headers(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    held = Symbolic(_header_map(context, receiver, span))
    return context.state.allocate(Instance(External("requests.Response.headers"), {"(headers)": held}))


KNOWLEDGE.attributes["requests.Response", "headers"] = _headers


def _lower_name(context: Evaluator, name: Value, span: SourceSpan) -> Constant | Unknown:
    """A header's name in lower case, as the model has it; requests compares names so."""
    match name:
        case Known(value=str() as text):
            return Constant(value=text.lower())
        case Unknown():
            return name
        case _:
            return context.gap("HS103", "a header of an answer whose name is known at run time only", span)


@KNOWLEDGE.method("requests.Response.headers", "__getitem__")
def _required_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    name = _lower_name(context, arguments.positional[0], span)
    if isinstance(name, Unknown):
        return name
    return context.symbolic(operators.call("python.member", _header_map(context, receiver, span), name), span)


@KNOWLEDGE.method("requests.Response.headers", "__contains__")
def _has_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    name = _lower_name(context, arguments.positional[0], span)
    if isinstance(name, Unknown):
        return name
    return context.symbolic(
        operators.call("python.contains", _header_map(context, receiver, span), name), span
    )


@KNOWLEDGE.method("requests.Response.headers", "get")
def _get_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("key", "default")
    if bound is None or "key" not in bound:
        return context.gap("HS101", "this call of headers.get", span)
    name, default = _lower_name(context, bound["key"], span), bound.get("default", NONE)
    if isinstance(name, Unknown):
        return name
    if isinstance(default, Unknown):
        return default
    otherwise = context.data(default, span)
    headers = _header_map(context, receiver, span)
    return context.symbolic(operators.call("python.get", headers, name, otherwise), span)


def _register_unmodelled(name: str, what: str, *, text: bool) -> None:
    def attribute(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        """What the model does not have of an answer: a text is named where it is used, the rest at once."""
        reason = f"{what} of an answer is not followed"
        return Unknown("HS102", reason, span) if text else context.gap("HS102", reason, span)

    KNOWLEDGE.attributes["requests.Response", name] = attribute


for _name, _what in (
    ("url", "the final URL"),
    ("reason", "the reason phrase"),
    ("encoding", "the encoding"),
    ("apparent_encoding", "the guessed encoding"),
):
    _register_unmodelled(_name, _what, text=True)
for _name, _what in (
    ("content", "the body as bytes"),
    ("cookies", "the cookie jar"),
    ("history", "the list of redirects"),
    ("next", "the next request"),
    ("raw", "the stream"),
    ("request", "the request"),
):
    _register_unmodelled(_name, _what, text=False)


def _elapsed(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External("requests.Response.elapsed"), {}))


KNOWLEDGE.attributes["requests.Response", "elapsed"] = _elapsed


@KNOWLEDGE.method("requests.Response.elapsed", "total_seconds")
def _total_seconds(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """A duration, which differs from run to run; it is named where it is used."""
    return Unknown("HS102", "the time that an answer took is not followed", span)
