"""The server that stands for every system: HTTP/1.1, plain or TLS as the first byte tells, on any address and
given ports."""

from __future__ import annotations

import asyncio
import functools
import json
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Protocol, cast

import httptools

from migrate.shadow import bodies
from migrate.shadow.bodies import MAX_BODY_BYTES
from migrate.shadow.bounds import Bounds
from migrate.shadow.certificates import CertificateAuthority
from migrate.shadow.mail_dates import added_by_client
from migrate.shadow.mails import ACCEPTED, Mail, RecordedMails
from migrate.shadow.messages import Answer, Exchange, Refusal, Request, Source, header
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay

MAX_HEADER_BYTES = 256 * 1024
_TLS_HANDSHAKE = b"\x16"
_FINISH_SECONDS = 5.0
_ACCEPT_AGAIN_SECONDS = 0.05
# The body is sent whole, as recorded after decoding; and nothing may lead the client to another protocol.
_NOT_SENT = frozenset(
    {
        "alt-svc", "connection", "content-encoding", "content-length", "keep-alive", "proxy-connection",
        "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip


class Answering(Protocol):
    """What answers requests and keeps every exchange, in order of arrival.

    `bounds` stops the run where more was kept than may be.
    """

    bounds: Bounds

    def answer(self, request: Request) -> Answer | Awaitable[Answer]:
        """The answer to send for a complete request, at once or later."""

    def take_mail(self, mail: Mail, server: str) -> None:
        """Keeps a mail to the server with this URL."""

    def refuse(self, request: Request, status: int, reason: str) -> Answer:
        """Keeps a request that cannot be read, without its body, which cannot be redacted; the answer to send.
        `reason` holds none of it."""


def refusal(status: int, reason: str) -> Answer:
    """The answer to a request that is turned down."""
    text = json.dumps({"hubshift": reason}).encode()
    return Answer(status, (("content-type", "application/json"),), text)


class Journal:
    """Answers from a recording; what is kept is redacted. `now` is the clock of those whose mails it takes."""

    def __init__(
        self,
        replay: Replay,
        redactor: Redactor,
        mails: RecordedMails | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._replay = replay
        self._redactor = redactor
        self.mails = mails or RecordedMails((), redactor)
        self._now = now
        self.exchanges: list[Exchange] = []
        self.bounds = Bounds()

    def answer(self, request: Request) -> Answer:
        """The answer to send for a complete request."""
        try:
            reply = self._replay.reply(request)
        except bodies.UnreadableBodyError as error:
            return self.refuse(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error))
        except ValueError:
            return self.refuse(request, HTTPStatus.BAD_REQUEST, "the URL is not valid")
        self._keep(reply.request, self._redactor.answer(reply.answer), reply.source, reply.refusal)
        return reply.answer

    def take_mail(self, mail: Mail, server: str) -> None:
        """Keeps a mail to the server with this URL."""
        request = mail.request(server)
        source: Source = "exact" if self.mails.take(self._redactor.request(request)) else "synthetic"
        shown = self._redactor.request(self._redactor.marked(request))
        self._keep(shown, ACCEPTED, source, added=added_by_client(request.headers, self._now()))

    def refuse(self, request: Request, status: int, reason: str) -> Answer:
        """Keeps a request that cannot be read."""
        answer = refusal(status, reason)
        url, headers = self._redactor.url(request.url), self._redactor.headers(request.headers)
        self._keep(Request(request.method, url, headers), answer, "refused")
        return answer

    def _keep(
        self,
        request: Request,
        answer: Answer,
        source: Source,
        nearest: Refusal | None = None,
        added: tuple[str, ...] = (),
    ) -> None:
        self.bounds.count(request, answer)
        self.exchanges.append(Exchange(len(self.exchanges), request, answer, source, nearest, added))


class Endpoint:
    """Listens once started; `finish` reads what is still on its way after the clients have ended."""

    def __init__(self, journal: Answering, authority: CertificateAuthority) -> None:
        self.journal = journal
        self.authority = authority
        self.connections: set[Connection] = set()
        self._listeners: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._starting: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    def listen(self, port: int, *, address: str = "0.0.0.0") -> int:
        """Serves a port of an IPv4 or IPv6 address; returns the port (0 asks for a free one). Raises
        OSError."""
        listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if ":" in address:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((address, port))
            listener.listen(1024)
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
        self._listeners.append(listener)
        self._accepting.append(asyncio.create_task(self._accept(listener)))
        return cast(int, listener.getsockname()[1])

    async def finish(self) -> None:
        """Takes connections that wait, reads all of them to their end, then closes everything."""
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        for listener in self._listeners:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    break
                self._begin(client)
            listener.close()
        try:
            async with asyncio.timeout(_FINISH_SECONDS):
                while self._starting or self.connections:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            for task in tuple(self._starting):
                task.cancel()
            await asyncio.gather(*self._starting, return_exceptions=True)
            for connection in tuple(self.connections):
                connection.abort()
            while self.connections:
                self._changed.clear()
                await self._changed.wait()

    def adopt(self, task: asyncio.Task[None]) -> None:
        """Keeps a task that makes a connection until it is done."""
        self._starting.add(task)
        task.add_done_callback(self._started)

    def forget(self, connection: Connection) -> None:
        """Called by a connection that has ended."""
        self.connections.discard(connection)
        self._changed.set()

    def no_tls(self, host: str, port: int, error: Exception) -> None:
        """Records a TLS connection that never came to a request, as when the client does not trust the
        endpoint."""
        reason = f"no TLS connection: {getattr(error, 'reason', None) or type(error).__name__}"
        self.journal.refuse(Request("TLS", _origin("https", host, port) + "/"), 0, reason)

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        self._changed.set()

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(listener)
            except OSError:
                # Out of descriptors: the others wait in the listener's queue until one is free.
                await asyncio.sleep(_ACCEPT_AGAIN_SECONDS)
                continue
            self._begin(client)

    def _begin(self, client: socket.socket) -> None:
        client.setblocking(False)
        self.adopt(asyncio.create_task(self._open(client)))

    async def _open(self, client: socket.socket) -> None:
        host, port = client.getsockname()[:2]
        loop = asyncio.get_running_loop()
        try:
            first = await _first_byte(client)
            if not first:
                client.close()
            elif first != _TLS_HANDSHAKE:
                await loop.connect_accepted_socket(lambda: Connection(self, "http", host, port), client)
            else:
                await self._open_tls(client, host, port)
        except OSError:
            client.close()
        except asyncio.CancelledError:
            client.close()
            raise

    async def _open_tls(self, client: socket.socket, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        context = self.authority.context(host)
        try:
            await loop.connect_accepted_socket(
                lambda: Connection(self, "https", host, port), client, ssl=context
            )
        except (OSError, asyncio.CancelledError) as error:
            self.no_tls(host, port, error if isinstance(error, Exception) else TimeoutError())
            raise


class _RefusedError(Exception):
    """A request breaks a bound; raised inside the parser's callbacks."""


class Connection(asyncio.Protocol):
    """One client's connection. Requests are answered in the order in which they were completed."""

    def __init__(self, endpoint: Endpoint, scheme: str, host: str, port: int) -> None:
        self._endpoint = endpoint
        self._scheme, self._host, self._port = scheme, host, port
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._closed = False
        self._early = b""
        self._turn: asyncio.Task[None] | None = None
        self._half_closed = False
        self._reset()

    def _reset(self) -> None:
        self._begun = False
        self._url = b""
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()
        self._header_bytes = 0
        self._problem: tuple[int, str] | None = None
        self._tunnel: str | None = None

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._endpoint.connections.add(self)
        early, self._early = self._early, b""
        self.data_received(early)

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            # Inside a tunnel the first bytes may come before the transport is known.
            self._early += data
            return
        while data and not self._closed:
            try:
                self._parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                # The offer of another protocol is passed over, as a server may (RFC 9110 section 7.8).
                data = data[upgrade.args[0] :]
                self._parser = httptools.HttpRequestParser(self)
                if self._tunnel is not None:
                    self._enter_tunnel(self._tunnel, data)
                    return
            except httptools.HttpParserError:
                status, reason = self._problem or (HTTPStatus.BAD_REQUEST, "the request is garbled")
                self._refuse(status, reason)

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
        if self._begun and not self._closed:
            self._endpoint.journal.refuse(self._request(), HTTPStatus.BAD_REQUEST, "the request was cut off")
        self._closed = True
        self._endpoint.forget(self)

    def abort(self) -> None:
        """Ends the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    # httptools

    def on_message_begin(self) -> None:
        self._reset()
        self._begun = True

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
        if (header(self._headers, "expect") or "").lower() == "100-continue" and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if len(self._body) + len(body) > MAX_BODY_BYTES:
            self._body_too_large()
        self._body += body

    def on_message_complete(self) -> None:
        self._begun = False
        request = self._request()
        if request.method == "CONNECT":
            self._tunnel = self._url.decode("latin-1")
            return
        if not request.url.lower().startswith(("http://", "https://")):
            self._refuse(HTTPStatus.BAD_REQUEST, "the request's target is neither a path nor a URL")
            return
        keep_alive = self._parser.should_keep_alive()
        self._reply(request.method, self._endpoint.journal.answer(request), keep_alive=keep_alive)

    # Ours

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

    def _request(self) -> Request:
        headers = tuple(self._headers)
        target = self._url.decode("latin-1")
        if not target or target.startswith(("/", "*")):
            asked = header(headers, "host")
            origin = f"{self._scheme}://{asked}" if asked else _origin(self._scheme, self._host, self._port)
            target = origin + (target.replace("*", "/*", 1) if target.startswith("*") else target)
        try:
            method = self._parser.get_method().decode("latin-1") if self._url else "?"
        except httptools.HttpParserError:
            method = "?"
        return Request(method, target, headers, bytes(self._body))

    def _refuse(self, status: int, reason: str) -> None:
        self._begun = False
        self._reply("?", self._endpoint.journal.refuse(self._request(), status, reason), keep_alive=False)

    def _reply(self, method: str, answer: Answer | Awaitable[Answer], *, keep_alive: bool) -> None:
        """Sends an answer, behind those to the requests before."""
        self._closed = not keep_alive
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
        body = b"" if method == "HEAD" or answer.status in (204, 304) else answer.body
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers if name.lower() not in _NOT_SENT]
        if method == "HEAD":
            length = header(answer.headers, "content-length") or ""
            lines += [f"Content-Length: {length}"] if length.isdigit() else []
        elif answer.status not in (204, 304):
            lines.append(f"Content-Length: {len(body)}")
        if not keep_alive:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""])
        try:
            packed = head.encode("latin-1")
        except UnicodeEncodeError:
            packed = head.encode("utf-8", "replace")
        self._transport.write(packed + body)
        if not keep_alive:
            self._transport.close()

    def _enter_tunnel(self, authority: str, early: bytes) -> None:
        """A proxy's CONNECT: the same connection goes on as TLS with the host named."""
        host, _, port = authority.rpartition(":")
        if early or self._transport is None or not host or not port.isdigit():
            self._refuse(HTTPStatus.BAD_REQUEST, "the tunnel cannot be made")
            return
        transport = self._transport
        transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        transport.pause_reading()
        self._endpoint.adopt(asyncio.create_task(self._tunnel_tls(transport, host.strip("[]"), int(port))))

    async def _tunnel_tls(self, transport: asyncio.Transport, host: str, port: int) -> None:
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
            self._closed = True
            self._endpoint.forget(self)


async def _first_byte(client: socket.socket) -> bytes:
    """Waits for the first byte of a connection and leaves it there; empty at the end."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(client, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_reader(client)
    return client.recv(1, socket.MSG_PEEK)


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _origin(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}:{port}"


@functools.cache
def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unmatched" if status == 599 else "Unknown"
