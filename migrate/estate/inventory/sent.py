"""The fields of what a call sends: of records in bodies, lists and documents, whichever step has made them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.estate.inventory.origins import Fields, Origins
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

_DOCUMENTS = ("python.json_text", "python.form_text", "python.csv_cells", "jq-1.6.json_text", "python.encode")
_JOINED = ("python.appended", "python.extended", "python.updated", "merge", "python.copy", "python.add")
_ITEM_SET = ("python.with_item", "python.with_default")


@dataclass(frozen=True)
class SentField:
    """A field by its path of keys, what it is made of, and where it was written."""

    target: Fields
    value: Expression
    evidence: Evidence
    span: SourceSpan | None


def sent_fields(content: Expression, origins: Origins) -> tuple[SentField, ...]:
    """The fields that a content has, each once; none where it is no record, or one that is passed on as it came."""
    return tuple(dict.fromkeys(_fields(content, origins, (), frozenset())))


def _fields(
    content: Expression, origins: Origins, path: Fields, seen: frozenset[Expression]
) -> Iterator[SentField]:
    if content in seen:
        return
    seen |= {content}
    inside: tuple[Expression, ...] = ()
    match content:
        case RecordExpression(entries=entries):
            for entry in entries:
                yield from _field((*path, entry.key), entry.value, entry.span, origins, seen)
        case Reference(step=step, part="value"):
            for rule in origins.rules.get(step, ()):
                yield from _field((*path, *rule.target), rule.value, rule.span, origins, seen)
        case Call(function=function, arguments=(container, Constant(value=str() as key), value)) if (
            function in _ITEM_SET
        ):
            yield from _fields(container, origins, path, seen)
            yield from _field((*path, key), value, content.span, origins, seen)
        case Reference(step=step, part="item") if step in origins.over:
            inside = (origins.over[step],)
        case LoopValue(loop=loop, name=name):
            inside = origins.loop_values.get((loop, name), ())
        case SequenceExpression(items=items):
            inside = items
        case Choice(then=then, otherwise=otherwise):
            inside = (then, otherwise)
        case Call(function=function, arguments=(first, *_)) if function in _DOCUMENTS:
            inside = (first,)
        case Call(function=function, arguments=arguments) if function in _JOINED:
            inside = arguments
    for one in inside:
        yield from _fields(one, origins, path, seen)


def _field(
    target: Fields,
    value: Expression,
    span: SourceSpan | None,
    origins: Origins,
    seen: frozenset[Expression],
) -> Iterator[SentField]:
    """The field itself, or those of the record or list of records that it holds."""
    inner = tuple(_fields(value, origins, target, seen))
    yield from inner or (SentField(target, value, _evidence(value), span),)


def _evidence(value: Expression) -> Evidence:
    if any(isinstance(part, Unmapped) for part in walk(value)):
        return "unresolved"
    return "literal" if isinstance(value, Constant) else "folded"
