"""Python's `http.server`: a script that takes in requests, one after the other.

Reads: a subclass of `BaseHTTPRequestHandler` with `do_GET`, `do_POST`, ..., served for ever by `HTTPServer`,
`ThreadingHTTPServer` or `socketserver.TCPServer`; in it `self.path`, `command`, `headers`, `rfile.read` of the length
that Content-Length says, `send_response`, `send_header`, `end_headers`, `wfile.write`.
Becomes: a webhook as the trigger; the methods of the handler are its steps, `wfile.write` an answer.
Cannot see: state that is kept from one request to the next, a body that is read in parts or twice, an answer that is
written in parts with other work between, reason phrases, HTTP/1.1, logs that are sent elsewhere, several requests at a
time (`ThreadingHTTPServer`: the flow takes one after the other).
Example:
    import json
    from http.server import BaseHTTPRequestHandler, HTTPServer
    import requests

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            order = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            requests.post("https://erp.example/orders", json={"number": order["id"]})
            self.send_response(202)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"taken")

    HTTPServer(("", 8080), Handler).serve_forever()
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from extractors.evaluator import Evaluator, Knowledge, operators, texts, utf8
from extractors.evaluator.control import FailurePoint, PathEnds
from extractors.evaluator.knowledge import library_class, misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Attempt, Evaluate, Failure, Handled, Region, Reply, Serving
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Known,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import Call, Choice, Constant, Expression, Reference, SourceSpan, WebhookTrigger

KNOWLEDGE = Knowledge()
_HANDLER, _SERVER = "http.server.BaseHTTPRequestHandler", "http.server.HTTPServer"
_HEADERS, _INPUT, _OUTPUT = "http.server.Headers", "http.server.Input", "http.server.Output"
_SERVED, _OF = "(handler)", "(of)"
_STATUS, _SENT, _ANSWERED, _REPLY = "(status)", "(headers)", "(answered)", "(reply)"
_TAKEN = "(taken)"
"""True where the body of the request has been read."""
_OWN = frozenset(
    {
        *("__init__", "setup", "handle", "handle_one_request", "parse_request", "finish", "send_error"),
        *("flush_headers", "version_string", "rfile", "wfile", "headers", "path"),
        *("protocol_version", "default_request_version", "responses", "send_response_only"),
    }
)
"""What a handler that is followed may not define anew."""


def _status(name: str, code: int) -> None:
    KNOWLEDGE.values[f"http.HTTPStatus.{name}"] = lambda context, span: Known(code)


for _each in HTTPStatus:
    _status(_each.name, _each.value)


# --- the server --------------------------------------------------------------------------------------------------


@KNOWLEDGE.function(_SERVER, "http.server.ThreadingHTTPServer", "socketserver.TCPServer")
def _server(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    handler = (arguments.bind("server_address", "RequestHandlerClass") or {}).get("RequestHandlerClass")
    if not isinstance(handler, ClassValue) or library_class(handler) != _HANDLER:
        return misfit(context, "HTTPServer", arguments, span)
    return context.state.allocate(Instance(External(_SERVER), {_SERVED: handler}))


@KNOWLEDGE.method(_SERVER, "__enter__")
def _entered(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(_SERVER, "__exit__", "server_close", "shutdown")
def _closed(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(_SERVER, "serve_forever")
def _serve(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    handler = context.state.read((receiver.address, _SERVED))
    assert isinstance(handler, ClassValue)
    changed = sorted(name for name in _OWN if context.class_attribute(handler, name) is not None)
    if (
        context.effects.trigger is not None
        or context.control.conditions
        or context.control.failure_points
        or context.loops.around
    ):
        context.gap("HS101", "a server that starts within a branch, a loop or a try", span)
    elif context.region.acts():
        context.gap(
            "HS101", "requests before the server starts, which a flow would make for each that comes in", span
        )
    elif changed:
        context.gap("HS101", f"a handler that defines {changed[0]} anew", span)
    elif not _methods(context, handler):
        context.gap("HS101", "a server whose handler has a function for no method", span)
    else:
        _take_in(context, handler, span)
    raise PathEnds


def _methods(context: Evaluator, of: ClassValue) -> tuple[str, ...]:
    """The HTTP methods that a handler has a function for, those of its own class first."""
    found: dict[str, None] = {}
    attributes = context.state.get(of.attributes)
    names = attributes.names if isinstance(attributes, Frame) else {}
    found.update(dict.fromkeys(name.removeprefix("do_") for name in names if name.startswith("do_")))
    for base in of.bases:
        found.update(dict.fromkeys(_methods(context, base) if isinstance(base, ClassValue) else ()))
    return tuple(found)


def _take_in(context: Evaluator, handler: ClassValue, span: SourceSpan) -> None:
    """What is done for each request; errors in it end the request alone, not the script."""
    methods = _methods(context, handler)
    context.findings.report("HS204", "requests come in one at a time; a platform may take several", span)
    context.effects.trigger = WebhookTrigger(id="webhook", methods=methods, span=span)
    context.emit(Serving(span))
    before, position = context.state.fork(), len(context.region.items)
    points: list[FailurePoint] = []
    context.control.failure_points.append(points)
    try:
        instance = context.state.allocate(Instance(handler, {_ANSWERED: FALSE, _STATUS: NONE, _TAKEN: FALSE}))
        _chosen(context, instance, handler, methods, span)
    except PathEnds:
        pass
    finally:
        context.control.failure_points.pop()
    region = context.region
    states = [context.state, *(point.state for point in points)]
    if any(any(state.changed_cells(before)) for state in states):
        context.gap_before(position, "HS103", "the script keeps something from one request to the next", span)
    if Region(region.items[position:]).halts():
        context.gap_before(position, "HS101", "an exit of the script while it handles a request", span)
    for reply in context.effects.replies:
        if reply.body is not None or reply.length in (None, Constant(value="0")):
            continue
        context.gap_before(
            position, "HS103", "an answer whose Content-Length is not that of its body", reply.span
        )


def _chosen(
    context: Evaluator, instance: Pointer, handler: ClassValue, methods: tuple[str, ...], span: SourceSpan
) -> None:
    """The function of the request's method."""
    assert context.effects.trigger is not None
    first, *others = methods

    def handle() -> None:
        function = context.class_attribute(handler, f"do_{first}")
        bound = (
            replace(function, bound=instance)
            if isinstance(function, FunctionValue)
            else Unknown("HS101", first)
        )
        context.call(bound, Arguments((), {}), span)

    if not others:
        handle()
        return
    method = Reference(step=context.effects.trigger.id, part="method")
    test = operators.call("python.equals", method, Constant(value=first))
    context.branch(test, handle, lambda: _chosen(context, instance, handler, tuple(others), span), span)


