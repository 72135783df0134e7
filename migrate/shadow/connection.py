"""One client's connection to the endpoint: its requests are answered in the order in which they were completed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from http import HTTPStatus
from typing import Protocol, cast

from migrate.shadow import answers_out
from migrate.shadow.certificates import CertificateAuthority
from migrate.shadow.journal import Answering
from migrate.shadow.messages import Answer, Request
from migrate.shadow.request_reader import RequestReader


class Serving(Protocol):
    """The endpoint that the connection belongs to."""

    journal: Answering
    authority: CertificateAuthority

    def made(self, connection: Connection) -> None:
        """A connection has begun."""

    def lost(self, connection: Connection) -> None:
        """A connection has ended."""

    def adopt(self, making: Coroutine[object, object, None]) -> None:
        """Runs what makes a connection, and keeps it until it is done."""

    def no_tls(self, host: str, port: int, error: Exception) -> None:
        """A TLS connection never came to a request."""


class Connection(asyncio.Protocol):
    """Plain or TLS (`scheme`), to the host and port that the client has named or reached."""

    def __init__(self, endpoint: Serving, scheme: str, host: str, port: int) -> None:
        self._endpoint = endpoint
        self._scheme = scheme
        self._transport: asyncio.Transport | None = None
        self._reader = RequestReader(self, scheme, host, port)
        self._early = b""
        self._turn: asyncio.Task[None] | None = None
        self._half_closed = False
        self.closed = False

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._endpoint.made(self)
        early, self._early = self._early, b""
        self._reader.feed(early)

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            # Inside a tunnel the first bytes may come before the transport is known.
            self._early += data
        else:
            self._reader.feed(data)

    def eof_received(self) -> bool:
        # Who shuts down its side still wants the answers that are on their way; TLS cannot be half closed.
        self._half_closed = self._turn is not None and self._scheme == "http"
        return self._half_closed

    def pause_writing(self) -> None:
        """The client does not take its answers: no more of its requests are read."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The client has caught up."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._reader.begun and not self.closed:
            request = self._reader.request()
            self._endpoint.journal.refuse(request, HTTPStatus.BAD_REQUEST, "the request was cut off")
        self.closed = True
        self._endpoint.lost(self)

    def abort(self) -> None:
        """Ends the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    # What the reader finds

    def take(self, request: Request, *, keep_alive: bool) -> None:
        """Answers a complete request."""
        self._reply(request.method, self._endpoint.journal.answer(request), keep_alive=keep_alive)

    def refuse(self, status: int, reason: str) -> None:
        """Turns down the request that is being read, and with it the connection."""
        answer = self._endpoint.journal.refuse(self._reader.request(), status, reason)
        self._reply("?", answer, keep_alive=False)

    def invite(self) -> None:
        """Says that the body may be sent."""
        if self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def enter_tunnel(self, authority: str, early: bytes) -> None:
        """A proxy's CONNECT: the same connection goes on as TLS with the host named."""
        host, _, port = authority.rpartition(":")
        if early or self._transport is None or not host or not port.isdigit():
            self.refuse(HTTPStatus.BAD_REQUEST, "the tunnel cannot be made")
            return
        transport = self._transport
        transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        transport.pause_reading()
        self._endpoint.adopt(self._open_tls(transport, host.strip("[]"), int(port)))

    async def _open_tls(self, transport: asyncio.Transport, host: str, port: int) -> None:
        inner = Connection(self._endpoint, "https", host, port)
        try:
            context = self._endpoint.authority.context(host)
            loop = asyncio.get_running_loop()
            secured = await loop.start_tls(transport, inner, context, server_side=True)
        except (OSError, ValueError) as error:
            self._endpoint.no_tls(host, port, error)
            transport.abort()
        else:
            if secured is not None:
                inner.connection_made(secured)
        finally:
            self.closed = True
            self._endpoint.lost(self)

    # Answers

    def _reply(self, method: str, answer: Answer | Awaitable[Answer], *, keep_alive: bool) -> None:
        """Sends an answer, behind those to the requests before."""
        self.closed = not keep_alive
        if isinstance(answer, Answer) and self._turn is None:
            self._send(method, answer, keep_alive=keep_alive)
        else:
            self._turn = asyncio.ensure_future(self._in_turn(self._turn, method, answer, keep_alive))

    async def _in_turn(
        self,
        before: asyncio.Task[None] | None,
        method: str,
        answer: Answer | Awaitable[Answer],
        keep_alive: bool,
    ) -> None:
        if before is not None:
            await before
        self._send(method, answer if isinstance(answer, Answer) else await answer, keep_alive=keep_alive)
        if self._turn is asyncio.current_task():
            self._turn = None
            if self._half_closed and self._transport is not None:
                self._transport.close()

    def _send(self, method: str, answer: Answer, *, keep_alive: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if not answer.status:  # there was none
            self._transport.close()
            return
        self._transport.write(answers_out.packed(method, answer, keep_alive=keep_alive))
        if not keep_alive:
            self._transport.close()
