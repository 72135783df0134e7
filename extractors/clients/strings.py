"""The standard library's `string.Template` and `textwrap.dedent`.

Reads: templates whose text is fixed, with `substitute` and `safe_substitute` of named values or a map; `dedent` and
    `indent` of fixed texts.
Becomes: texts put together; what is missing is a KeyError.
Cannot see: templates that are known at run time only; classes that extend `Template`.
Example:
    from string import Template
    import requests
    note = Template("Order $number of ${name}")
    for order in requests.get("https://a.example/orders").json():
        text = note.substitute(number=order["number"], name=order["name"])
        requests.post("https://b.example/notes", json={"text": text})
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from string import Template

from extractors.evaluator import Evaluator, Knowledge, containers, operators
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    External,
    Instance,
    Known,
    MapItem,
    MapObject,
    Pointer,
    Unknown,
    Value,
)
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_TEMPLATE = "string.Template"


@KNOWLEDGE.function(_TEMPLATE)
def _template(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    match (arguments.bind("template") or {}).get("template"):
        case Known(value=str()) as text:
            return context.state.allocate(Instance(External(_TEMPLATE), {"template": text}))
        case _:
            return misfit(context, "string.Template of what is known at run time only", arguments, span)


def _register(name: str, *, safe: bool) -> None:
    @KNOWLEDGE.method(_TEMPLATE, name)
    def substitute(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return _filled(context, receiver, arguments, span, safe=safe)


_register("substitute", safe=False)
_register("safe_substitute", safe=True)


def _filled(
    context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan, *, safe: bool
) -> Value:
    text = context.state.read((receiver.address, "template"))
    assert isinstance(text, Known)
    values = _values(context, arguments, span)
    if values is None:
        return misfit(context, "substitute", arguments, span)
    made: Value = Known("")
    end = 0
    source = str(text.value)
    for found in Template.pattern.finditer(source):
        made = operators.binary(context, "+", made, Known(source[end : found.start()]), span)
        end = found.end()
        name = found.group("named") or found.group("braced")
        if name is None and found.group("invalid") is not None and not safe:
            raise context.fail("ValueError", "a placeholder that is none", span)
        if name is None:
            made = operators.binary(context, "+", made, Known("$"), span)
            continue
        part = _part(context, values, name, found.group(), span, safe=safe)
        if isinstance(part, Unknown):
            return part
        made = operators.binary(context, "+", made, part, span)
    return operators.binary(context, "+", made, Known(source[end:]), span)


def _values(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value | None:
    """The map of what is put in; named values go ahead of those of the map."""
    if len(arguments.positional) > 1:
        return None
    if not arguments.keywords and arguments.positional:
        return arguments.positional[0]
    made = context.state.allocate(MapObject(()))
    for value in arguments.positional:
        containers.update_map(context, made, value, span)
    named = tuple(MapItem(Known(key), value, None, span) for key, value in arguments.keywords.items())
    containers.update_map(context, made, context.state.allocate(MapObject(named)), span)
    return made


def _part(context: Evaluator, values: Value, name: str, whole: str, span: SourceSpan, *, safe: bool) -> Value:
    """The text of a value by its name; where it is missing, `safe` leaves the placeholder."""
    found = context.state.get(values) if isinstance(values, Pointer) else None
    if safe:
        entry = found.find(Known(name)) if isinstance(found, MapObject) else None
        if isinstance(found, MapObject) and entry is None:
            return Known(whole)
        if entry is None or entry.when is not None:
            return context.gap("HS101", "safe_substitute of a map whose keys are not known", span)
    value = containers.item(context, values, Known(name), span)
    return context.call(External("builtins.str"), Arguments((value,), {}), span)


def _fixed(name: str, compute: Callable[..., str], *names: str) -> None:
    """A function of fixed texts."""

    @KNOWLEDGE.function(name)
    def call(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        bound = arguments.bind(*names) or {}
        known = {key: value.value for key, value in bound.items() if isinstance(value, Known)}
        if not bound or len(known) < len(bound) or not all(isinstance(one, str) for one in known.values()):
            return misfit(context, f"{name} of what is known at run time only", arguments, span)
        return Known(compute(**known))


_fixed("textwrap.dedent", textwrap.dedent, "text")
_fixed("textwrap.indent", textwrap.indent, "text", "prefix")
