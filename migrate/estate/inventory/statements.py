"""What statements of SQL set and give: columns by their names, with the parameters that fill them."""

from __future__ import annotations

from migrate.model import Entry, Operation, SdkOperation, SqlOperation
from migrate.statements import parsed, text_of, values_written


def columns_set(operation: SqlOperation) -> tuple[Entry, ...]:
    """The columns that an INSERT or UPDATE sets to its parameters; none of a statement that cannot be read."""
    if operation.statement is None or operation.parameters is None:
        return ()
    statement = parsed(text_of(operation.statement))
    many = operation.action == "execute-many"
    return () if statement is None else values_written(statement, operation.parameters, many=many)


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