# --- the request -------------------------------------------------------------------------------------------------


def _part(context: Evaluator, part: str) -> Reference:
    assert context.effects.trigger is not None
    return Reference.model_validate({"step": context.effects.trigger.id, "part": part})


def _unserved(context: Evaluator, span: SourceSpan) -> Value | None:
    """A gap for a part of the request, where no server of the script runs the handler; else nothing."""
    if context.effects.trigger is not None:
        return None
    return context.gap("HS101", "a request to a handler that no server of the script runs", span)


def _text_part(name: str, part: str) -> None:
    def read(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        return _unserved(context, span) or Symbolic(_part(context, part))

    KNOWLEDGE.attributes[_HANDLER, name] = read


def _object_part(name: str, of: str) -> None:
    def read(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        unserved = _unserved(context, span)
        return unserved or context.state.allocate(Instance(External(of), {_OF: receiver}))

    KNOWLEDGE.attributes[_HANDLER, name] = read


_text_part("path", "path")
_text_part("command", "method")
_object_part("headers", _HEADERS)
_object_part("rfile", _INPUT)
_object_part("wfile", _OUTPUT)


def _header(context: Evaluator, name: Value, default: Value, span: SourceSpan) -> Value:
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return context.gap("HS103", "the name of a header is known at run time only", span)
    arguments = (
        _part(context, "headers"),
        Constant(value=name.value.lower()),
        context.snapshot(default, span),
    )
    return context.symbolic(operators.call("python.get", *arguments), span)


@KNOWLEDGE.method(_HEADERS, "get")
def _get(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("name", "failobj")
    if bound is None or "name" not in bound:
        return misfit(context, "headers.get", arguments, span)
    return _header(context, bound["name"], bound.get("failobj", NONE), span)


@KNOWLEDGE.method(_HEADERS, "__getitem__")
def _item(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _header(context, arguments.positional[0], NONE, span)


@KNOWLEDGE.method(_INPUT, "read")
def _read(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    size = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else NONE
    handler = _held(context, receiver, _OF)
    if isinstance(handler, Pointer) and _held(context, handler, _TAKEN) != FALSE:
        return context.gap("HS101", "a body that is read a second time", span)
    if isinstance(size, Symbolic) and _is_length(context, size.expression):
        assert isinstance(handler, Pointer)
        context.state.write((handler.address, _TAKEN), TRUE)
        return utf8.raw(context, _part(context, "bytes"), span)
    return misfit(context, "rfile.read", arguments, span)


def _is_length(context: Evaluator, size: Expression) -> bool:
    """True for the integer that Content-Length is; where it is missing or no number for zero, or an error."""
    headers = _part(context, "headers")
    match size:
        case Call(function="python.integer", arguments=(inner,)):
            return _is_length(context, inner)
        case Choice(test=test, then=then, otherwise=otherwise):
            given, missing = (otherwise, then) if _is_missing(context, test) else (then, otherwise)
            is_zero = isinstance(missing, Constant) and missing.value in (0, "0", "")
            tested = given is otherwise or _is_given(context, test)
            return tested and is_zero and _is_length(context, given)
        case Call(
            function="python.get", arguments=(of, Constant(value="content-length"), Constant(value=other))
        ):
            return of == headers and other in (None, 0, "0")
        case _:
            return False


def _is_given(context: Evaluator, test: Expression) -> bool:
    """True if the test asks whether there is a Content-Length, and one that is not zero."""
    match test:
        case Call(function="python.truth", arguments=(length,)):
            return _is_length(context, length)
        case Call(function="not", arguments=(other,)):
            return _is_missing(context, other)
        case _:
            return False


def _is_missing(context: Evaluator, test: Expression) -> bool:
    """True if the test asks whether there is no Content-Length, or none that is a number."""
    match test:
        case Call(function="is_null", arguments=(length,)):
            return _is_length(context, length)
        case Call(function="not", arguments=(other,)):
            return _is_given(context, other)
        case Reference(step=attempt, part="failed"):
            found = (
                item for item in context.region.items if isinstance(item, Attempt) and item.id == attempt
            )
            tried = [item for one in found for item in one.body.items]
            return (
                len(tried) == 1
                and isinstance(tried[0], Evaluate)
                and _is_length(context, tried[0].expression)
            )
        case _:
            return False


# --- the answer --------------------------------------------------------------------------------------------------


def _held(context: Evaluator, handler: Pointer, name: str) -> Value | None:
    return context.state.read((handler.address, name))


@KNOWLEDGE.method(_HANDLER, "send_response")
def _send_response(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("code", "message")
    code = (bound or {}).get("code")
    if bound is None or code is None or isinstance(code, Unknown):
        return misfit(context, "send_response", arguments, span)
    if bound.get("message", NONE) != NONE:
        return context.gap("HS103", "an answer with a reason phrase of its own", span)
    if _held(context, receiver, _ANSWERED) != FALSE or _held(context, receiver, _STATUS) != NONE:
        return context.gap("HS101", "a second answer to one request", span)
    if context.type_of(context.snapshot(code, span)) != "integer":
        return context.gap("HS103", "a status that could be no integer", span)
    _logged(context, receiver, code, span)
    context.state.write((receiver.address, _STATUS), code)
    context.state.write((receiver.address, _SENT), TupleValue(()))
    return NONE


def _logged(context: Evaluator, receiver: Pointer, code: Value, span: SourceSpan) -> None:
    """What the script itself does to log a request."""
    instance = context.state.get(receiver)
    of = instance.of if isinstance(instance, Instance) else None
    line = Unknown("HS101", "the line that is logged of a request", span)
    if not isinstance(of, ClassValue):
        return
    given: dict[str, tuple[Value, ...]] = {
        "log_request": (code,),
        "log_message": (Known('"%s" %s %s'), line, texts.text(context, code, span), Known("-")),
    }
    for name, values in given.items():
        function = context.class_attribute(of, name)
        if isinstance(function, FunctionValue):
            position = len(context.region.items)
            context.call(replace(function, bound=receiver), Arguments(values, {}), span)
            if Region(context.region.items[position:]).acts():
                reason = (
                    f"{name} that does more than log, also for requests that no function of the handler takes"
                )
                context.gap("HS101", reason, span)
            return


@KNOWLEDGE.method(_HANDLER, "log_message", "log_request", "log_error", "flush")
def _log(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(_HANDLER, "send_header")
def _send_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("keyword", "value") or {}
    name, value = bound.get("keyword", NONE), bound.get("value", NONE)
    sent = _held(context, receiver, _SENT)
    if not isinstance(name, Known) or not isinstance(name.value, str) or isinstance(value, Unknown):
        return misfit(context, "send_header", arguments, span)
    if not isinstance(sent, TupleValue) or name.value.lower() == "transfer-encoding":
        return context.gap("HS101", "a header of an answer that is not followed", span)
    text = texts.text(context, value, span)
    if name.value.lower() != "content-length" and not isinstance(text, Known):
        return context.gap("HS103", "a header of an answer whose value is known at run time only", span)
    context.state.write((receiver.address, _SENT), TupleValue((*sent.items, TupleValue((name, text)))))
    return NONE


@KNOWLEDGE.method(_HANDLER, "end_headers")
def _end_headers(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    status, sent = _held(context, receiver, _STATUS), _held(context, receiver, _SENT)
    if status in (None, NONE) or isinstance(status, Unknown) or not isinstance(sent, TupleValue):
        return context.gap("HS101", "the end of headers of an answer that is not followed", span)
    assert status is not None
    headers: list[tuple[str, Expression]] = []
    length: Expression | None = None
    for pair in sent.items:
        if not isinstance(pair, TupleValue) or not isinstance(pair.items[0], Known):
            return context.gap("HS101", "headers of an answer that depend on a condition", span)
        name, value = str(pair.items[0].value), context.snapshot(pair.items[1], span)
        if name.lower() == "content-length":
            length = value
        else:
            headers.append((name, value))
    reply = Reply(context.snapshot(status, span), tuple(headers), span, length)
    context.emit(reply)
    context.effects.replies.append(reply)
    context.state.write((receiver.address, _REPLY), Known(len(context.effects.replies) - 1))
    context.state.write((receiver.address, _STATUS), NONE)
    context.state.write((receiver.address, _ANSWERED), TRUE)
    return NONE


def _begun(context: Evaluator, handler: Pointer, span: SourceSpan) -> Reply | None:
    """The answer whose headers have just been written, as the last item; None if something was done since then.

    Where what is evaluated since then fails, the headers alone have been sent.
    """
    number = _held(context, handler, _REPLY)
    if not isinstance(number, Known) or not isinstance(number.value, int):
        return None
    reply, items = context.effects.replies[number.value], context.region.items
    places = [place for place, item in enumerate(items) if item is reply]
    if not places or not all(isinstance(item, Evaluate) for item in items[places[0] + 1 :]):
        return None
    evaluated = items[places[0] + 1 :]
    if evaluated and reply.body is not None:
        return None
    if evaluated:
        del items[places[0] :]
        attempt = context.new_id("try")
        alone = Reply(reply.status, reply.headers, reply.span, reply.length)
        after = Region([alone, Failure("", "", span, attempt)])
        items += [Attempt(attempt, Region(evaluated), (Handled((), after, span),), span), reply]
    return reply


@KNOWLEDGE.method(_OUTPUT, "write")
def _write(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    handler = _held(context, receiver, _OF)
    body = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else NONE
    content = utf8.data_of(context, body, span)
    if not isinstance(handler, Pointer) or content is None:
        return misfit(context, "wfile.write", arguments, span)
    reply = _begun(context, handler, span)
    if reply is None:
        return context.gap("HS101", "a body that is not written right behind the headers", span)
    if reply.body is not None:
        if reply.length is not None or utf8.text_of(context, body) is None:
            return context.gap("HS101", "an answer that is written in parts", span)
        content = operators.call("concat", reply.body, content)
    elif reply.length is not None:
        size = utf8.size_of(context, body, span)
        assert size is not None
        fixed = Constant(value=str(size.value)) if isinstance(size, Constant) else None
        if reply.length != (fixed or operators.call("python.text", size)):
            return context.gap("HS103", "an answer whose Content-Length is not that of its body", span)
    reply.body = content
    return NONE


@KNOWLEDGE.method(_OUTPUT, "flush")
def _flush(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE
