"""What the answers of all client libraries of HTTP have: a decoded body, headers, links, and parts not followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extractors.evaluator import Evaluator, Knowledge, operators, utf8
from extractors.evaluator.handed_on import EARLIER
from extractors.evaluator.knowledge import AttributeHandler, MethodHandler
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import both
from extractors.evaluator.values import (
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    Pointer,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import Constant, Expression, LoopValue, Reference, SourceSpan, walk

_ELAPSED = "datetime.timedelta"
UNFOLLOWED_TEXTS = {
    "url": "the final URL",
    "encoding": "the encoding",
}
"""Attributes that are named where they are used: most scripts only log them."""
UNFOLLOWED = {
    "cookies": "the cookie jar",
    "history": "the list of redirects",
    "request": "the request",
}


def request_of(context: Evaluator, receiver: Pointer) -> str:
    """The id of the request that the object answers."""
    value = context.state.read((receiver.address, "request_id"))
    assert isinstance(value, Known)
    return str(value.value)


def header_map(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Expression:
    """The map of the headers, of an answer or of its `headers`."""
    held = context.state.read((receiver.address, "(headers)"))
    assert held is not None
    return context.snapshot(held, span)


def status_between(
    context: Evaluator, receiver: Pointer, first: int, last: int, span: SourceSpan
) -> Expression:
    """Whether the status lies in first..last."""
    held = context.state.read((receiver.address, "status"))
    assert held is not None
    status = context.snapshot(held, span)
    at_least = operators.call("python.less_or_equal", Constant(value=first), status)
    return both(at_least, operators.call("python.less", status, Constant(value=last + 1)))


def register_answer(
    knowledge: Knowledge,
    of: str,
    decoder: str,
    texts: Mapping[str, str] = UNFOLLOWED_TEXTS,
    others: Mapping[str, str] = UNFOLLOWED,
) -> None:
    """Registers the library's class of answers: `json()` by the decoder, `headers`, `links`, what is not followed."""
    headers = f"{of}.headers"
    knowledge.methods[of, "json"] = _json(decoder)
    earlier = of + EARLIER
    knowledge.handed_on[of] = _parts_handed_on
    knowledge.methods[earlier, "json"] = _earlier_json(decoder)
    knowledge.methods[of, "close"] = knowledge.methods[earlier, "close"] = _close
    knowledge.attributes[of, "links"] = knowledge.attributes[earlier, "links"] = _links
    knowledge.attributes[of, "content"] = body_bytes
    knowledge.attributes[of, "headers"] = knowledge.attributes[earlier, "headers"] = _headers(headers)
    knowledge.methods[headers, "__getitem__"] = _required_header
    knowledge.methods[headers, "__contains__"] = _has_header
    knowledge.methods[headers, "get"] = _get_header
    for name, what in texts.items():
        _register_unfollowed(knowledge, of, name, what, text=True)
    for name, what in others.items():
        _register_unfollowed(knowledge, of, name, what, text=False)
    knowledge.attributes[of, "elapsed"] = _elapsed
    knowledge.methods[_ELAPSED, "total_seconds"] = _total_seconds


