"""Python's `csv`.

Reads: `csv.reader`, `DictReader` over an open file, a `StringIO` or a list of lines, with `next` for the first row;
    `csv.writer`, `DictWriter` with `writeheader`, `writerow`, `writerows`; `delimiter`, `quotechar`, `lineterminator`,
    `quoting` (minimal, all).
Becomes: the functions `python.csv_rows`, `csv_records`, `csv_row`, `csv_cells`; each row written is one append.
Cannot see: other dialects and quoting; a fault in the middle of the file (the run
    ends where the first row is read).
Example:
    import csv
    import requests
    with open("people.csv", newline="") as file, open("sent.csv", "w", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(["id", "status"])
        for person in csv.DictReader(file):
            answer = requests.post("https://crm.example/people", json={"name": person["name"]})
            writer.writerow([person["id"], answer.status_code])
"""

from __future__ import annotations

from extractors.clients.files import described, not_written, taken, written
from extractors.clients.memory import lines_of
from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    DataObject,
    External,
    Instance,
    Known,
    MapObject,
    Pointer,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import Constant, Expression, RecordExpression, SequenceExpression, SourceSpan
from migrate.model.expressions import Entry

KNOWLEDGE = Knowledge()
READER, DICT_READER, WRITER, DICT_WRITER = "csv.Reader", "csv.DictReader", "csv.Writer", "csv.DictWriter"
_QUOTING = {"csv.QUOTE_MINIMAL": "minimal", "csv.QUOTE_ALL": "all"}
_TEXTS = ("delimiter", "quotechar", "lineterminator")
_ROWS, _FILE, _DIALECT, _NAMES, _NEXT = "(rows)", "(file)", "(dialect)", "(names)", "(next)"


def _dialect(context: Evaluator, options: dict[str, Value], span: SourceSpan) -> Expression | None:
    """The dialect as a record; None for options that are not followed."""
    entries: list[Entry] = []
    for name, option in options.items():
        match option:
            case External(name=quoting) if name == "quoting" and quoting in _QUOTING:
                entries.append(Entry(key=name, value=Constant(value=_QUOTING[quoting])))
            case Known(value=str() as text) if name in _TEXTS:
                entries.append(Entry(key=name, value=Constant(value=text)))
            case Known(value="excel") if name == "dialect":
                pass
            case _:
                return None
    return RecordExpression(entries=tuple(entries))


def _misfit(context: Evaluator, name: str, arguments: Arguments, span: SourceSpan) -> Unknown:
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Unknown):
            return context.gap(value.code, value.reason, span)
    return context.gap("HS101", f"this call of {name}", span)


def _over(name: str, arguments: Arguments, text: Expression | None) -> str:
    """The name, with the reason where what is read is no file that was just opened."""
    return (
        f"{name}, over anything but a file that was just opened, or lines"
        if arguments.positional and text is None
        else name
    )


def _source(context: Evaluator, value: Value, span: SourceSpan) -> Expression | None:
    """The text of a file, or the lines that something else gives."""
    text = taken(context, value, span)
    lines = lines_of(context, value, span) if text is None else None
    return text if lines is None else lines.expression


# --- reading -----------------------------------------------------------------------------------------------------


