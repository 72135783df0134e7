"""Turns an operation into a request: placeholders, parameters, credentials and body, in evaluation order."""

from __future__ import annotations

import re

from migrate.model import (
    ApiKey,
    Expression,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Parameter,
    SecurityScheme,
    UnmappedScheme,
)
from migrate.model.clients import CLIENTS
from migrate.model.values import EvaluationError, UnmappedReached, Value, type_name
from migrate.reference.exchange import Request
from migrate.reference.expressions import evaluate
from migrate.reference.state import State

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def request(operation: HttpOperation, state: State) -> Request:
    """The request that the operation asks for now. Raises EvaluationError and UnmappedReached.

    Parameters are evaluated in their order, then the credentials, then the body. Braces that no path parameter
    names stay as they are; a value is never searched for placeholders.
    """
    values = [(parameter, evaluate(parameter.value, state)) for parameter in operation.parameters]
    left_out = CLIENTS[operation.client].drops_null_headers
    headers = [
        (p.name, value) for p, value in values if p.location == "header" and not (left_out and value is None)
    ]
    credentials = None
    for scheme in _schemes(operation, state):
        if isinstance(scheme, UnmappedScheme):
            raise UnmappedReached(f"HS103: who calls is proved by {scheme.scheme}, which is not followed")
        if isinstance(scheme, HttpBasic):
            credentials = (_plain(scheme.user, state), _plain(scheme.password, state))
        else:
            headers.append(_security_header(scheme, state))
    content = None if operation.body is None else evaluate(operation.body.content, state)
    return Request(
        client=operation.client,
        session=operation.session,
        method=operation.method,
        url=_url(operation, [(p, value) for p, value in values if p.location == "path"]),
        query=tuple((p.name, value) for p, value in values if p.location == "query"),
        headers=tuple(headers),
        credentials=credentials,
        encoder=None if operation.body is None else operation.body.encoder,
        content=content,
        timeout_seconds=operation.timeout_seconds,
        follow_redirects=operation.follow_redirects,
        verify_tls=operation.verify_tls,
    )


def _url(operation: HttpOperation, given: list[tuple[Parameter, Value]]) -> Value:
    """Server and path with the placeholders filled in; a value that is all of it is left to the client as it is."""
    template = operation.server + operation.path
    for parameter, value in given:
        if template == f"{{{parameter.name}}}":
            return value
    path = {parameter.name: _text(parameter, value) for parameter, value in given}
    return _PLACEHOLDER.sub(lambda found: path.get(found[1], found[0]), template)


def _plain(expression: Expression, state: State) -> str:
    """A user name or password, which must be a text."""
    value = evaluate(expression, state)
    if not isinstance(value, str):
        raise EvaluationError("TypeError", f"a credential is of type {type_name(value)}")
    return value


def _schemes(operation: HttpOperation, state: State) -> list[SecurityScheme]:
    known = {scheme.id: scheme for scheme in state.integration.security_schemes}
    return [known[id] for id in operation.security]


def _security_header(scheme: HttpBearer | ApiKey, state: State) -> tuple[str, str]:
    if isinstance(scheme, HttpBearer):
        return "Authorization", f"Bearer {state.secret(scheme.secret)}"
    return scheme.name, scheme.prefix + state.secret(scheme.secret)


def _text(parameter: Parameter, value: Value) -> str:
    if not isinstance(value, str):
        where = f"the {parameter.location} parameter {parameter.name}"
        raise EvaluationError("TypeError", f"{where} is {type_name(value)}, not text")
    return value
