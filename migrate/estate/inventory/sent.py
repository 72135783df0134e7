"""The fields of what a call sends: of records in bodies, lists and documents, whichever step has made them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.estate.inventory.origins import ADDED, ITEM_SET, JOINED, MEMBERS, THROUGH, Fields, Origins
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
    visited: set[tuple[int, Fields, Fields]] = field(default_factory=set)

    def fields(self, content: Expression, wanted: Fields, path: Fields) -> Iterator[SentField]:
        """The fields of the part `wanted` of a content, which is sent at `path`."""
        place = (id(content), wanted, path)
        if place in self.visited:
            return
        self.visited.add(place)
        match content:
            case RecordExpression(entries=entries):
                for entry in entries:
                    yield from self._entry((entry.key,), entry.value, entry.span, wanted, path)
            case Reference(step=step, part="value"):
                for rule in self.origins.rules.get(step, ()):
                    yield from self._entry(rule.target, rule.value, rule.span, wanted, path)
            case Reference(step=step, part="item") if step in self.origins.over:
                yield from self.fields(self.origins.over[step], wanted, path)
            case Call(function=function, arguments=(container, Constant(value=key), value)) if (
                function in ITEM_SET
            ):
                yield from self.fields(container, wanted, path)
                if isinstance(key, str):
                    yield from self._entry((key,), value, content.span, wanted, path)
            case Call(function=function, arguments=(container, Constant(value=key), *_)) if (
                function in MEMBERS
            ):
                inner = (key, *wanted) if isinstance(key, str) else wanted
                yield from self.fields(container, inner, path)
            case _:
                for one in self._inside(content):
                    yield from self.fields(one, wanted, path)

    def _inside(self, content: Expression) -> tuple[Expression, ...]:
        """The parts of a content that are sent in its place, one of them or all."""
        match content:
            case LoopValue(loop=loop, name=name):
                return self.origins.loop_values.get((loop, name), ())
            case SequenceExpression(items=items):
                return items
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
        self, target: Fields, value: Expression, span: SourceSpan | None, wanted: Fields, path: Fields
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


def evidence_of(value: Expression) -> Evidence:
    """How a value is known: `unresolved` where a part of it could not be read."""
    if any(isinstance(part, Unmapped) for part in walk(value)):
        return "unresolved"
    return "literal" if isinstance(value, Constant) else "folded"
