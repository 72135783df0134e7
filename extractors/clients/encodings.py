"""Texts in the notations of the web, by the standard library: percent escapes, forms, entities, UTF-8 and base64.

Reads: `urllib.parse.quote`, `quote_plus` and `urlencode`, `html.escape`, `base64.b64encode`, `str.encode` and
`bytes.decode` in UTF-8.
Becomes: functions of the text; bytes are followed as the text that they hold.
Cannot see: other encodings and error handlers, bytes that are cut or compared; a credential in base64
together with other text, but for `Authorization: Basic`.
Example:
    import base64
    import urllib.parse
    import requests
    item = requests.get("https://crm.example/item").json()
    name = urllib.parse.quote(item["name"], safe="")
    note = base64.b64encode(item["note"].encode("utf-8")).decode("ascii")
    requests.post("https://erp.example/items", json={"name": name, "note": note})
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors.evaluator import Evaluator, Knowledge, texts, utf8
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.values import NONE, Known, Pointer, TupleValue, Unknown, Value
from migrate.model import Call, SourceSpan
from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError

KNOWLEDGE = Knowledge()


def _function(name: str, function: str, *names: str, aliases: tuple[str, ...] = ()) -> None:
    """A function that is one kernel function of its arguments, the first required."""

    @KNOWLEDGE.function(name, *aliases)
    def apply(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        bound = arguments.bind(*names) or {}
        values = [bound[each] for each in names if each in bound]
        contiguous = list(bound) and set(bound) == set(names[: len(bound)])
        if not contiguous or any(isinstance(value, Unknown) for value in values):
            return misfit(context, name, arguments, span)
        if any(utf8.text_of(context, value) is not None or _is_no_data(value) for value in values):
            return misfit(context, name, arguments, span)
        return _computed(context, function, values, span)


def _is_no_data(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.value, (bytes, complex))


def _computed(context: Evaluator, function: str, values: Sequence[Value], span: SourceSpan) -> Value:
    """A kernel function of the values: what it gives, where all are known."""
    scalars = [value.value for value in values if isinstance(value, Known)]
    if len(scalars) == len(values):
        try:
            result = FUNCTIONS[function](*(one for one in scalars if not isinstance(one, (bytes, complex))))
        except EvaluationError as error:
            raise context.fail(error.kind, "a constant expression", span) from None
        return Known(str(result))
    expressions = tuple(context.snapshot(value, span) for value in values)
    return context.symbolic(Call(function=function, arguments=expressions), span)


def _elsewhere(name: str) -> tuple[str, ...]:
    """The names that a function of `urllib.parse` has in other libraries."""
    return (f"requests.compat.{name}", f"six.moves.urllib.parse.{name}", f"future.moves.urllib.parse.{name}")


_quote_names = (*_elsewhere("quote"), "requests.utils.quote")
_function("urllib.parse.quote", "python.quote", "string", "safe", aliases=_quote_names)
_function("urllib.parse.quote_plus", "python.quote_plus", "string", "safe", aliases=_elsewhere("quote_plus"))
_function("html.escape", "python.html_escape", "s", "quote")


@KNOWLEDGE.function("urllib.parse.urlencode", *_elsewhere("urlencode"))
def _urlencode(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("query", "doseq")
    if bound is None or "query" not in bound or any(isinstance(v, Unknown) for v in bound.values()):
        return misfit(context, "urllib.parse.urlencode", arguments, span)
    fixed = context.fixed_items(bound["query"])
    if fixed and all(isinstance(pair, TupleValue) and len(pair.items) == 2 for pair in fixed):
        if "doseq" in bound:
            return context.gap("HS101", "urlencode of pairs with doseq", span)
        return _joined(context, [pair.items for pair in fixed if isinstance(pair, TupleValue)], span)
    if any(holds_tuple(context, value) for value in bound.values()):
        return context.gap("HS101", "urlencode of pairs that are known at run time only", span)
    expressions = tuple(context.snapshot(value, span) for value in bound.values())
    return context.symbolic(Call(function="python.form_text", arguments=expressions), span)


def _joined(context: Evaluator, pairs: list[tuple[Value, ...]], span: SourceSpan) -> Value:
    """The form of pairs in a fixed number."""
    parts: list[Value] = []
    for pair in pairs:
        parts += [Known("&")] if parts else []
        for sign, value in zip(("", "="), pair, strict=True):
            if utf8.text_of(context, value) is not None:
                return context.gap("HS101", "urlencode of bytes", span)
            text = texts.text(context, value, span)
            if isinstance(text, Unknown):
                return text
            parts += [Known(sign), _computed(context, "python.quote_plus", [text], span)]
    return texts.concatenate(context, parts, span)


@KNOWLEDGE.function("base64.b64encode")
def _b64encode(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    one = arguments.positional[0] if len(arguments.positional) == 1 else NONE
    text, data = utf8.text_of(context, one), utf8.raw_of(context, one)
    if data is not None and not arguments.keywords:
        return utf8.bytes_of(
            context, context.symbolic(Call(function="python.base64_text", arguments=(data,)), span)
        )
    if text is None or arguments.keywords:
        return misfit(context, "base64.b64encode", arguments, span)
    expression = context.snapshot(text, span)
    if isinstance(expression, Call) and expression.function == "python.utf8_text":
        (expression,) = expression.arguments
    packed = _computed(context, "python.base64_text", [context.symbolic(expression, span)], span)
    return utf8.bytes_of(context, packed)


@KNOWLEDGE.method("builtins.bytes", "decode")
def _decode(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("encoding")
    text = utf8.text_of(context, receiver)
    data = utf8.raw_of(context, receiver)
    if bound is not None and data is not None and utf8.is_utf8(bound.get("encoding", Known("utf-8"))):
        return context.symbolic(Call(function="python.decode", arguments=(data,)), span)
    if bound is None or text is None:
        return misfit(context, "bytes.decode", arguments, span)
    encoding = bound.get("encoding", Known("utf-8"))
    if utf8.is_utf8(encoding) or (encoding == Known("ascii") and utf8.is_ascii(text)):
        return text
    return misfit(context, "bytes.decode", arguments, span)