@KNOWLEDGE.function("csv.reader")
def _reader(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    dialect = _dialect(context, arguments.keywords, span)
    text = _source(context, arguments.positional[0], span) if len(arguments.positional) == 1 else None
    if dialect is None or text is None:
        return _misfit(context, _over("csv.reader", arguments, text), arguments, span)
    rows = operators.call("python.csv_rows", text, dialect)
    return context.state.allocate(Instance(External(READER), {_ROWS: Symbolic(rows), _NEXT: Known(0)}))


@KNOWLEDGE.function("csv.DictReader")
def _dict_reader(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    options = dict(arguments.keywords)
    names = arguments.positional[1] if len(arguments.positional) == 2 else options.pop("fieldnames", NONE)
    dialect = _dialect(context, options, span)
    text = _source(context, arguments.positional[0], span) if 1 <= len(arguments.positional) <= 2 else None
    if dialect is None or text is None:
        return _misfit(context, _over("csv.DictReader", arguments, text), arguments, span)
    given = () if names == NONE else (context.data(names, span),)
    rows = operators.call("python.csv_records", text, dialect, *given)
    attributes: dict[str, Value] = {_ROWS: Symbolic(rows), _NEXT: Known(0), _NAMES: names}
    if names == NONE:
        all_rows = operators.call("python.csv_rows", text, dialect)
        attributes[_NAMES] = Symbolic(operators.call("python.member", all_rows, Constant(value=0)))
    return context.state.allocate(Instance(External(DICT_READER), attributes))


def _held(context: Evaluator, receiver: Pointer, name: str) -> Value:
    value = context.state.read((receiver.address, name))
    return NONE if value is None else value


@KNOWLEDGE.method(READER, "__iter__", "__list__")
@KNOWLEDGE.method(DICT_READER, "__iter__", "__list__")
def _iterate(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The rows that were not taken yet."""
    rows, start = _held(context, receiver, _ROWS), _held(context, receiver, _NEXT)
    if not (isinstance(rows, Symbolic) and isinstance(start, Known) and isinstance(start.value, int)):
        return context.gap("HS103", "a reader that is gone through a second time", span)
    context.state.write((receiver.address, _NEXT), NONE)
    if start.value == 0:
        return context.symbolic(rows.expression, span)
    rest = (rows.expression, Constant(value=start.value), Constant(value=None))
    return context.symbolic(operators.call("python.slice", *rest), span)


@KNOWLEDGE.method(READER, "__next__")
@KNOWLEDGE.method(DICT_READER, "__next__")
def _next(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The next row; without a default the run ends where there is none (in Python with `StopIteration`)."""
    rows, start = _held(context, receiver, _ROWS), _held(context, receiver, _NEXT)
    if not (isinstance(rows, Symbolic) and isinstance(start, Known) and isinstance(start.value, int)):
        return context.gap("HS103", "a reader that is gone through already", span)
    context.state.write((receiver.address, _NEXT), Known(start.value + 1))
    number = Constant(value=start.value)
    there = operators.call("python.less", number, operators.call("python.length", rows.expression))
    context.symbolic(there, span)
    row = operators.call("python.member", rows.expression, number)
    if not arguments.positional:

        def none() -> Value:
            raise context.fail("StopIteration", "no row is left", span)

        return context.select(there, lambda: Symbolic(row), none, span)
    return context.select(there, lambda: Symbolic(row), lambda: arguments.positional[0], span)


def _names_of(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    value = _held(context, receiver, _NAMES)
    return context.symbolic(value.expression, span) if isinstance(value, Symbolic) else value


KNOWLEDGE.attributes[DICT_READER, "fieldnames"] = _names_of


# --- writing -----------------------------------------------------------------------------------------------------


@KNOWLEDGE.function("csv.writer")
def _writer(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    dialect = _dialect(context, arguments.keywords, span)
    file = arguments.positional[0] if len(arguments.positional) == 1 else None
    if dialect is None or file is None:
        file, dialect = _misfit(context, "csv.writer", arguments, span), RecordExpression(entries=())
    attributes = {_FILE: file, _DIALECT: Symbolic(dialect)}
    return context.state.allocate(Instance(External(WRITER), attributes))


@KNOWLEDGE.function("csv.DictWriter")
def _dict_writer(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    options = dict(arguments.keywords)
    bound = dict(zip(("f", "fieldnames"), arguments.positional, strict=False))
    for name in ("f", "fieldnames", "restval", "extrasaction"):
        if name in options:
            bound[name] = options.pop(name)
    dialect = _dialect(context, options, span)
    missing, others = bound.get("restval", Known("")), bound.get("extrasaction", Known("raise"))
    known = others in (Known("raise"), Known("ignore")) and isinstance(missing, Known)
    if not {"f", "fieldnames"} <= bound.keys():
        return _misfit(context, "csv.DictWriter", arguments, span)
    if dialect is None or not known or len(arguments.positional) > 2:
        bound["f"] = _misfit(context, "csv.DictWriter", arguments, span)
        dialect, missing = RecordExpression(entries=()), Known("")
    attributes = {
        _FILE: bound["f"],
        _DIALECT: Symbolic(dialect),
        _NAMES: Symbolic(_list(context, bound["fieldnames"], span)),
        "restval": missing,
        "extrasaction": others,
    }
    return context.state.allocate(Instance(External(DICT_WRITER), attributes))


def _list(context: Evaluator, value: Value, span: SourceSpan) -> Expression:
    """The items of a value as a list."""
    items = context.fixed_items(value)
    if items is not None:
        return SequenceExpression(items=tuple(context.snapshot(item, span) for item in items))
    expression = context.contents(value, span)
    return (
        expression if context.type_of(expression) == "list" else operators.call("python.iterate", expression)
    )


def _expression(context: Evaluator, receiver: Pointer, name: str, span: SourceSpan) -> Expression:
    return context.snapshot(_held(context, receiver, name), span)


def _row_written(
    context: Evaluator, receiver: Pointer, cells: Expression, arguments: Arguments, span: SourceSpan
) -> Value:
    row = operators.call("python.csv_row", cells, _expression(context, receiver, _DIALECT, span))
    if written(context, _held(context, receiver, _FILE), Symbolic(row), span):
        return Symbolic(operators.call("python.length", row))
    left = not_written(context, arguments, span)
    described(context, "csv", row, span)
    return left


@KNOWLEDGE.method(WRITER, "writerow")
def _write_row(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords or isinstance(arguments.positional[0], Unknown):
        return _misfit(context, "writerow", arguments, span)
    row = arguments.positional[0]
    items = context.special(row, "__iter__", Arguments((), {}), span)
    return _row_written(
        context, receiver, _list(context, row if items is None else items, span), arguments, span
    )


@KNOWLEDGE.method(DICT_WRITER, "writerow")
def _write_record(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords or isinstance(arguments.positional[0], Unknown):
        return _misfit(context, "writerow", arguments, span)
    given = arguments.positional[0]
    found = context.state.get(given) if isinstance(given, Pointer) else None
    if not (isinstance(given, Symbolic) or isinstance(found, (MapObject, DataObject))):
        return _misfit(context, "writerow with an object", arguments, span)
    ignore = _held(context, receiver, "extrasaction") == Known("ignore")
    cells = operators.call(
        "python.csv_cells",
        context.snapshot(given, span),
        _expression(context, receiver, _NAMES, span),
        _expression(context, receiver, "restval", span),
        Constant(value=ignore),
    )
    return _row_written(context, receiver, cells, arguments, span)


@KNOWLEDGE.method(DICT_WRITER, "writeheader")
def _write_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _row_written(context, receiver, _expression(context, receiver, _NAMES, span), arguments, span)


@KNOWLEDGE.method(WRITER, "writerows")
@KNOWLEDGE.method(DICT_WRITER, "writerows")
def _write_rows(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords:
        return _misfit(context, "writerows", arguments, span)

    def one(row: Value) -> None:
        context.special(receiver, "writerow", Arguments((row,), {}), span)

    context.visit(arguments.positional[0], one, span)
    return NONE
