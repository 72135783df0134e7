"""Python's `json`.

Reads: `json.load`, `loads`, `dump`, `dumps` with `indent`, `sort_keys`, `ensure_ascii`, `separators`.
Becomes: the functions `python.json_value`, `python.json_text` and `python.json_document`.
Cannot see: `default`, `cls`, hooks; a file that is left half written by a value that JSON cannot hold.
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

from extractors.clients.files import not_written, taken, written
from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.context import Arguments
from extractors.evaluator.values import NONE, External, Instance, Known, Symbolic, TupleValue, Unknown, Value
from migrate.model import Expression, Reference, SourceSpan
from migrate.model.expressions import Entry, RecordExpression

KNOWLEDGE = Knowledge()
_OPTIONS = ("indent", "sort_keys", "ensure_ascii", "separators")


def _loaded(context: Evaluator, text: Expression, span: SourceSpan) -> Value:
    """The value of a document; that of a whole file is the decoded body of what was read."""
    if isinstance(text, Reference) and text.part == "text" and text.step not in context.decoders:
        context.decoders[text.step] = "python.json"
        decoded: dict[str, Value] = {"request_id": Known(text.step), "(decoded)": Known(1)}
        context.state.allocate(Instance(External("json.Document"), decoded))
        return context.symbolic(Reference(step=text.step, part="body"), span)
    return context.symbolic(operators.call("python.json_value", text), span)


@KNOWLEDGE.function("json.load")
def _load(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    one = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else NONE
    text = taken(context, one, span)
    if text is None:
        return _misfit(context, "json.load", arguments, span)
    return _loaded(context, text, span)


@KNOWLEDGE.function("json.loads")
def _loads(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    one = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else NONE
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
    return NONE if written(context, file, Symbolic(text), span) else not_written(context, arguments, span)


def _text(context: Evaluator, value: Value, options: dict[str, Value], span: SourceSpan) -> Expression | None:
    """The text of a value; None for options that are not followed."""
    if isinstance(value, Unknown):
        return None
    entries: list[Entry] = []
    for name, option in options.items():
        parts = option.items if isinstance(option, TupleValue) and name == "separators" else (option,)
        if name not in _OPTIONS or not all(isinstance(part, Known) for part in parts):
            return None
        if name == "indent" and option == NONE:
            continue
        entries.append(Entry(key=name, value=context.snapshot(option, span)))
    content = context.snapshot(value, span)
    if not entries:
        return operators.call("python.json_text", content)
    return operators.call("python.json_document", content, RecordExpression(entries=tuple(entries)))


def _misfit(context: Evaluator, name: str, arguments: Arguments, span: SourceSpan) -> Value:
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Unknown):
            return context.gap(value.code, value.reason, span)
    return context.gap("HS101", f"this call of {name}", span)
