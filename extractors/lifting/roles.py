"""Requests that change nothing at their receiver though their method says otherwise."""

from __future__ import annotations

from migrate.model import Constant, HttpOperation, Operation, RecordExpression

_GRANTS = frozenset({"client_credentials", "password", "refresh_token", "authorization_code"})


def with_role(operation: Operation) -> Operation:
    """The operation, marked `auth` where it asks for an access token: a form with a constant `grant_type` (RFC 6749).

    Not marked: a type of grant that depends on data, a field that is there only sometimes.
    """
    if not isinstance(operation, HttpOperation) or operation.method != "POST" or operation.body is None:
        return operation
    if not operation.body.encoder.endswith(".form") or not isinstance(
        operation.body.content, RecordExpression
    ):
        return operation
    entries = [entry for entry in operation.body.content.entries if entry.key == "grant_type"]
    match entries:
        case [entry] if (
            entry.when is None and isinstance(entry.value, Constant) and entry.value.value in _GRANTS
        ):
            return operation.model_copy(update={"role": "auth"})
        case _:
            return operation
