"""Whoever calls a script that takes in requests: sends it the recorded ones, one after the other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import httptools

from migrate.shadow import network
from migrate.shadow.messages import Answer, Headers, Request, header
from migrate.shadow.recording import Recorded

_PAUSE_SECONDS = 0.02
_ANSWER_SECONDS = 60.0
_OURS = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})
"""Headers of a connection, not of a request."""


async def port_of_leg(ours: Collection[int]) -> int:
    """Waits until somebody listens at a port that is not one of ours; of several the lowest."""
    while not (found := network.listening_ports() - set(ours)):
        await asyncio.sleep(_PAUSE_SECONDS)
    return min(found)


async def call(
    port: int, incoming: Sequence[Recorded], secrets: Mapping[str, str], into: list[Answer]
) -> None:
    """Sends the requests to 127.0.0.1, each when the connection of the one before was closed; appends the answers.

    `{{NAME}}` in a request becomes the secret. Status 0 stands for no answer.
    """
    for recorded in incoming:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                into.append(await _answer(port, _revealed(recorded.request, secrets)))
        except (OSError, TimeoutError):
            into.append(Answer(0))


async def _answer(port: int, request: Request) -> Answer:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(_packed(request))
        await writer.drain()
        return _Reader().answer([chunk async for chunk in _chunks(reader)])
    finally:
        writer.close()


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while chunk := await reader.read(1 << 16):
        yield chunk


def _packed(request: Request) -> bytes:
    """The request as it goes over the wire. `Connection: close` makes the server close when it is done."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {target} HTTP/1.1", *_header_lines(request, parts.netloc)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + request.body


def _header_lines(request: Request, host: str) -> Iterator[str]:
    if header(request.headers, "host") is None:
        yield f"Host: {host}"
    yield from (f"{name}: {value}" for name, value in request.headers if name.lower() not in _OURS)
    if request.body or header(request.headers, "content-length") is not None:
        yield f"Content-Length: {len(request.body)}"
    yield "Connection: close"


def _revealed(request: Request, secrets: Mapping[str, str]) -> Request:
    """The request with the values of secrets in place of their names."""
    url, headers, body = request.url, request.headers, request.body
    for name, value in secrets.items():
        shown = f"{{{{{name}}}}}"
        url = url.replace(shown, value)
        headers = tuple((key, text.replace(shown, value)) for key, text in headers)
        body = body.replace(shown.encode(), value.encode())
    return Request(request.method, url, headers, body)


class _Reader:
    """Reads one answer; called by the parser."""

    def __init__(self) -> None:
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()
        self._status = 0
        self._parser = httptools.HttpResponseParser(self)

    def answer(self, chunks: Sequence[bytes]) -> Answer:
        """What came until the connection was closed; status 0 if that was no answer."""
        # What follows an answer on its connection is no part of it.
        with contextlib.suppress(httptools.HttpParserError):
            for chunk in chunks:
                self._parser.feed_data(chunk)
        headers: Headers = tuple(self._headers)
        return Answer(self._status, headers, bytes(self._body)) if self._status else Answer(0)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self._status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        self._body += body
