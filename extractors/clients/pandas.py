"""Data frames of pandas and polars: what their columns are made of. They are described, not run.

Reads: `DataFrame` of records, columns and rows, `json_normalize`, `read_*`, `concat`; columns that are set, chosen,
    renamed, dropped or assigned; `iterrows`, `itertuples`, `to_dict`, `values`, `iloc`, `loc`; functions that are
    applied to a column or to each row; `to_sql`, `to_csv` and the like.
Becomes: an object that holds one expression for all rows, from which each column is taken by its name.
Cannot see: which rows are left, their order and labels; the columns of what is pivoted or melted.
Example:
    import pandas as pd
    import requests
    frame = pd.DataFrame(requests.get("https://crm.example/contacts").json())
    frame["name"] = frame["first"] + " " + frame["last"]
    frame = frame.rename(columns={"id": "number"})
    frame[["number", "name"]].to_csv("contacts.csv", index=False)
"""

from __future__ import annotations

from collections.abc import Mapping

from extractors.clients.libraries import KNOWLEDGE as DESCRIBED
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.described import Described
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    DATA,
    External,
    FunctionValue,
    Instance,
    Known,
    MapObject,
    Pointer,
    Symbolic,
    Value,
)
from migrate.model import (
    Call,
    Constant,
    Entry,
    Expression,
    RecordExpression,
    SequenceExpression,
    SourceSpan,
    Unmapped,
)

KNOWLEDGE = Knowledge()
FRAME = "pandas.DataFrame"
_MAKING = (
    *("DataFrame", "DataFrame.from_dict", "DataFrame.from_records", "json_normalize", "concat", "merge"),
    *(
        "read_csv",
        "read_table",
        "read_fwf",
        "read_json",
        "read_excel",
        "read_parquet",
        "read_pickle",
        "read_xml",
    ),
    *("read_feather", "read_sql", "read_sql_query", "read_sql_table", "read_gbq"),
)
_WRITING = (
    *(
        "to_sql",
        "to_gbq",
        "to_csv",
        "to_json",
        "to_excel",
        "to_parquet",
        "to_pickle",
        "to_html",
        "to_feather",
    ),
    *("write_csv", "write_json", "write_parquet", "write_database"),
)
_OTHERWISE = ("pivot", "pivot_table", "melt", "transpose", "stack", "unstack", "T", "explode")
"""Methods and attributes that give other columns."""


# --- the object --------------------------------------------------------------------------------------------------


def _frame(context: Evaluator, data: Expression, gap: Unmapped) -> Pointer:
    """A frame whose rows are made of the data; the gap is that at the call which made the first one of it."""
    held = gap.model_copy(update={"made_of": (data,)})
    context.effects.described[held] = Described("pandas", "data", ("DataFrame",), content=data)
    return context.state.allocate(Instance(External(FRAME), {DATA: Symbolic(held)}))


def _gap(context: Evaluator, frame: Pointer) -> Unmapped:
    """The gap at the call that made the first frame of which this one is made."""
    found = context.state.get(frame)
    assert isinstance(found, Instance)
    held = context.state.data(found.attributes[DATA])
    return held if isinstance(held, Unmapped) else _unknown(held.span)


def _held(context: Evaluator, value: Value, span: SourceSpan) -> Expression:
    """What a frame is made of, or any other value as data."""
    expression = context.snapshot(value, span)
    known = context.effects.described.get(expression)
    return expression if known is None or known.content is None else known.content


def _set(context: Evaluator, frame: Pointer, data: Expression) -> None:
    """Another content of the same frame."""
    context.state.set(frame, context.state.get(_frame(context, data, _gap(context, frame))))


def _opaque(context: Evaluator, frame: Pointer, data: Expression) -> Symbolic:
    """What is made of the data of a frame, and is known at run time only."""
    return Symbolic(_gap(context, frame).model_copy(update={"made_of": (data,)}))


