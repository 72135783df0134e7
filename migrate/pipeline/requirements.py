"""What a flow needs from the environment that it runs in."""

from __future__ import annotations

from migrate.model import Integration, SourceSpan


def required_names(integration: Integration) -> dict[str, SourceSpan | None]:
    """The variables and secrets without which the script ends, and where it reads them."""
    secrets = {
        one.name: one.span
        for one in integration.secrets
        if one.storage == "env" and one.required and one.default is None
    }
    return secrets | {one.name: one.span for one in integration.variables if one.required}
