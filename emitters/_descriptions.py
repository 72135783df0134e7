"""How emitted files name what they come from: requests, places in the source, variables and secrets."""

from __future__ import annotations

from migrate.model import HttpOperation, Integration, SourceSpan


def label(operation: HttpOperation) -> str:
    """Method and path, on one line."""
    return " ".join(f"{operation.method.upper()} {operation.path or '/'}".split())


def place_of(span: SourceSpan | None) -> str:
    """` (file:line)`, or nothing."""
    return f" ({' '.join(str(span).split())})" if span else ""


def names_needed(integration: Integration) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the variables and secrets that a flow reads from its environment, each once, in order."""
    variables = dict.fromkeys(variable.name for variable in integration.variables)
    secrets = dict.fromkeys(secret.name for secret in integration.secrets)
    return tuple(variables), tuple(secrets)
