"""Which secrets of an integration are credentials: a model treats more as secret, in doubt."""

from __future__ import annotations

from migrate.model import (
    ApiKey,
    Expression,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Integration,
    MailOperation,
    Read,
    RecordExpression,
    Secret,
    SecretReference,
    Translate,
    Write,
    expressions_of,
    walk,
    walk_steps,
)
from migrate.secrets.recognition import may_name_key, names_credential, names_group, names_key


def credentials_of(integration: Integration) -> frozenset[str]:
    """The names of the secrets that are credentials by their name, by where they stand, or by what they are sent as."""
    found = {secret.name for secret in integration.secrets if _is_named(secret)}
    for scheme in integration.security_schemes:
        match scheme:
            case HttpBearer(secret=name) | ApiKey(secret=name):
                found.add(name)
            case HttpBasic(user=user, password=password):
                found |= names_in(password) or names_in(user)
    for step in walk_steps(integration.whole):
        if isinstance(step, Translate):
            for rule in step.rules:
                found |= names_in(rule.value) if names_key(rule.target[-1]) else set()
        operation = step.operation if isinstance(step, (Read, Write)) else None
        if isinstance(operation, HttpOperation):
            for one in operation.parameters:
                if names_key(one.name) or one.name.lower() == "authorization":
                    found |= names_in(one.value)
        if isinstance(operation, MailOperation) and operation.password is not None:
            found |= names_in(operation.password)
        for expression in expressions_of(step):
            for part in walk(expression):
                if isinstance(part, RecordExpression):
                    for entry in part.entries:
                        found |= names_in(entry.value) if names_key(entry.key) else set()
    return frozenset(found)


def _is_named(secret: Secret) -> bool:
    if secret.storage == "hardcoded":
        return not secret.placeholder
    return (names_credential(secret.name) or may_name_key(secret.name)) and not names_group(secret.name)


def names_in(expression: Expression) -> set[str]:
    """The names of the secrets in an expression."""
    return {part.name for part in walk(expression) if isinstance(part, SecretReference)}
