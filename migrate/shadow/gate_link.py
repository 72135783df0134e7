"""What goes between sandbox and gate: frames of JSON, each behind its length (4 bytes, big-endian)."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from base64 import b64decode, b64encode
from typing import IO, TYPE_CHECKING

from migrate.shadow.bodies import MAX_BODY_BYTES
from migrate.shadow.messages import Answer, Request

if TYPE_CHECKING:
    from migrate.shadow.gate import Denial

_LENGTH = struct.Struct(">I")
_MOST = 2 * MAX_BODY_BYTES


def read(incoming: IO[bytes]) -> bytes | None:
    """The next frame; None at the end. Raises ValueError for one that is too large."""
    head = incoming.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = _size(head)
    frame = incoming.read(size)
    return frame if len(frame) == size else None


def request_in(frame: bytes) -> tuple[int, Request]:
    """The request of a frame and its number. Raises ValueError for what is no frame of a request."""
    try:
        held = json.loads(frame)
        headers = tuple((str(name), str(value)) for name, value in held["headers"])
        request = Request(str(held["method"]), str(held["url"]), headers, b64decode(held["body"]))
        return int(held["number"]), request
    except (TypeError, LookupError) as error:
        raise ValueError("no request") from error


def answered(number: int, answer: Answer) -> bytes:
    """The frame of an answer."""
    body = b64encode(answer.body).decode("ascii")
    return _frame({"number": number, "status": answer.status, "headers": answer.headers, "body": body})


def refused(number: int, reason: str, *, undeclared: bool) -> bytes:
    """The frame of a refusal."""
    return _frame({"number": number, "reason": reason, "undeclared": undeclared})


class GateLink:
    """The sandbox's end. Asks the gate, any number of requests at a time."""

    def __init__(self, held: socket.socket) -> None:
        self._socket = held
        self._waiting: dict[int, asyncio.Future[Answer | Denial]] = {}
        self._count = 0
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._gone = False

    async def ask(self, request: Request) -> Answer | Denial:
        """What the gate says to a request."""
        writer = await self._open()
        if self._gone:
            return _gone()
        number, self._count = self._count, self._count + 1
        reply: asyncio.Future[Answer | Denial] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        body = b64encode(request.body).decode("ascii")
        writer.write(
            _frame(
                {
                    "number": number,
                    "method": request.method,
                    "url": request.url,
                    "headers": request.headers,
                    "body": body,
                }
            )
        )
        try:
            return await reply
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """Ends the link."""
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
        else:
            self._socket.close()

    async def _open(self) -> asyncio.StreamWriter:
        async with self._opening:
            if self._writer is None:
                reader, self._writer = await asyncio.open_connection(sock=self._socket)
                self._reading = asyncio.create_task(self._read(reader))
        return self._writer

    async def _read(self, reader: asyncio.StreamReader) -> None:
        from migrate.shadow.gate import Denial

        try:
            while True:
                held = json.loads(await reader.readexactly(_size(await reader.readexactly(_LENGTH.size))))
                waiting = self._waiting.get(held["number"])
                if waiting is None or waiting.done():
                    continue
                if "reason" in held:
                    waiting.set_result(Denial(held["reason"], held["undeclared"]))
                else:
                    headers = tuple((name, value) for name, value in held["headers"])
                    waiting.set_result(Answer(held["status"], headers, b64decode(held["body"])))
        except (asyncio.IncompleteReadError, OSError):
            self._gone = True
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_result(_gone())


def _gone() -> Denial:
    from migrate.shadow.gate import Denial

    return Denial("the gate is gone")


def _frame(content: dict[str, object]) -> bytes:
    packed = json.dumps(content).encode("ascii")
    return _LENGTH.pack(len(packed)) + packed


def _size(head: bytes) -> int:
    size = int(_LENGTH.unpack(head)[0])
    if size > _MOST:
        raise ValueError("a frame is too large")
    return size
