"""The server that stands for every system: HTTP/1.1, plain or TLS as the first byte tells, on any address and
given ports."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine
from typing import cast

from migrate.shadow.certificates import CertificateAuthority
from migrate.shadow.connection import Connection
from migrate.shadow.journal import Answering
from migrate.shadow.messages import Request
from migrate.shadow.request_reader import origin_of

_TLS_HANDSHAKE = b"\x16"
_FINISH_SECONDS = 5.0
_ACCEPT_AGAIN_SECONDS = 0.05


class Endpoint:
    """Listens once started; `finish` reads what is still on its way after the clients have ended."""

    def __init__(self, journal: Answering, authority: CertificateAuthority) -> None:
        self.journal = journal
        self.authority = authority
        self._connections: set[Connection] = set()
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
                while self._starting or self._connections:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            for task in tuple(self._starting):
                task.cancel()
            await asyncio.gather(*self._starting, return_exceptions=True)
            for connection in tuple(self._connections):
                connection.abort()
            while self._connections:
                self._changed.clear()
                await self._changed.wait()

    def adopt(self, making: Coroutine[object, object, None]) -> None:
        """Runs what makes a connection, and keeps it until it is done."""
        task = asyncio.create_task(making)
        self._starting.add(task)
        task.add_done_callback(self._started)

    def made(self, connection: Connection) -> None:
        """Called by a connection that has begun."""
        self._connections.add(connection)

    def lost(self, connection: Connection) -> None:
        """Called by a connection that has ended."""
        self._connections.discard(connection)
        self._changed.set()

    def no_tls(self, host: str, port: int, error: Exception) -> None:
        """Records a TLS connection that never came to a request, as when the client does not trust the
        endpoint."""
        reason = f"no TLS connection: {getattr(error, 'reason', None) or type(error).__name__}"
        self.journal.refuse(Request("TLS", origin_of("https", host, port) + "/"), 0, reason)

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
        self.adopt(self._open(client))

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
