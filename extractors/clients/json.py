"""Python's `json`.

Reads: `json.load`, `loads`, `dump`, `dumps` with the options `indent`, `sort_keys`, `ensure_ascii`, `allow_nan`,
    `separators`, `default`.
Becomes: the functions `python.json_value` and `python.json_text`.
Cannot see: `cls`, hooks; a file that is left half written by a value that JSON cannot hold.
Example:
    import json
    import requests
    with open("state.json") as file:
        state = json.load(file)
    state["since"] = requests.get("https://crm.example/changes", params={"since": state["since"]}).json()["now"]
    with open("state.json", "w") as file:
        json.dump(state, file, indent=2)
"""

from __future__ import annotations

from extractors.clients.files import described, not_written, taken, written
from extractors.evaluator import Evaluator, Knowledge, operators, utf8
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, External, Instance, Known, Symbolic, TupleValue, Unknown, Value
from migrate.model import Constant, Expression, Reference, SourceSpan

KNOWLEDGE = Knowledge()
_OPTIONS = {"ensure_ascii": True, "allow_nan": True, "sort_keys": False, "indent": None}
"""Options of `json.dumps` that the kernel knows, in its order, with what they are when left out."""


def _loaded(context: Evaluator, text: Expression, span: SourceSpan) -> Value:
    """The value of a document; that of a whole file is the decoded body of what was read."""
    match text:
        case Reference(step=read, part="text") if (
            read in context.effects.files_read and read not in context.effects.decoders
        ):
            context.effects.decoders[read] = "python.json"
            decoded: dict[str, Value] = {"request_id": Known(read), "(decoded)": Known(1)}
            context.state.allocate(Instance(External("json.Document"), decoded))
            return context.symbolic(Reference(step=read, part="body"), span)
    return context.symbolic(operators.call("python.json_value", text), span)


@KNOWLEDGE.function("json.load")
def _load(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    one = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else NONE
    text = taken(context, one, span)
    read = context.special(one, "read", Arguments((), {}), span) if text is None else None
    if read is not None:
        return _loads(context, Arguments((read,), {}), span)
    if text is None:
        return _misfit(context, "json.load", arguments, span)
    return _loaded(context, text, span)


@KNOWLEDGE.function("json.loads")
def _loads(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    one = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else NONE
    data = utf8.raw_of(context, one)
    if data is not None:
        return context.symbolic(operators.call("python.json_value", data), span)
    text = context.snapshot(one, span) if isinstance(one, (Known, Symbolic)) else None
    if text is None or context.type_of(text) != "text":
        return _misfit(context, "json.loads", arguments, span)
    return _loaded(context, text, span)


@KNOWLEDGE.function("json.dumps")
def _dumps(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) == 1:
        text = _text(context, arguments.positional[0], arguments.keywords, span)
        if text is not None:
            return context.symbolic(text, span)
    return _misfit(context, "json.dumps", arguments, span)


@KNOWLEDGE.function("json.dump")
def _dump(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = dict(arguments.keywords)
    file = arguments.positional[1] if len(arguments.positional) == 2 else bound.pop("fp", NONE)
    text = _text(context, arguments.positional[0], bound, span) if arguments.positional else None
    if text is None or len(arguments.positional) > 2:
        return _misfit(context, "json.dump", arguments, span)
    if written(context, file, Symbolic(text), span):
        return NONE
    left = not_written(context, arguments, span)
    described(context, "json", text, span)
    return left


def _text(context: Evaluator, value: Value, options: dict[str, Value], span: SourceSpan) -> Expression | None:
    """The text of a value; None for options that are not followed."""
    layout = _layout(options) if options.keys() <= {*_OPTIONS, "separators", "default"} else None
    if isinstance(value, Unknown) or layout is None:
        return None
    content = context.snapshot(value, span)
    # `default` is asked of what is no JSON value: of values known at run time only these are dates and times.
    if "default" in options and context.may_be_time(content):
        if options["default"] != External("builtins.str"):
            return None
        content = operators.call("python.times_as_text", content)
    return operators.call("python.json_text", content, *(Constant(value=one) for one in layout))


def _layout(bound: dict[str, Value]) -> tuple[bool | int | str | None, ...] | None:
    """The options as arguments of the kernel function, none of them if all are as without; None if one is not known."""
    found: list[bool | int | str | None] = []
    for name, otherwise in _OPTIONS.items():
        value = bound.get(name, Known(otherwise))
        if not isinstance(value, Known) or not isinstance(value.value, (bool, int, str, type(None))):
            return None
        found.append(value.value)
    match bound.get("separators", NONE):
        case TupleValue(items=(Known(value=str() as between), Known(value=str() as colon))):
            layout = (*found, between, colon)
        case Known(value=None):
            layout = (*found, None, ": ")
        case _:
            return None
    return () if layout == (*_OPTIONS.values(), None, ": ") else layout


def _misfit(context: Evaluator, name: str, arguments: Arguments, span: SourceSpan) -> Value:
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Unknown):
            return context.gap(value.code, value.reason, span)
    return context.gap("HS101", f"this call of {name}", span)
