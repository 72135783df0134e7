"""The fields of what a call sends: of records in bodies, lists and documents, whichever step has made them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from migrate.estate.inventory.origins import (
    ADDED,
    ITEM_SET,
    JOINED,
    MEMBERS,
    REMOVED,
    THROUGH,
    Fields,
    Origins,
    Wanted,
    loop_of,
    within,
)
from migrate.model import (
    Call,
    Choice,
    Constant,
    Entry,
    Evidence,
    Expression,
    LoopValue,
    RecordExpression,
    Reference,
    SequenceExpression,
    SourceSpan,
    Unmapped,
    walk,
)

_DOCUMENTS = frozenset(
    {
        "python.json_text",
        "python.form_text",
        "python.csv_row",
        "python.csv_cells",
        "jq-1.6.json_text",
        "python.encode",
    }
)
"""Functions that write their first argument into a document."""
_OF_PAIRS = frozenset({"python.form_text", "python.dict"})
"""Functions that take a list of pairs, each a name and its value, for a record."""
_TEXTS = frozenset({"concat", "python.join", "python.text"})
"""Functions that put documents together, as lines of one."""
_NAME_KEYS = frozenset({"name", "property", "key", "field", "fieldname", "field_name", "column", "attribute"})
_VALUE_KEYS = frozenset({"value", "values"})
"""Keys of a record that is a field itself: its name and its value."""


_LONGEST = 16
"""The keys and numbers on the way to a part that is looked for, at most: a chain of a loop has no end."""
_NAME = re.compile(r"[^\W_]")
"""What a name of a column has in it: `=` between the two sides of a filter is none."""


@dataclass(frozen=True)
class SentField:
    """A field by its path of keys, what it is made of, and where it was written."""

    target: Fields
    value: Expression
    evidence: Evidence
    span: SourceSpan | None


Headers = Mapping[int, tuple[str, ...]]
"""The names of the columns of tables, by how many columns they have."""


def sent_fields(
    content: Expression, origins: Origins, headers: Headers | None = None
) -> tuple[SentField, ...]:
    """The fields that a content has, each once; none where it is no record, or one that is passed on as it came.

    Rows of cells have the fields of a header with as many columns: one of their own, or one of `headers`.
    """
    headers = {**(headers or {}), **headers_in(content, origins)}
    return tuple(dict.fromkeys(_Contents(origins, headers).fields(content, (), ())))


def form_fields(content: Expression, origins: Origins) -> tuple[SentField, ...]:
    """The fields of a form: as those of any content, but a list in it is one of pairs."""
    inside = _Contents(origins, headers_in(content, origins), pairs=True)
    return tuple(dict.fromkeys(inside.fields(content, (), ())))


def headers_in(content: Expression, origins: Origins) -> Headers:
    """The header rows in a content: of each width the row that comes first, if its cells are texts of the script."""
    found: dict[int, tuple[str, ...]] = {}
    for row in _Contents(origins).rows(content):
        found.setdefault(len(row), _names_of_columns(row))
    return {width: names for width, names in found.items() if names}


def _names_of_columns(row: tuple[Expression, ...]) -> tuple[str, ...]:
    """The texts in the cells of a row, where they are names, each once; none for a row of data."""
    names = tuple(cell.value for cell in row if isinstance(cell, Constant) and isinstance(cell.value, str))
    named = {name for name in names if _NAME.search(name)}
    return names if len(names) == len(row) == len(named) else ()


@dataclass
class _Contents:
    """One look through what is sent. Lists are looked through: their items' fields are theirs."""

    origins: Origins
    headers: Headers = field(default_factory=dict)
    pairs: bool = False
    """True in a list of pairs that stands for a record."""
    visited: set[tuple[int, Wanted, Fields, bool]] = field(default_factory=set)

    def fields(self, content: Expression, wanted: Wanted, path: Fields) -> Iterator[SentField]:
        """The fields of the part `wanted` of a content, which is sent at `path`."""
        place = (id(content), wanted, path, self.pairs)
        if place in self.visited or len(wanted) > _LONGEST:
            return
        self.visited.add(place)
        match content:
            case RecordExpression(entries=entries):
                way = _of_record(wanted)
                named = None if way else self._named(entries, path)
                if named is not None:
                    yield from named
                    return
                for number, entry in enumerate(entries):
                    inner = (entry.key, *way[1:]) if way[:1] == (number,) else way
                    yield from self._entry((entry.key,), entry.value, entry.span, inner, path)
            case Reference(step=step, part="value"):
                for rule in self.origins.rules.get(step, ()):
                    yield from self._entry(rule.target, rule.value, rule.span, _of_record(wanted), path)
            case Reference(step=step, part="item") if step in self.origins.over:
                yield from self.fields(self.origins.over[step], (None, *wanted), path)
            case Call(function=function, arguments=(container, Constant(value=key), value)) if (
                function in ITEM_SET
            ):
                yield from self.fields(container, wanted, path)
                if isinstance(key, str):
                    yield from self._entry((key,), value, content.span, _of_record(wanted), path)
            case Call(function=function, arguments=(container, key, _)) if (
                function in ITEM_SET and (of := self._gone_through(key)) is not None
            ):
                yield from self.fields(container, wanted, path)
                yield from self.fields(of, wanted, path)
            case Call(function=function, arguments=(container, Constant(value=str() as key))) if (
                function in REMOVED
            ):
                if _of_record(wanted)[:1] != (key,):
                    fields = self.fields(container, wanted, path)
                    yield from (one for one in fields if one.target[len(path) : len(path) + 1] != (key,))
            case Call(function=function, arguments=(container, Constant(value=str() | int() as key), *_)) if (
                function in MEMBERS
            ):
                yield from self.fields(container, (key, *wanted), path)
            case Call(function="python.appended", arguments=(container, item)):
                yield from self.fields(container, wanted, path)
                yield from self.fields(item, within(wanted), path)
            case Call(function=function, arguments=(inside, *_)) if function in _OF_PAIRS and not self.pairs:
                yield from replace(self, pairs=True).fields(inside, wanted, path)
            case Call(function=function) if self.pairs and function in (_DOCUMENTS | _TEXTS) - _OF_PAIRS:
                yield from replace(self, pairs=False).fields(content, wanted, path)
            case (
                SequenceExpression(items=(Constant(value=str() as name), value))
                | Call(function="python.tuple", arguments=(Constant(value=str() as name), value))
            ) if self.pairs:
                yield from self._entry((name,), value, content.span, _of_record(wanted), path)
            case SequenceExpression(items=cells) | Call(function="python.tuple", arguments=cells) if (
                not _of_record(wanted) and _is_row(cells) and len(cells) in self.headers
            ):
                if not all(isinstance(cell, Constant) for cell in cells):
                    for name, cell in zip(self.headers[len(cells)], cells, strict=True):
                        yield SentField((name.strip(),), cell, evidence_of(cell), content.span)
            case SequenceExpression(items=items) | Call(function="python.tuple", arguments=items):
                yield from self._items(items, wanted, path)
            case _:
                for one in self._inside(content):
                    yield from self.fields(one, wanted, path)

    def _items(self, items: tuple[Expression, ...], wanted: Wanted, path: Fields) -> Iterator[SentField]:
        """The fields of the item that a number names; of all where none is named."""
        match wanted:
            case (int() as number, *rest) if -len(items) <= number < len(items):
                yield from self.fields(items[number], tuple(rest), path)
            case _:
                for one in items:
                    yield from self.fields(one, within(wanted), path)

    def _gone_through(self, key: Expression) -> Expression | None:
        """The map whose items a loop goes through, of which this is a key; None for anything else."""
        match self.origins.over.get(loop_of(key)):
            case Call(function="python.items", arguments=(container,)):
                return container
        return None

    def _named(self, entries: tuple[Entry, ...], path: Fields) -> Iterator[SentField] | None:
        """The fields behind a record of a name and a value; None for any other record.

        The name is a text of the script, or a key of a map that a loop goes through: then its fields are meant.
        """
        by_key = {entry.key.lower(): entry for entry in entries}
        name = next((by_key[key] for key in by_key if key in _NAME_KEYS), None)
        value = next((by_key[key] for key in by_key if key in _VALUE_KEYS), None)
        if len(entries) != 2 or name is None or value is None:
            return None
        match name.value:
            case Constant(value=str() as text):
                return self._entry((text,), value.value, value.span or name.span, (), path)
            case key if (of := self._gone_through(key)) is not None:
                return self.fields(of, (), path)
        return None

    def rows(self, content: Expression) -> Iterator[tuple[Expression, ...]]:
        """The rows of cells in a content, in whatever lists, fields and documents they stand."""
        place = (id(content), (), (), self.pairs)
        if place in self.visited:
            return
        self.visited.add(place)
        match content:
            case SequenceExpression(items=cells) | Call(function="python.tuple", arguments=cells):
                if _is_row(cells):
                    yield cells
                    return
                inside = cells
            case RecordExpression(entries=entries):
                inside = tuple(entry.value for entry in entries)
            case Reference(step=step, part="value"):
                inside = tuple(rule.value for rule in self.origins.rules.get(step, ()))
            case Reference(step=step, part="item") if step in self.origins.over:
                inside = (self.origins.over[step],)
            case _:
                inside = self._inside(content)
        for one in inside:
            yield from self.rows(one)

    def _inside(self, content: Expression) -> tuple[Expression, ...]:
        """The parts of a content that are sent in its place, one of them or all."""
        match content:
            case LoopValue(loop=loop, name=name):
                return self.origins.loop_values.get((loop, name), ())
            case Choice(then=then, otherwise=otherwise):
                return (then, otherwise)
            case Call(function=function, arguments=(_, _, value)) if function in ITEM_SET:
                return (content.arguments[0], value)
            case Call(function=function, arguments=(first, *_)) if (
                function in _DOCUMENTS or function in THROUGH or function in MEMBERS
            ):
                return (first,)
            case Call(function=function, arguments=arguments) if (
                function in JOINED or function in ADDED or function in _TEXTS
            ):
                return arguments
            case Unmapped(made_of=made_of):
                return made_of
            case _:
                return ()

    def _entry(
        self, target: Fields, value: Expression, span: SourceSpan | None, wanted: Wanted, path: Fields
    ) -> Iterator[SentField]:
        """The field itself, or those of the record or list of records that it holds."""
        shared = min(len(target), len(wanted))
        if target[:shared] != wanted[:shared]:
            return
        wanted, path = wanted[shared:], (*path, *target[shared:])
        inner = tuple(replace(self, pairs=False).fields(value, wanted, path))
        if inner or wanted:
            yield from inner
        elif shared < len(target) and not _is_table(value):
            yield SentField(path, value, evidence_of(value), span)


def _of_record(wanted: Wanted) -> Wanted:
    """The way within a record, to which one leads that passes a list of them."""
    while wanted and wanted[0] is None:
        wanted = wanted[1:]
    return wanted


def _is_row(cells: tuple[Expression, ...]) -> bool:
    """True for cells of a table: two and more, none of which is a record or a list itself."""
    return len(cells) > 1 and not any(
        isinstance(cell, (RecordExpression, SequenceExpression))
        or (isinstance(cell, Call) and cell.function in ("python.tuple", *JOINED, *_DOCUMENTS))
        for cell in cells
    )


def _is_table(value: Expression) -> bool:
    """True for a list of lists, whose columns have no names."""
    return isinstance(value, SequenceExpression) and any(
        isinstance(item, SequenceExpression) for item in value.items
    )


def evidence_of(value: Expression) -> Evidence:
    """How a value is known: `unresolved` where a part of it could not be read."""
    if any(isinstance(part, Unmapped) for part in walk(value)):
        return "unresolved"
    return "literal" if isinstance(value, Constant) else "folded"
