"""Bytes: those that are a text in UTF-8 are followed as the text that they hold, others as an expression."""

from __future__ import annotations

from extractors.evaluator.context import Context
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import External, Instance, Known, Pointer, Symbolic, Unknown, Value
from migrate.model import Call, Constant, Expression, SourceSpan

BYTES = External("builtins.bytes")
_HELD = "text held"
"""The attribute of the text; no script can name it."""
_RAW = "bytes"
_NAMES = ("utf-8", "utf8", "utf_8")
_ASCII = ("python.base64_text", "python.quote", "python.quote_plus", "python.form_text")
"""Functions whose value is ASCII."""


def is_utf8(encoding: Value) -> bool:
    """True for a name of the encoding."""
    return isinstance(encoding, Known) and str(encoding.value).lower() in _NAMES


def is_ascii(value: Value) -> bool:
    """True if the text is known to be ASCII."""
    match value:
        case Known(value=str() as text):
            return text.isascii()
        case Symbolic(expression=Call(function="python.json_text", arguments=arguments)):
            return len(arguments) == 1 or arguments[1] == Constant(value=True)
        case Symbolic(expression=Call(function=function)):
            return function in _ASCII
        case _:
            return False


def bytes_of(context: Context, text: Value) -> Value:
    """The bytes of a text that can be encoded."""
    return text if isinstance(text, Unknown) else context.state.allocate(Instance(BYTES, {_HELD: text}))


def text_of(context: Context, value: Value) -> Value | None:
    """The text that bytes hold; None for any other value."""
    if isinstance(value, Known) and isinstance(value.value, bytes):
        try:
            return Known(value.value.decode())
        except UnicodeDecodeError:
            return None
    found = context.state.get(value) if isinstance(value, Pointer) else None
    return found.attributes.get(_HELD) if isinstance(found, Instance) and found.of == BYTES else None


def raw(context: Context, expression: Expression, span: SourceSpan) -> Value:
    """The bytes that an expression gives when the flow runs; what can fail in it is recorded."""
    value = context.symbolic(expression, span)
    if isinstance(value, Unknown):
        return value
    return context.state.allocate(Instance(BYTES, {_RAW: value}))


def raw_of(context: Context, value: Value) -> Expression | None:
    """The expression of bytes that are known when the flow runs; None for any other value."""
    found = context.state.get(value) if isinstance(value, Pointer) else None
    held = found.attributes.get(_RAW) if isinstance(found, Instance) and found.of == BYTES else None
    return held.expression if isinstance(held, Symbolic) else None


def data_of(context: Context, value: Value, span: SourceSpan) -> Expression | None:
    """Bytes as the kernel takes them: an expression, or the text that stands for them; None for what is no bytes."""
    text = text_of(context, value)
    return raw_of(context, value) if text is None else context.snapshot(text, span)


def size_of(context: Context, value: Value, span: SourceSpan) -> Expression | None:
    """The number of bytes; None for what is no bytes."""
    text = text_of(context, value)
    if isinstance(text, Known):
        return Constant(value=len(str(text.value).encode()))
    expression = raw_of(context, value) if text is None else context.snapshot(text, span)
    if expression is None:
        return None
    if text is not None and not is_ascii(text):
        expression = Call(function="python.encode", arguments=(expression,))
    return Call(function="python.length", arguments=(expression,))


def encode(context: Context, text: Value, arguments: Arguments, span: SourceSpan) -> Value | None:
    """`text.encode([encoding])`; None if the call is not followed."""
    bound = arguments.bind("encoding")
    if bound is None or not is_utf8(bound.get("encoding", Known("utf-8"))):
        return None
    if isinstance(text, Known) and isinstance(text.value, str):
        try:
            text.value.encode()
        except UnicodeEncodeError:
            raise context.fail("UnicodeEncodeError", "a constant expression", span) from None
        return bytes_of(context, text)
    if is_ascii(text):
        return bytes_of(context, text)
    call = Call(function="python.utf8_text", arguments=(context.snapshot(text, span),))
    return bytes_of(context, context.symbolic(call, span))
