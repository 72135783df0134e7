"""Files in memory: `io.StringIO`.

Reads: `StringIO()` and `StringIO(text)`; `write`, `writelines`, `getvalue`, `read`, `readlines`, `seek(0)`, going
    through the lines; `csv`, `json` and `print(file=)` over one; `with`.
Becomes: a text that grows.
Cannot see: `BytesIO`; reading or writing in the middle; other line ends than the default.
Example:
    import csv
    import io
    import requests
    rows = csv.DictReader(io.StringIO(requests.get("https://shop.example/orders.csv").text), delimiter=";")
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([row["id"], row["total"]])
    requests.post("https://erp.example/orders.csv", data=out.getvalue())
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, operators, texts
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    ListObject,
    Pointer,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
BUFFER = "io.StringIO"
_TEXT, _AT_END = "(text)", "(at end)"


@KNOWLEDGE.function(BUFFER)
def _buffer(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("initial_value", "newline")
    text = (bound or {}).get("initial_value", Known(""))
    if bound is None or bound.get("newline", Known("\n")) != Known("\n") or isinstance(text, Unknown):
        return misfit(context, BUFFER, arguments, span)
    text = Known("") if text == NONE else text
    if context.type_of(context.snapshot(text, span)) != "text":
        return misfit(context, BUFFER, arguments, span)
    at_end = TRUE if text == Known("") else FALSE
    return context.state.allocate(Instance(External(BUFFER), {_TEXT: text, _AT_END: at_end}))


def is_buffer(context: Evaluator, value: Value) -> bool:
    """True for a file in memory."""
    found = context.state.peek(value) if isinstance(value, Pointer) else None
    return isinstance(found, Instance) and found.of == External(BUFFER)


def _held(context: Evaluator, receiver: Pointer, name: str) -> Value:
    value = context.state.read((receiver.address, name))
    return NONE if value is None else value


def put(context: Evaluator, receiver: Pointer, content: Value, span: SourceSpan) -> bool:
    """Writes a text at the end; False for what is no text, or where something else would be written over."""
    text = _held(context, receiver, _TEXT)
    is_text = context.type_of(context.snapshot(content, span)) == "text"
    if not is_text or _held(context, receiver, _AT_END) != TRUE:
        return False
    context.state.write((receiver.address, _TEXT), texts.concatenate(context, [text, content], span))
    return True


def rest(context: Evaluator, receiver: Pointer) -> Value | None:
    """The text from the start on, after which the end is reached; None where that is not the place."""
    if _held(context, receiver, _AT_END) != FALSE:
        return None
    context.state.write((receiver.address, _AT_END), TRUE)
    return _held(context, receiver, _TEXT)


@KNOWLEDGE.method(BUFFER, "write")
def _write(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) == 1 and not isinstance(arguments.positional[0], Unknown):
        content = arguments.positional[0]
        if put(context, receiver, content, span):
            return context.call(External("builtins.len"), Arguments((content,), {}), span)
    return misfit(context, "write", arguments, span)


@KNOWLEDGE.method(BUFFER, "writelines")
def _write_lines(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    lines = context.fixed_items(arguments.positional[0]) if len(arguments.positional) == 1 else None
    if lines is not None and all(put(context, receiver, line, span) for line in lines):
        return NONE
    return misfit(context, "writelines", arguments, span)


@KNOWLEDGE.method(BUFFER, "getvalue")
def _value(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _held(context, receiver, _TEXT)


@KNOWLEDGE.method(BUFFER, "seek")
def _seek(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional != (Known(0),) or arguments.keywords:
        return misfit(context, "seek", arguments, span)
    context.state.write((receiver.address, _AT_END), FALSE)
    return Known(0)


@KNOWLEDGE.method(BUFFER, "read")
def _read(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    text = rest(context, receiver) if arguments == Arguments((), {}) else None
    return misfit(context, "read", arguments, span) if text is None else text


@KNOWLEDGE.method(BUFFER, "readlines", "__iter__", "__list__")
def _lines(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    text = rest(context, receiver) if arguments == Arguments((), {}) else None
    if text is None:
        return misfit(context, "the lines of a text that was read", arguments, span)
    return context.symbolic(operators.call("python.file_lines", context.snapshot(text, span)), span)


@KNOWLEDGE.method(BUFFER, "close", "flush", "__exit__")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(BUFFER, "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


def lines_of(context: Evaluator, value: Value, span: SourceSpan) -> Symbolic | None:
    """What gives lines, as a list: a file in memory, or a list itself; None for anything else."""
    if isinstance(value, Pointer) and is_buffer(context, value):
        text = rest(context, value)
        if text is None:
            return None
        return Symbolic(operators.call("python.file_lines", context.snapshot(text, span)))
    found = context.state.peek(value) if isinstance(value, Pointer) else None
    if isinstance(found, Instance) or not isinstance(value, Pointer | Symbolic):
        return None
    expression = context.contents(value, span)
    if isinstance(found, ListObject) or context.type_of(expression) == "list":
        return Symbolic(expression)
    return None
