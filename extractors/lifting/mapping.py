"""What a request sends: the record in its content, taken apart into mapping rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from migrate.model import (
    Call,
    ClockOperation,
    Constant,
    Evidence,
    Expression,
    FileOperation,
    HttpOperation,
    MailOperation,
    MappingRule,
    Operation,
    RecordExpression,
    Reference,
    SdkOperation,
    SourceSpan,
    SqlOperation,
    Unmapped,
    UuidOperation,
    walk,
)

_DOCUMENTS = ("python.json_text", "python.csv_row", "python.csv_cells")
"""Functions that write their first argument into a document."""


def sent_by(operation: Operation) -> Expression | None:
    """The content that an operation sends or writes."""
    match operation:
        case HttpOperation(body=body):
            return None if body is None else body.content
        case FileOperation(content=content) | SdkOperation(content=content):
            return content
        case SqlOperation() | MailOperation() | ClockOperation() | UuidOperation():
            return None
        case _:
            assert_never(operation)


def record_of(content: Expression) -> RecordExpression | None:
    """The record that is sent, where fields are put together for it: as it is, or in a document."""
    match content:
        case RecordExpression(entries=[_, *_]):
            return content
        case Call(function=function, arguments=(inner, *_)) if function in _DOCUMENTS:
            return record_of(inner)
        case _:
            return None


def with_made(content: Expression, record: RecordExpression, made: Reference) -> Expression:
    """The content with the record in it replaced by what is made of it."""
    if content == record or not isinstance(content, Call):
        return made
    first, *others = content.arguments
    return content.model_copy(update={"arguments": (with_made(first, record, made), *others)})


def rules_of(
    prefix: str, record: RecordExpression, path: tuple[str, ...], span: SourceSpan | None
) -> Iterable[MappingRule]:
    """One rule a field; records inside are taken apart unless it depends on a condition whether they are there."""
    for entry in record.entries:
        target = (*path, entry.key)
        inner = entry.value
        if (
            entry.when is None
            and isinstance(inner, RecordExpression)
            and any(e.when is None for e in inner.entries)
        ):
            yield from rules_of(prefix, inner, target, entry.span or span)
            continue
        yield MappingRule(
            id=f"{prefix}.{'.'.join(target)}",
            target=target,
            value=inner,
            when=entry.when,
            evidence=_evidence(inner),
            span=entry.span or span,
        )


def _evidence(expression: Expression) -> Evidence:
    if any(isinstance(part, Unmapped) for part in walk(expression)):
        return "unresolved"
    return "literal" if isinstance(expression, Constant) else "folded"