def _unknown(span: SourceSpan | None) -> Unmapped:
    return Unmapped(code="HS109", reason="columns of a data frame that are not known", span=span)


# --- columns -----------------------------------------------------------------------------------------------------


def columns_of(data: Expression) -> tuple[str, ...] | None:
    """The names of the columns, in their order; None where they are known at run time only."""
    match data:
        case RecordExpression(entries=entries):
            return tuple(entry.key for entry in entries)
        case SequenceExpression(items=items) if items and all(
            isinstance(one, RecordExpression) for one in items
        ):
            return tuple(dict.fromkeys(name for one in items for name in columns_of(one) or ()))
        case _:
            return None


def column(data: Expression, name: str) -> Expression:
    """A column of the rows."""
    if isinstance(data, RecordExpression):
        found = next((entry.value for entry in data.entries if entry.key == name), None)
        if found is not None:
            return found
    return Call(function="python.member", arguments=(data, Constant(value=name)))


def chosen(data: Expression, names: Mapping[str, str], span: SourceSpan) -> Expression:
    """The rows with these columns alone: new name → old name."""
    entries = (Entry(key=new, value=column(data, old), span=span) for new, old in names.items())
    return RecordExpression(entries=tuple(entries))


def with_column(data: Expression, name: str, value: Expression, span: SourceSpan) -> Expression:
    """The rows with a column set."""
    if isinstance(data, RecordExpression):
        kept = tuple(entry for entry in data.entries if entry.key != name)
        return RecordExpression(entries=(*kept, Entry(key=name, value=value, span=span)))
    return Call(function="python.with_item", arguments=(data, Constant(value=name), value), span=span)


def without_columns(data: Expression, names: tuple[str, ...]) -> Expression:
    """The rows without some columns."""
    if isinstance(data, RecordExpression):
        return RecordExpression(entries=tuple(one for one in data.entries if one.key not in names))
    for name in names:
        data = Call(function="python.without_key", arguments=(data, Constant(value=name)))
    return data


def renamed(data: Expression, names: Mapping[str, str], span: SourceSpan) -> Expression:
    """The rows with other names for some columns: old name → new name."""
    known = columns_of(data)
    if known is not None:
        return chosen(data, {names.get(one, one): one for one in known}, span)
    made = without_columns(data, tuple(names))
    for old, new in names.items():
        made = with_column(made, new, column(data, old), span)
    return made


# --- arguments ---------------------------------------------------------------------------------------------------


def _names(context: Evaluator, value: Value | None) -> tuple[str, ...]:
    """The texts in a list, or the text alone; none where they are known at run time only."""
    if isinstance(value, Known) and isinstance(value.value, str):
        return (value.value,)
    items = context.fixed_items(value) if value is not None else None
    found = tuple(one.value for one in items or () if isinstance(one, Known) and isinstance(one.value, str))
    return found if items is not None and len(found) == len(items) else ()


def _mapping(context: Evaluator, value: Value | None) -> dict[str, str]:
    found = context.state.peek(value) if isinstance(value, Pointer) else None
    if not isinstance(found, MapObject):
        return {}
    return {
        str(one.key.value): one.value.value
        for one in found.items
        if isinstance(one.value, Known) and isinstance(one.value.value, str)
    }


def _changed(
    context: Evaluator, frame: Pointer, data: Expression, arguments: Arguments, span: SourceSpan
) -> Value:
    """A new frame; with `inplace` the same one, changed."""
    if arguments.keywords.get("inplace") == Known(True):
        _set(context, frame, data)
        return Known(None)
    return _frame(context, data, _gap(context, frame))


# --- making ------------------------------------------------------------------------------------------------------


