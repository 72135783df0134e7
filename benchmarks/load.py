"""A client that keeps a server busy: a few connections that are kept, on each one request at a time.

It is written for little work of its own, so that it is not what is measured: no HTTP library, no event loop.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

_PATIENCE_SECONDS = 60.0


class LoadError(RuntimeError):
    """The server closed a connection, was silent for too long, or gave a wrong answer."""


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    expected: bytes = b""
    received: bytes = b""
    whole: int = 0
    """The size of the answer, once its head is there."""

    def ask(self, request: bytes, answer: bytes) -> None:
        self.expected, self.received, self.whole = answer, b"", 0
        self.socket.sendall(request)

    def take(self) -> bool:
        """Reads what is there; True when the answer is whole."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise LoadError("the server closed a connection")
        self.received += data
        if not self.whole:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = self.received[:end].lower()
            length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
            self.whole = end + 4 + int(length)
        if len(self.received) < self.whole:
            return False
        if not (self.received.startswith(b"HTTP/1.1 200") and self.received.endswith(self.expected)):
            raise LoadError(f"a wrong answer: {self.received[:60]!r}")
        return True


class Client:
    """Connections to a port of this machine; closes them at the end of a `with`."""

    def __init__(self, port: int, connections: int) -> None:
        self._port = port
        self._count = connections
        self._held: dict[int, _Connection] = {}
        self._ready = select.epoll()

    def __enter__(self) -> Client:
        for _ in range(self._count):
            one = _Connection(socket.create_connection(("127.0.0.1", self._port), _PATIENCE_SECONDS))
            one.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._held[one.socket.fileno()] = one
            self._ready.register(one.socket, select.EPOLLIN)
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._held.values():
            one.socket.close()
        self._ready.close()

    def send_all(self, exchanges: Sequence[tuple[bytes, bytes]]) -> float:
        """Sends requests, checks the body of each answer, and returns the seconds it took.

        Raises LoadError and OSError.
        """
        waiting = iter(exchanges)
        left = len(exchanges)
        begin = time.perf_counter()
        for one, exchange in zip(self._held.values(), waiting, strict=False):
            one.ask(*exchange)
        while left:
            events = self._ready.poll(_PATIENCE_SECONDS)
            if not events:
                raise LoadError("the server is silent")
            for handle, _ in events:
                one = self._held[handle]
                if one.take():
                    left -= 1
                    following = next(waiting, None)
                    if following is not None:
                        one.ask(*following)
        return time.perf_counter() - begin
