"""HS401, HS402, HS403: secrets in the source, in URLs, and in what is printed or logged."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.diagnostics import Diagnostic
from migrate.estate.inventory.credentials import names_in
from migrate.estate.risks.flow import Flow
from migrate.model import Expression, HttpBasic

_NO_VALUE = re.compile(
    r"(?:<.*>|\{.*\}|\[.*\]|\.{2,}|\*+|[xX_\-0]+|none|null|todo|tbd|changeme|change[-_ ]?me|secret|password|token|test"
    r"|(?:your|my|insert|enter|put|add|replace|paste|fill)\b.*|(?:your|my|insert|enter|put|replace)[-_ ].*"
    r"|.*[-_ ](?:here|goes[-_ ]here)|.*x{5,}.*)",
    re.IGNORECASE | re.DOTALL,
)
"""Values that only show where one belongs."""


def secrecy(flow: Flow) -> Iterator[Diagnostic]:
    """Where credentials stand open; their values are looked at, and never shown."""
    values = flow.extraction.secret_values.reveal()
    users = _users(flow)
    for secret in flow.integration.secrets:
        if (
            secret.storage == "hardcoded"
            and not secret.placeholder
            and secret.name not in users
            and not _NO_VALUE.fullmatch(values.get(secret.name, ""))
        ):
            yield Diagnostic("HS401", f"{_named(secret.name)} stands in the source", secret.span)
    for sent in flow.requests:
        inline = [value for address in flow.addresses(sent.operation) for _, value in address.query]
        for one in sent.operation.parameters:
            if one.location in ("path", "query"):
                for name in sorted(names_in(one.value) & flow.credentials):
                    where = "query" if one.location == "query" or _is_within(one.value, inline) else "path"
                    yield Diagnostic(
                        "HS402", f"{_named(name)} is sent in the {where} of {flow.address(sent)}", sent.span
                    )
    for told in flow.seen("told-secret"):
        yield Diagnostic("HS403", f"{told.subject} is printed or logged", told.span)


def _is_within(value: Expression, inline: list[Expression]) -> bool:
    """True if all that is secret in a value stands in a query that the URL holds."""
    secrets = names_in(value)
    return secrets <= {name for one in inline for name in names_in(one)}


def _named(name: str) -> str:
    """A secret by the name that the script has for it, if any."""
    if name.startswith("SECRET_LINE"):
        return "a secret"
    return f"the secret {name.removesuffix('_IN_SOURCE').removesuffix('_DEFAULT')}"


def _users(flow: Flow) -> frozenset[str]:
    """The names of what is only sent as the user of HTTP Basic: a model treats it as secret, in doubt."""
    basic = [one for one in flow.integration.security_schemes if isinstance(one, HttpBasic)]
    users = {name for one in basic for name in names_in(one.user)}
    return frozenset(users - {name for one in basic for name in names_in(one.password)})