def _made(name: str) -> None:
    """Registers a function that makes a frame."""

    def make(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        assert DESCRIBED.libraries is not None
        described = DESCRIBED.libraries.call(context, f"pandas.{name}", arguments, span)
        made = _unknown(span) if described is None else context.snapshot(described, span)
        data = made if described is None else _held(context, described, span)
        if name == "DataFrame" and arguments.positional:
            data = _held(context, arguments.positional[0], span)
            named = _names(context, arguments.keywords.get("columns"))
            data = _of_rows(data, named, span) if named else data
        elif (
            name in ("json_normalize", "DataFrame.from_dict", "DataFrame.from_records")
            and arguments.positional
        ):
            data = _held(context, arguments.positional[0], span)
            for key in _names(context, arguments.keywords.get("record_path")):
                data = column(data, key)
        elif name == "concat" and arguments.positional:
            data = _together(context, arguments.positional[0], span)
        reason = f"pandas.{name} of data frames is described, not run"
        gap = made if isinstance(made, Unmapped) else Unmapped(code="HS109", reason=reason, span=span)
        return _frame(context, data, gap)

    KNOWLEDGE.functions[f"pandas.{name}"] = make


for _name in _MAKING:
    _made(_name)


def _together(context: Evaluator, frames: Value, span: SourceSpan) -> Expression:
    """The rows of several frames."""
    items = context.fixed_items(frames)
    if items is None:
        return _held(context, frames, span)
    data = tuple(_held(context, one, span) for one in items)
    return data[0] if len(data) == 1 else Call(function="python.extended", arguments=data)


def _of_rows(data: Expression, names: tuple[str, ...], span: SourceSpan) -> Expression:
    """Rows that are lists, with names for their values; rows that are records, with these columns alone."""
    match data:
        case SequenceExpression(
            items=[SequenceExpression(items=row) | Call(function="python.tuple", arguments=row)]
        ):
            return RecordExpression(
                entries=tuple(
                    Entry(key=name, value=value, span=value.span or span)
                    for name, value in zip(names, row, strict=False)
                )
            )
        case RecordExpression():
            return chosen(data, {name: name for name in names}, span)
        case SequenceExpression(items=items) if any(isinstance(one, RecordExpression) for one in items):
            return chosen(data, {name: name for name in names}, span)
    entries = []
    for number, name in enumerate(names):
        first = Call(function="python.member", arguments=(data, Constant(value=0)))
        value = Call(function="python.member", arguments=(first, Constant(value=number)))
        entries.append(Entry(key=name, value=value, span=span))
    return RecordExpression(entries=tuple(entries))


# --- columns and rows of a frame ---------------------------------------------------------------------------------


@KNOWLEDGE.method(FRAME, "__getitem__")
def _item(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """`frame["a"]`, `frame[["a", "b"]]`, `frame.loc[label, "a"]`; any other key chooses rows."""
    data = _held(context, of, span)
    (key,) = arguments.positional
    named = _column_of(context, key)
    if named is not None:
        held = context.snapshot(of, span)
        return Symbolic(Call(function="python.member", arguments=(held, Constant(value=named)), span=span))
    names = _names(context, key)
    data = chosen(data, {name: name for name in names}, span) if names else data
    return _frame(context, data, _gap(context, of))


def _column_of(context: Evaluator, key: Value) -> str | None:
    """The column that a key names."""
    if isinstance(key, Known):
        return key.value if isinstance(key.value, str) else None
    items = context.fixed_items(key) if not isinstance(key, Pointer) else None
    last = items[-1] if items else None
    return last.value if isinstance(last, Known) and isinstance(last.value, str) else None


@KNOWLEDGE.method(FRAME, "__setitem__")
def _set_item(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    key, value = arguments.positional
    data, given = _held(context, of, span), _held(context, value, span)
    named = _column_of(context, key)
    names = (named,) if named is not None else _names(context, key)
    for number, name in enumerate(names):
        one: Expression = given
        if len(names) > 1:
            one = Call(function="python.member", arguments=(given, Constant(value=number)))
        if not isinstance(key, Known) and named is not None:
            one = _gap(context, of).model_copy(update={"made_of": (column(data, name), given)})
        data = with_column(data, name, one, span)
    _set(context, of, data)
    return Known(None)


@KNOWLEDGE.setter(FRAME, "columns")
def _set_columns(context: Evaluator, of: Pointer, name: str, value: Value, span: SourceSpan) -> None:
    """`frame.columns = [...]`: other names for the columns, by their order."""
    data, names = _held(context, of, span), _names(context, value)
    known = columns_of(data)
    if known is not None and len(known) == len(names):
        data = chosen(data, dict(zip(names, known, strict=True)), span)
    else:
        data = RecordExpression(entries=tuple(Entry(key=one, value=_unknown(span)) for one in names))
    _set(context, of, data)


@KNOWLEDGE.setter(FRAME, "*")
def _set_attribute(context: Evaluator, of: Pointer, name: str, value: Value, span: SourceSpan) -> None:
    """`frame.a = ...` sets a column that is there."""
    _set(context, of, with_column(_held(context, of, span), name, _held(context, value, span), span))


def _same(context: Evaluator, of: Pointer, span: SourceSpan) -> Value:
    return of


for _name in ("iloc", "loc", "at", "iat"):
    KNOWLEDGE.attributes[FRAME, _name] = _same


def _values(context: Evaluator, of: Pointer, span: SourceSpan) -> Value:
    return _opaque(context, of, SequenceExpression(items=(_held(context, of, span),)))


KNOWLEDGE.attributes[FRAME, "values"] = _values


@KNOWLEDGE.method(FRAME, "itertuples", "to_dict", "to_records", "to_numpy", "to_dicts", "iter_rows", "rows")
def _rows(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _values(context, of, span)


@KNOWLEDGE.method(FRAME, "iterrows")
def _iterrows(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    label = _gap(context, of).model_copy(update={"made_of": ()})
    pair = SequenceExpression(items=(label, _held(context, of, span)))
    return _opaque(context, of, SequenceExpression(items=(pair,)))


@KNOWLEDGE.method(FRAME, "rename")
def _rename(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    given = arguments.keywords.get("columns") or next(iter(arguments.positional), None)
    names = _mapping(context, given)
    return _changed(context, of, renamed(_held(context, of, span), names, span), arguments, span)


@KNOWLEDGE.method(FRAME, "drop")
def _drop(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    given = arguments.keywords.get("columns") or next(iter(arguments.positional), None)
    data = without_columns(_held(context, of, span), _names(context, given))
    return _changed(context, of, data, arguments, span)


@KNOWLEDGE.method(FRAME, "assign")
def _assign(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    data = _held(context, of, span)
    for name, value in arguments.keywords.items():
        if isinstance(value, FunctionValue):
            value = context.call(value, Arguments((_frame(context, data, _gap(context, of)),), {}), span)
        data = with_column(data, name, _held(context, value, span), span)
    return _frame(context, data, _gap(context, of))


@KNOWLEDGE.method(FRAME, "apply")
def _apply(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """A function of each row."""
    for function in arguments.positional[:1]:
        if isinstance(function, FunctionValue):
            return context.call(function, Arguments((of,), {}), span)
    return of


@KNOWLEDGE.method(FRAME, *_OTHERWISE)
def _otherwise(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _frame(context, _unknown(span), _gap(context, of))


@KNOWLEDGE.method(FRAME, "*")
def _any(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """Rows that are sorted, filtered, filled, joined, …: the columns keep what they are made of."""
    return _changed(context, of, _held(context, of, span), arguments, span)


def _writes(name: str) -> None:
    """Registers a method that writes a frame."""

    def write(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        assert DESCRIBED.libraries is not None
        receiver = Symbolic(context.snapshot(of, span))
        made = DESCRIBED.libraries.method(context, receiver, name, arguments, span)
        return Known(None) if made is None else made

    KNOWLEDGE.methods[FRAME, name] = write


for _name in _WRITING:
    _writes(_name)
