"""SQL statements taken apart: what they do, to which tables and columns, and by which values.

sqlglot is loaded where a statement is met.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from migrate.model import (
    Call,
    Constant,
    Entry,
    Expression,
    RecordExpression,
    SequenceExpression,
    VariableReference,
)

WORD = "hs_value"
"""Stands in a statement for what is known at run time only."""
_NUMBERED = re.compile(rf"{WORD}_(\d+)_")
_STYLES = tuple(map(re.compile, (r"%\((\w+)\)s|%s", r"\$(\d+)", r"(?<![:\w]):(\d+)\b", r"\?")))
"""The placeholders of drivers (PEP 249: pyformat and format; numeric, qmark; and `$1` of PostgreSQL)."""
_VERB = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*([A-Za-z]+)", re.DOTALL)
_TABLE = re.compile(
    r"\b(?:FROM|INTO|UPDATE|TABLE(?:\s+IF\s+(?:NOT\s+)?EXISTS)?|JOIN)\s+[\"\[`]?([\w.]+)", re.IGNORECASE
)
_BRACKETS = re.compile(r"\[[A-Za-z_]")
_READING = frozenset({"SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "PRAGMA", "VALUES", "WITH"})


@dataclass(frozen=True)
class Statement:
    """A statement: its verb in capitals, the tables in their order, the first the one that it is about.

    `columns` are those that it writes or gives, empty where it does not say them. `places` are the placeholders that
    the columns are given by: a number, a name, a text with words for values in it, or None for anything else.
    """

    verb: str
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    places: tuple[int | str | None, ...] = ()

    @property
    def action(self) -> Literal["read", "write"]:
        """Whether it changes something."""
        return "read" if self.verb in _READING else "write"


@lru_cache(maxsize=512)
def parsed(text: str) -> Statement | None:
    """The first statement of a text; None where no statement begins. What cannot be parsed is judged by its words."""
    by_words = _by_words(text)
    if by_words is None:
        return None
    import sqlglot
    from sqlglot import errors, exp

    plain, names = _plain(text)
    try:
        found = next((one for one in sqlglot.parse(plain, read=_dialect(text)) if one is not None), None)
    except (errors.SqlglotError, RecursionError):
        return by_words
    if found is None or isinstance(found, exp.Command):
        return by_words
    tables = tuple(dict.fromkeys(_named(one) for one in found.find_all(exp.Table) if one.name))
    match found:
        case exp.Insert():
            target = found.this
            columns = tuple(one.name for one in target.expressions) if isinstance(target, exp.Schema) else ()
            source = _selected(found.expression)
            given = (
                source.expressions[0].expressions
                if isinstance(source, exp.Values) and source.expressions
                else source.selects
                if isinstance(source, exp.Select)
                else []
            )
            about = _named(target.this if isinstance(target, exp.Schema) else target)
            return Statement(
                "INSERT", _first(about, tables), columns, tuple(_place(one, names) for one in given)
            )
        case exp.Update():
            sets = [one for one in found.expressions if isinstance(one, exp.EQ)]
            columns = tuple(one.this.name for one in sets)
            return Statement("UPDATE", tables, columns, tuple(_place(one.expression, names) for one in sets))
        case exp.Query():
            columns = tuple(_given_as(one) for one in found.selects)
            return Statement("SELECT", tables, () if "*" in columns else columns)
        case exp.Create(this=exp.Schema() as schema):
            return Statement(
                by_words.verb,
                tables,
                tuple(one.name for one in schema.expressions if isinstance(one, exp.ColumnDef)),
            )
        case exp.Create() | exp.Drop():
            return Statement(by_words.verb, tables)
        case _:
            return Statement(by_words.verb, tables)


def _dialect(text: str) -> str | None:
    """The dialect that quotes names as the text does; None where standard SQL will do."""
    return "mysql" if "`" in text else "tsql" if _BRACKETS.search(text) else None


def _by_words(text: str) -> Statement | None:
    verb = _VERB.match(text)
    if verb is None:
        return None
    return Statement(verb[1].upper(), tuple(dict.fromkeys(_TABLE.findall(text))))


def _plain(text: str) -> tuple[str, list[int | str]]:
    """The statement with a name for each placeholder of a driver, which no dialect has, and what they stand for."""
    style = next((one for one in _STYLES if one.search(text)), None)
    names: list[int | str] = []

    def named(found: re.Match[str]) -> str:
        stated = next((group for group in found.groups() if group), None)
        if stated is None:
            names.append(len(names))
        else:
            names.append(int(stated) - 1 if stated.isdecimal() else stated)
        return f":hs_{len(names) - 1}"

    return (text if style is None else style.sub(named, text)), names


def _place(value: object, names: list[int | str]) -> int | str | None:
    from sqlglot import exp

    if isinstance(value, exp.Expression):
        for one in value.find_all(exp.Placeholder, exp.Parameter):
            name = one.name
            if name.startswith("hs_"):
                return names[int(name.removeprefix("hs_"))]
            if name:
                return name
        for one in value.find_all(exp.Literal, exp.Identifier):
            if WORD in one.name:
                return one.name
    return None


def _selected(source: object) -> object:
    """What an INSERT takes its rows from; of a query for all columns of another query that one."""
    from sqlglot import exp

    while isinstance(source, exp.Select) and source.is_star:
        inner = source.find(exp.Subquery)
        if inner is None:
            break
        source = inner.this
    return source


def _given_as(selected: object) -> str:
    """What a query calls a column: by its alias or name, else by the first name in what it computes."""
    from sqlglot import exp

    assert isinstance(selected, exp.Expression)
    inner = selected.find(exp.Column)
    return selected.alias_or_name or ("" if inner is None else inner.name)


def _named(table: object) -> str:
    from sqlglot import exp

    if isinstance(table, exp.Table):
        return ".".join(part.name for part in table.parts)
    return ""


def _first(about: str, tables: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((about, *tables))) if about else tables


# --- values ------------------------------------------------------------------------------------------------------


def text_of(expression: Expression) -> str:
    """A statement as a text, with a word in the place of each value that is known at run time only."""
    return numbered(expression)[0]


def numbered(expression: Expression) -> tuple[str, tuple[Expression, ...]]:
    """A statement as a text, and the values that the words in it stand for, by the number in each word."""
    values: list[Expression] = []
    return _text(expression, values), tuple(values)


def _text(expression: Expression, values: list[Expression]) -> str:
    match expression:
        case Constant(value=str() as text):
            return text
        case Call(function="concat" | "python.add", arguments=parts):
            return "".join(_text(part, values) for part in parts)
        case Call(function="python.strip", arguments=(inner, *_)):
            return _text(inner, values)
        case Call(function="python.text", arguments=(inner,)) if isinstance(
            inner, VariableReference | Constant
        ):
            return _text(inner, values)
        case VariableReference(name=name):
            return name
        case _:
            values.append(expression)
            return f"{WORD}_{len(values) - 1}_"


def values_written(
    statement: Statement,
    given: Expression | None,
    *,
    many: bool,
    columns: tuple[str, ...] = (),
    inserted: tuple[Expression, ...] = (),
) -> tuple[Entry, ...]:
    """The columns that a statement writes, each with the value of its placeholder, in the order of the columns.

    `given` are the parameters, with `many` a list of them, one for each row. `columns` are those of the table, for a
    statement that does not name them. `inserted` are the values that stand in its text, as `numbered` gives them.
    """
    named = statement.columns or columns
    made: list[Entry] = []
    for row in (None,) if given is None else _rows(given, many=many):
        for column, place in zip(named, statement.places, strict=False):
            if isinstance(place, str) and WORD in place:
                value = _in_text(place, inserted)
            else:
                value = None if place is None or row is None else _value_at(row, place)
            if value is not None:
                made.append(value.model_copy(update={"key": column}))
    return tuple(dict.fromkeys(made))


def _rows(given: Expression, *, many: bool) -> tuple[Expression, ...]:
    """The parameters of each row; of rows that are known at run time only, those of any one."""
    match given:
        case SequenceExpression(items=items) | Call(function="python.tuple", arguments=items):
            if many or (items and all(isinstance(one, RecordExpression) for one in items)):
                return items
            return (given,)
        case _:
            return (_member(given, 0),) if many else (given,)


def _value_at(row: Expression, place: int | str) -> Entry | None:
    """The value of a placeholder; None where there is none."""
    match row:
        case RecordExpression(entries=entries):
            return next((one for one in entries if one.key == str(place)), None)
        case SequenceExpression(items=items) | Call(function="python.tuple", arguments=items):
            if not isinstance(place, int) or place >= len(items):
                return None
            value = items[place]
        case _:
            value = _member(row, place)
    return Entry(key=str(place), value=value, span=value.span)


def _in_text(place: str, inserted: tuple[Expression, ...]) -> Entry | None:
    """The value that stands in the text of a statement, alone or with other text around it."""
    parts: list[Expression] = []
    for number, text in enumerate(_NUMBERED.split(place)):
        if number % 2 == 0:
            parts += [Constant(value=text)] if text else []
        elif int(text) < len(inserted):
            parts.append(inserted[int(text)])
        else:
            return None
    if len(parts) != 1:
        return Entry(key=place, value=Call(function="concat", arguments=tuple(parts)))
    value = parts[0]
    if isinstance(value, Call) and value.function == "python.text":
        value = value.arguments[0]
    return Entry(key=place, value=value, span=value.span)


def _member(of: Expression, key: str | int) -> Call:
    return Call(function="python.member", arguments=(of, Constant(value=key)))
