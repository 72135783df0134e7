"""HS404, HS405, HS406: certificates that are not verified, traffic in the clear, requests without a time limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.diagnostics import Diagnostic
from migrate.estate.risks.flow import Flow, Sent, contains

_PLAIN = re.compile(r"http://(?P<host>\[[^\]]*\]|[^/:?#]*)", re.IGNORECASE)
_SAME_MACHINE = re.compile(r"localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0|host\.docker\.internal", re.IGNORECASE)
_PRIVATE = re.compile(
    r"10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|169\.254\.[\d.]+|[\w-]+"
    r"|.*\.(?:local|internal|lan|intranet|corp|home|localdomain)",
    re.IGNORECASE,
)
_WAITS_FOR_EVER = ("requests", "urllib", "curl", "httpx")
"""Clients for which no timeout means none: httpx is then told so, the others set none by themselves."""


def transport(flow: Flow) -> Iterator[Diagnostic]:
    """What is wrong with how requests are sent, whatever they hold."""
    trusting = [sent.span for sent in flow.requests if not sent.operation.verify_tls]
    for one in flow.seen("any-certificate"):
        if not any(contains(span, one.span) or contains(one.span, span) for span in trusting):
            yield Diagnostic("HS404", "any certificate is accepted here", one.span)
    limited = any(True for _ in flow.seen("sets-limits"))
    for sent in flow.requests:
        operation = sent.operation
        if not operation.verify_tls:
            yield Diagnostic("HS404", f"{flow.address(sent)} accepts any certificate", sent.span)
        plain = _host_in_the_clear(flow, sent)
        if plain is not None:
            private = "{" not in plain and _PRIVATE.fullmatch(plain)
            more = ", in a private network by the name of the host" if private else ""
            carries = " with credentials" if operation.security else ""
            yield Diagnostic(
                "HS405", f"{flow.address(sent)} is sent without encryption{carries}{more}", sent.span
            )
        if (
            operation.client in _WAITS_FOR_EVER
            and operation.timeout_seconds is None
            and operation.evidence != "unresolved"
            and not limited
        ):
            yield Diagnostic("HS406", f"{flow.address(sent)} has no timeout", sent.span)


def _host_in_the_clear(flow: Flow, sent: Sent) -> str | None:
    """The host, on another machine, to which a request goes without encryption, whichever of its addresses it takes."""
    found = [_PLAIN.match(one.base) for one in flow.addresses(sent.operation)]
    hosts = [one["host"] for one in found if one is not None and not _SAME_MACHINE.fullmatch(one["host"])]
    return hosts[0] if hosts and len(hosts) == len(found) else None
