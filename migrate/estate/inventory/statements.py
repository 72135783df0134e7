"""What statements of SQL set and give: columns by their names, with the parameters that fill them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from migrate.model import Entry, Operation, SdkOperation, SqlOperation
from migrate.statements import numbered, parsed, text_of, values_written

Tables = Mapping[str, tuple[str, ...]]
"""The columns of tables, by their names."""


def columns_set(operation: SqlOperation, tables: Tables) -> tuple[Entry, ...]:
    """The columns that an INSERT or UPDATE sets to its parameters; none of a statement that cannot be read."""
    if operation.statement is None:
        return ()
    text, inserted = numbered(operation.statement)
    statement = parsed(text)
    if statement is None or statement.action == "read":
        return ()
    return values_written(
        statement,
        operation.parameters,
        many=operation.action == "execute-many",
        columns=tables.get(next(iter(statement.tables), ""), ()),
        inserted=inserted,
    )


def tables_made(operations: Iterable[Operation]) -> Tables:
    """The tables that statements make, with their columns."""
    found = {}
    for one in operations:
        if isinstance(one, SqlOperation) and one.statement is not None:
            statement = parsed(text_of(one.statement))
            if statement is not None and statement.verb == "CREATE" and statement.columns:
                found[statement.tables[0]] = statement.columns
    return found


def columns_given(operation: Operation) -> tuple[str, ...]:
    """The columns of the rows that a query gives, in their order; none where the statement does not say them."""
    match operation:
        case SqlOperation(statement=stated) if stated is not None:
            texts = [text_of(stated)]
        case SdkOperation(protocol="db", name="SELECT", arguments=arguments):
            texts = [text_of(one.value) for one in arguments]
        case _:
            return ()
    for text in texts:
        statement = parsed(text)
        if statement is not None and statement.verb == "SELECT" and statement.columns:
            return statement.columns
    return ()
