"""What a call of a described library is about, and what it sends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from extractors.clients.libraries.facts import LibraryFacts, OperationFacts
from extractors.clients.libraries.roots import root_of
from extractors.clients.libraries.statements import Sent, sent_statement
from extractors.clients.libraries.values import Given, is_record, table_of
from extractors.clients.libraries.verbs import words_of
from extractors.evaluator import Evaluator
from extractors.evaluator.described import Described
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import Symbolic
from migrate.model import (
    Constant,
    Expression,
    RecordExpression,
    SdkArgument,
    SequenceExpression,
    SourceSpan,
    Unmapped,
)

_NO_RECORD = frozenset(["alter", "clear", "delete", "drop", "purge", "remove", "truncate"])
"""Verbs of calls that send no record: what they name is removed, or its form changed."""


@dataclass(frozen=True)
class Target:
    """What is called: the package and what is known of it, the names that lead there, and what it is called on."""

    library: str
    facts: LibraryFacts
    path: tuple[str, ...]
    known: bool
    of: Described | None = None
    shown: tuple[str, ...] = ()


def sent(
    context: Evaluator,
    target: Target,
    facts: OperationFacts,
    arguments: Arguments,
    values: Given,
    receiver: Symbolic | None,
    span: SourceSpan,
) -> Sent:
    """What an operation is about and what it sends."""
    name = facts.name or ".".join(target.shown or target.path)
    if facts.does == "sql":
        return sent_statement(context, values, target.of, many=facts.many)
    assert facts.does in ("read", "write")
    content = None if facts.content in (None, "none") else values[facts.content]
    if facts.content == "receiver" and receiver is not None:
        content = receiver.expression
    resource: Expression | None = None
    if facts.resource == "path":
        resource = Constant(value=target.path[-2]) if len(target.path) > 1 else None
    elif facts.resource is not None:
        resource = table_or(context, arguments, values, facts.resource)
    used: tuple[Expression, ...] = ()
    protocol = facts.protocol or target.facts.protocol
    removes = (
        facts.method == "DELETE"
        or bool(_NO_RECORD & set(words_of(name.rpartition(".")[2])))
        or (protocol == "db" and name == "CREATE")
    )
    if facts.does == "write" and facts.content is None and protocol not in ("file", "sftp") and not removes:
        content, used = found_content(context, target, values, resource, receiver, span)
    if resource is None and facts.resource is None:
        texts = [one for one in values.positional if isinstance(one, Constant) and isinstance(one.value, str)]
        resource = texts[0] if texts and facts.does == "write" and content is not texts[0] else None
    return Sent(name, facts.does, resource, content, used)


def table_or(context: Evaluator, arguments: Arguments, values: Given, key: str | int) -> Expression | None:
    """The argument that names what is touched; a class of the script, or an object of one, by its table."""
    found: Any = None
    if isinstance(key, int):
        found = arguments.positional[key] if key < len(arguments.positional) else None
    else:
        found = arguments.keywords.get(key)
    items = context.fixed_items(found) if found is not None else None
    table = table_of(context, items[0] if items else found) if found is not None else None
    given = values[key]
    known = context.effects.described.get(given) if given is not None else None
    return table or (known.resource if known is not None and known.sort == "data" else None) or given


def found_content(
    context: Evaluator,
    target: Target,
    values: Given,
    resource: Expression | None,
    receiver: Symbolic | None,
    span: SourceSpan,
) -> tuple[Expression | None, tuple[Expression, ...]]:
    """What a write sends, where no table says it: a record that stands in its place, its keywords, or other data."""
    data: list[Expression] = []
    for one in values.positional:
        root = root_of(context, one)
        if root is not None and root[0].sort == "client":
            continue
        if root is not None and root[0].content is not None:
            return one, ()
        if isinstance(one, RecordExpression | SequenceExpression) or context.type_of(one) in ("map", "list"):
            return one, ()
        data += [one] if is_record(one) else []
    named = {name: one for name, one in values.named.items() if one is not resource}
    if named:
        return replace(values, named=named).record(span), tuple(named.values())
    if data:
        return data[-1], ()
    if receiver is not None and target.of is not None and target.of.sort == "data":
        return receiver.expression, ()
    return None, ()


def system_of(target: Target) -> str:
    """The system, with the service where a library serves many."""
    service = target.of.service if target.of is not None else ""
    return f"{target.facts.system_of(target.library)} {service}".rstrip()


def refused(context: Evaluator, target: Target, span: SourceSpan) -> Unmapped:
    """The gap for a call; the value that it leaves."""
    name = ".".join((target.library, *target.path[-3:])) if target.of is None else ".".join(target.shown)
    code, reason = ("HS109", f"{name} of {system_of(target)} is described, not run")
    if not target.known:
        code, reason = (
            "HS102",
            f"{name} is not known" if target.of is None else f"{target.library}: {name} is not known",
        )
    unknown = context.gap(code, reason, span)
    expression = context.state.data(unknown)
    assert isinstance(expression, Unmapped)
    return expression


def unsaid_arguments(values: Given, left_out: tuple[Expression | None, ...]) -> tuple[SdkArgument, ...]:
    """The arguments that are not said otherwise in the operation."""
    return tuple(
        SdkArgument(name=name, value=one)
        for name, one in values.all().items()
        if not any(one is other for other in left_out)
    )
