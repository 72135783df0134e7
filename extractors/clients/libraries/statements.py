"""Statements that are sent to a database: what they do, and which value goes into which column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from extractors.clients.libraries.roots import root_of
from extractors.clients.libraries.values import Given
from extractors.evaluator import Evaluator
from extractors.evaluator.described import Described
from migrate.model import Constant, Expression, RecordExpression, SequenceExpression
from migrate.statements import WORD, numbered, parsed, values_written


@dataclass(frozen=True)
class Sent:
    """What an operation is about and what it sends; `used` are the arguments that stand in the content.

    `statement`: what was made before, and is sent now.
    """

    name: str
    action: Literal["read", "write"]
    resource: Expression | None = None
    content: Expression | None = None
    used: tuple[Expression, ...] = ()
    statement: Described | None = None


def sent_statement(context: Evaluator, values: Given, of: Described | None, *, many: bool) -> Sent:
    """The statement in the first argument with the values in the second; one that was made before as it was made."""
    given = list(values.all().values())
    if of is not None and of.sort == "statement":
        return _made_before(of, given)
    if not given:
        return Sent("execute", "write")
    first, *given = given
    root = root_of(context, first)
    if root is not None and root[0].sort == "statement":
        sent = _made_before(root[0], given)
        return replace(sent, used=(first, *sent.used))
    text, inserted = numbered(first)
    statement = None if text.lstrip().startswith(WORD) else parsed(text)
    if statement is None:
        return Sent("execute", "write")
    table = next(iter(statement.tables), "")
    if statement.verb == "CREATE" and statement.columns:
        context.effects.tables[table] = statement.columns
    given = list(values.positional[1:2]) or given[:1]
    separate = 2 < len(values.positional) > len(given) + 1 and not many
    parameters = SequenceExpression(items=values.positional[1:]) if separate else next(iter(given), None)
    content: Expression | None = None
    if statement.action == "write":
        columns = context.effects.tables.get(table, ())
        written = values_written(statement, parameters, many=many, columns=columns, inserted=inserted)
        content = RecordExpression(entries=written) if written else parameters
    tables = [one for one in statement.tables if WORD not in one]
    resource = Constant(value=tables[0]) if tables else None
    return Sent(
        statement.verb,
        statement.action,
        resource,
        content,
        tuple(values.positional[1:] if separate else given) if content is not None else (),
    )


def _made_before(statement: Described, given: list[Expression]) -> Sent:
    """A statement that is sent now; what it writes was given when it was made, or is given now."""
    action: Literal["read", "write"] = "read" if statement.path[:1] == ("SELECT",) else "write"
    content = statement.content
    used: tuple[Expression, ...] = ()
    if content is None and given and action == "write":
        content, used = given[0], (given[0],)
    return Sent(statement.path[0], action, statement.resource, content, used, statement)
