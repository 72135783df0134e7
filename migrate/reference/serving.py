"""Serves an integration that a webhook triggers: the dialect `http.server`, spoken by http.server itself."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from migrate.model import WebhookTrigger
from migrate.reference.exchange import Incoming, Reply
from migrate.reference.runner import RunOutcome

Handle = Callable[[Incoming, Callable[[Reply], None]], RunOutcome]
"""Runs the integration for a request, whose answer it hands over when it is made."""


class _Ended(BaseException):
    """Somebody has asked for the end; http.server itself takes every Exception for one of a single request."""


def serve(trigger: WebhookTrigger, handle: Handle) -> RunOutcome:
    """Takes in requests on a free port of 127.0.0.1, one at a time, until the process gets SIGTERM.

    A run that fails leaves its request without an answer and ends nothing else. The outcome is that of the first run
    that came to a gap, else one that ended well.
    """
    outcomes: list[RunOutcome] = []

    def take_in(connection: BaseHTTPRequestHandler) -> None:
        outcomes.append(handle(_incoming(connection), lambda reply: _send(connection, reply)))

    members: dict[str, Any] = {f"do_{method}": take_in for method in trigger.methods}
    members["log_message"] = lambda self, form, *values: None
    handler = type("Handler", (BaseHTTPRequestHandler,), members)
    with HTTPServer(("127.0.0.1", 0), handler) as server, _until_asked():
        server.serve_forever()
    return next((one for one in outcomes if one.unmapped), RunOutcome(failed=False, reason=""))


@contextmanager
def _until_asked() -> Iterator[None]:
    """Ends what runs in it at SIGTERM."""

    def end(number: int, frame: object) -> None:
        raise _Ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except _Ended:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _incoming(connection: BaseHTTPRequestHandler) -> Incoming:
    headers: dict[str, str] = {}
    for name, value in connection.headers.items():
        headers.setdefault(name.lower(), value)
    length = headers.get("content-length", "0")
    body = connection.rfile.read(int(length)) if length.isdigit() else b""
    return Incoming(connection.command, connection.path, headers, body)


def _send(connection: BaseHTTPRequestHandler, reply: Reply) -> None:
    connection.send_response(reply.status)
    for name, value in reply.headers:
        connection.send_header(name, value)
    if reply.body is not None:
        connection.send_header("Content-Length", str(len(reply.body)))
    connection.end_headers()
    if reply.body is not None:
        connection.wfile.write(reply.body)
