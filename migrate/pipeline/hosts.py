"""The servers that a script names in plain sight."""

from __future__ import annotations

from urllib.parse import urlsplit

from migrate.model import HttpOperation, Integration, Read, Write, walk_steps


def named_hosts(integration: Integration) -> frozenset[str]:
    """The hosts of servers whose names are constants of the script, without ports, in lower case."""
    servers = {
        step.operation.server
        for step in walk_steps(integration.steps)
        if isinstance(step, Read | Write) and isinstance(step.operation, HttpOperation)
    }
    return frozenset(host for server in servers if "{" not in server and (host := _host(server)))


def _host(server: str) -> str:
    """The host of a URL; the empty text for what is no URL, as a model that is written by hand may hold."""
    try:
        return urlsplit(server).hostname or ""
    except ValueError:
        return ""
