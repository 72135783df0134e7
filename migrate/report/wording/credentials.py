"""What is said of a credential that several flows use."""

from __future__ import annotations

from migrate.report.content import CredentialRow


def names_of(credential: CredentialRow) -> tuple[str, ...]:
    """The different names of a credential."""
    return tuple(dict.fromkeys(name for _, name in credential.names))


def flows_of(credential: CredentialRow) -> tuple[str, ...]:
    """The flows that use a credential."""
    return tuple(dict.fromkeys(flow for flow, _ in credential.names))
