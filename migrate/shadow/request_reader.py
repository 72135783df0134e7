"""Puts the requests of one connection together from its bytes: HTTP/1.1, with bounds on what one may hold."""

from __future__ import annotations

from http import HTTPStatus
from typing import Protocol

import httptools

from migrate.shadow.bodies import MAX_BODY_BYTES
from migrate.shadow.messages import Request, header

MAX_HEADER_BYTES = 256 * 1024


class Taking(Protocol):
    """The connection that takes the requests."""

    closed: bool
    """Nothing more is read."""

    def take(self, request: Request, *, keep_alive: bool) -> None:
        """Takes a complete request; without `keep_alive` it is the client's last."""

    def refuse(self, status: int, reason: str) -> None:
        """The request that is being read breaks a rule; `reason` holds none of it."""

    def invite(self) -> None:
        """The client waits for leave to send the body (`Expect: 100-continue`)."""

    def enter_tunnel(self, authority: str, early: bytes) -> None:
        """A proxy's CONNECT to a host and port; `early` is what the client has sent behind it already."""


class RequestReader:
    """Reads what a client of `scheme`, host and port sends."""

    def __init__(self, connection: Taking, scheme: str, host: str, port: int) -> None:
        self._connection = connection
        self._scheme, self._host, self._port = scheme, host, port
        self._parser = httptools.HttpRequestParser(self)
        self._reset()

    def _reset(self) -> None:
        self.begun = False
        """A part of a request is there, and not all of it."""
        self._url = b""
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()
        self._header_bytes = 0
        self._problem: tuple[int, str] | None = None
        self._tunnel: str | None = None

    def feed(self, data: bytes) -> None:
        """Takes the next bytes of the connection."""
        while data and not self._connection.closed:
            try:
                self._parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                # The offer of another protocol is passed over, as a server may (RFC 9110 section 7.8).
                data = data[upgrade.args[0] :]
                self._parser = httptools.HttpRequestParser(self)
                if self._tunnel is not None:
                    self._connection.enter_tunnel(self._tunnel, data)
                    return
            except httptools.HttpParserError:
                self._refuse(*(self._problem or (HTTPStatus.BAD_REQUEST, "the request is garbled")))

    def request(self) -> Request:
        """The request as far as it has been read."""
        headers = tuple(self._headers)
        target = self._url.decode("latin-1")
        if not target or target.startswith(("/", "*")):
            asked = header(headers, "host")
            origin = f"{self._scheme}://{asked}" if asked else origin_of(self._scheme, self._host, self._port)
            target = origin + (target.replace("*", "/*", 1) if target.startswith("*") else target)
        try:
            method = self._parser.get_method().decode("latin-1") if self._url else "?"
        except httptools.HttpParserError:
            method = "?"
        return Request(method, target, headers, bytes(self._body))

    # httptools

    def on_message_begin(self) -> None:
        self._reset()
        self.begun = True

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        length = header(self._headers, "content-length") or ""
        if length.isdigit() and int(length[:20]) > MAX_BODY_BYTES:
            self._body_too_large()
        if (header(self._headers, "expect") or "").lower() == "100-continue":
            self._connection.invite()

    def on_body(self, body: bytes) -> None:
        if len(self._body) + len(body) > MAX_BODY_BYTES:
            self._body_too_large()
        self._body += body

    def on_message_complete(self) -> None:
        self.begun = False
        request = self.request()
        if request.method == "CONNECT":
            self._tunnel = self._url.decode("latin-1")
        elif not request.url.lower().startswith(("http://", "https://")):
            self._refuse(HTTPStatus.BAD_REQUEST, "the request's target is neither a path nor a URL")
        else:
            self._connection.take(request, keep_alive=self._parser.should_keep_alive())

    # Ours

    def _refuse(self, status: int, reason: str) -> None:
        self.begun = False
        self._connection.refuse(status, reason)

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            self._problem = (
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"the request's headers are larger than {MAX_HEADER_BYTES} bytes",
            )
            raise _RefusedError

    def _body_too_large(self) -> None:
        reason = f"the request's body is larger than {MAX_BODY_BYTES} bytes"
        self._problem = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason
        raise _RefusedError


class _RefusedError(Exception):
    """A request breaks a bound; raised inside the parser's callbacks."""


def origin_of(scheme: str, host: str, port: int) -> str:
    """Scheme, host and port as they stand in a URL."""
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}:{port}"