def body_bytes(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    """The body as bytes."""
    return utf8.raw(context, Reference(step=request_of(context, receiver), part="bytes"), span)


def _json(decoder: str) -> MethodHandler:
    def json(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        if arguments.positional or arguments.keywords:
            return context.gap("HS101", "json() with arguments", span)
        request = request_of(context, receiver)
        context.effects.decoders[request] = decoder
        times = context.state.read((receiver.address, "(decoded)"))
        more = Known(times.value + 1 if isinstance(times, Known) and isinstance(times.value, int) else 2)
        context.state.write((receiver.address, "(decoded)"), more)
        return context.symbolic(Reference(step=request, part="body"), span)

    return json


def _parts_handed_on(answer: Instance) -> dict[str, Value]:
    """What a loop carries of an answer: `(decoded)` says if its body was decoded, without an error, before.

    A body that was not is decoded where the loop carries it: right before the next pass, or the first.
    """
    held = answer.attributes
    request, times = held["request_id"], held["(decoded)"]
    assert isinstance(request, Known)
    body = operators.call("python.deep_copy", Reference(step=str(request.value), part="body"))
    decoded = isinstance(times, Known) and times.value != 0
    kept = {name: held[name] for name in ("status", "status_code", "text", "(headers)")}
    return {**kept, "(body)": Symbolic(body), "(decoded)": Known(decoded)}


def _earlier_json(decoder: str) -> MethodHandler:
    def json(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        if arguments.positional or arguments.keywords:
            return context.gap("HS101", "json() with arguments", span)
        body, decoded = (context.state.read((receiver.address, name)) for name in ("(body)", "(decoded)"))
        assert body is not None
        if decoded != TRUE and not context.begins_pass():
            reason = "the body of an answer that an earlier pass of a loop got"
            return context.gap("HS103", reason, span, (body,))
        for request in _requests_behind(context, context.data(body, span), set()):
            context.effects.decoders[request] = decoder
        context.state.write((receiver.address, "(decoded)"), TRUE)
        return body

    return json


def _requests_behind(context: Evaluator, body: Expression, seen: set[LoopValue]) -> Iterator[str]:
    """The requests whose bodies a value may be, also through what loops carry."""
    for part in walk(body):
        if isinstance(part, Reference) and part.part == "body":
            yield part.step
        elif isinstance(part, LoopValue) and part not in seen:
            seen.add(part)
            context.loops.asked.add((part.loop, part.name))
            for one in context.loops.carried.get((part.loop, part.name), ()):
                yield from _requests_behind(context, one, seen)


def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


def _links(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    """The links of the header `Link` by their relation: a new map at each use."""
    headers = header_map(context, receiver, span)
    header = operators.call("python.get", headers, Constant(value="link"), Constant(value=""))
    return context.symbolic(operators.call("requests.links", header), span)


# --- headers ---------------------------------------------------------------------------------------------------


def _headers(of: str) -> AttributeHandler:
    def headers(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        held = Symbolic(header_map(context, receiver, span))
        return context.state.allocate(Instance(External(of), {"(headers)": held}))

    return headers


def _lower_name(context: Evaluator, name: Value, span: SourceSpan) -> Constant | Unknown:
    """A header's name in lower case, as the model has it; the libraries compare names so."""
    match name:
        case Known(value=str() as text):
            return Constant(value=text.lower())
        case Unknown():
            return name
        case _:
            return context.gap("HS103", "a header of an answer whose name is known at run time only", span)


def _required_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    name = _lower_name(context, arguments.positional[0], span)
    if isinstance(name, Unknown):
        return name
    return context.symbolic(operators.call("python.member", header_map(context, receiver, span), name), span)


def _has_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    name = _lower_name(context, arguments.positional[0], span)
    if isinstance(name, Unknown):
        return name
    return context.symbolic(
        operators.call("python.contains", header_map(context, receiver, span), name), span
    )


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
    headers = header_map(context, receiver, span)
    return context.symbolic(operators.call("python.get", headers, name, otherwise), span)


# --- what is not followed --------------------------------------------------------------------------------------


def _register_unfollowed(knowledge: Knowledge, of: str, name: str, what: str, *, text: bool) -> None:
    def attribute(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        """What the model does not have of an answer: a text is named where it is used, the rest at once."""
        reason = f"{what} of an answer is not followed"
        return Unknown("HS102", reason, span) if text else context.gap("HS102", reason, span)

    knowledge.attributes[of, name] = attribute


def _elapsed(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(_ELAPSED), {}))


def _total_seconds(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """A duration, which differs from run to run; it is named where it is used."""
    return Unknown("HS102", "the time that an answer took is not followed", span)
