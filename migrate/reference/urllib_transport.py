"""The dialect `urllib`, spoken by `urllib.request` itself: what it sends, follows and raises is the reference."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from email.message import Message
from socket import timeout as socket_timeout
from typing import Any

from migrate.model.values import EvaluationError, Value, type_name
from migrate.reference.exchange import Answer, Request, TransportError, kind_of

_FAILURES = (
    OSError,  # URLError is one, as are TLS and socket errors
    ValueError,
    TypeError,
    AttributeError,
    http.client.HTTPException,
)


class UrllibTransport:
    """Sends each request over a connection of its own; proxies come from the process's environment."""

    def send(self, request: Request) -> Answer:
        """The answer of any status. Raises TransportError where `urlopen` raises another error than HTTPError."""
        # urllib decides what becomes of values that its signature does not name.
        url: Any = request.url
        headers: Any = dict(request.headers)
        data = None if request.encoder is None else _data(request.content)
        limit: Any = {} if request.timeout_seconds is None else {"timeout": request.timeout_seconds}
        context = None if request.verify_tls else ssl._create_unverified_context()
        try:
            made = urllib.request.Request(url, data=data, headers=headers, method=request.method)
            try:
                with urllib.request.urlopen(made, context=context, **limit) as response:
                    return _answer(response.status, response.headers, response.read())
            except urllib.error.HTTPError as refused:
                with refused:
                    return _answer(refused.code, refused.headers, refused.read())
        except _FAILURES as failure:
            kind = "TimeoutError" if isinstance(failure, socket_timeout) else kind_of(failure)
        raise TransportError(kind)


def _data(content: Value) -> bytes | None:
    match content:
        case None | bytes():
            return content
        case str():
            return content.encode()
        case _:
            raise EvaluationError("TypeError", f"a body is {type_name(content)}, not bytes")


def _answer(status: int, headers: Message, content: bytes) -> Answer:
    """The answer; of several headers of one name the first, as `headers.get` has it."""
    received: dict[str, str] = {}
    for name, value in headers.items():
        received.setdefault(name.lower(), value)

    def text() -> str:
        raise ValueError("urllib makes no text of an answer")

    return Answer(status, received, content, text, lambda: json.loads(content))
