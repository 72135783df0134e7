"""An answer as the bytes that are sent for it: HTTP/1.1, with a body of known length."""

from __future__ import annotations

import functools
from http import HTTPStatus

from migrate.shadow.messages import Answer, header

# The body is sent whole, as recorded after decoding; and nothing may lead the client to another protocol.
_NOT_SENT = frozenset(
    {
        "alt-svc", "connection", "content-encoding", "content-length", "keep-alive", "proxy-connection",
        "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_WITHOUT_BODY = (204, 304)


def packed(method: str, answer: Answer, *, keep_alive: bool) -> bytes:
    """The answer to a request of this method; without `keep_alive` it says that the connection ends behind it."""
    body = b"" if method == "HEAD" or answer.status in _WITHOUT_BODY else answer.body
    lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers if name.lower() not in _NOT_SENT]
    if method == "HEAD":
        length = header(answer.headers, "content-length") or ""
        lines += [f"Content-Length: {length}"] if length.isdigit() else []
    elif answer.status not in _WITHOUT_BODY:
        lines.append(f"Content-Length: {len(body)}")
    if not keep_alive:
        lines.append("Connection: close")
    head = "\r\n".join([*lines, "", ""])
    try:
        return head.encode("latin-1") + body
    except UnicodeEncodeError:
        return head.encode("utf-8", "replace") + body


@functools.cache
def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unmatched" if status == 599 else "Unknown"
