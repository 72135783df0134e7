"""The fields of what a call sends: of records in bodies, lists and documents, whichever step has made them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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
    within,
)
from migrate.model import (
    Call,
    Choice,
    Constant,
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
    {"python.json_text", "python.form_text", "python.csv_cells", "jq-1.6.json_text", "python.encode"}
)
"""Functions that write their first argument into a document."""


_LONGEST = 16
"""The keys and numbers on the way to a part that is looked for, at most: a chain of a loop has no end."""


@dataclass(frozen=True)
class SentField:
    """A field by its path of keys, what it is made of, and where it was written."""

    target: Fields
    value: Expression
    evidence: Evidence
    span: SourceSpan | None


def sent_fields(content: Expression, origins: Origins) -> tuple[SentField, ...]:
    """The fields that a content has, each once; none where it is no record, or one that is passed on as it came."""
    return tuple(dict.fromkeys(_Contents(origins).fields(content, (), ())))


@dataclass
class _Contents:
    """One look through what is sent. Lists are looked through: their items' fields are theirs."""

    origins: Origins
    visited: set[tuple[int, Wanted, Fields]] = field(default_factory=set)

    def fields(self, content: Expression, wanted: Wanted, path: Fields) -> Iterator[SentField]:
        """The fields of the part `wanted` of a content, which is sent at `path`."""
        place = (id(content), wanted, path)
        if place in self.visited or len(wanted) > _LONGEST:
            return
        self.visited.add(place)
        match content:
            case RecordExpression(entries=entries):
                way = _of_record(wanted)
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
            case Call(function=function, arguments=arguments) if function in JOINED or function in ADDED:
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
        inner = tuple(self.fields(value, wanted, path))
        if inner or wanted:
            yield from inner
        elif shared < len(target):
            yield SentField(path, value, evidence_of(value), span)


def _of_record(wanted: Wanted) -> Wanted:
    """The way within a record, to which one leads that passes a list of them."""
    while wanted and wanted[0] is None:
        wanted = wanted[1:]
    return wanted


def evidence_of(value: Expression) -> Evidence:
    """How a value is known: `unresolved` where a part of it could not be read."""
    if any(isinstance(part, Unmapped) for part in walk(value)):
        return "unresolved"
    return "literal" if isinstance(value, Constant) else "folded"
