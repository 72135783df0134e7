"""The process that serves one leg: in the run's network namespace, outside the leg's process and mount
namespaces.

Started by `sandbox.run` as `python -m migrate.shadow.inside`: an Assignment comes in by standard input, a
LegRun or the reason why there is none goes out by standard output. Nothing is written to disk.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrate.shadow import cell, filesystem, kernel, network
from migrate.shadow.legs import Assignment, LegRun, SandboxUnavailable

if TYPE_CHECKING:
    import asyncio

    from migrate.shadow.bounds import Bounds
    from migrate.shadow.certificates import CertificateAuthority
    from migrate.shadow.desk import Desk
    from migrate.shadow.endpoint import Endpoint
    from migrate.shadow.journal import Answering
    from migrate.shadow.mail_server import MailServer
    from migrate.shadow.messages import Answer
    from migrate.shadow.names import NameServer
    from migrate.shadow.redaction import Redactor

OUTPUT_BYTES = 64 * 1024
_MAX_MESSAGE_BYTES = 1 << 26
_SETUP_SECONDS = 60.0

Contents = list[tuple[str, bytes | None]]
"""Files by name with what they hold; None for one that is gone."""


def main(run: type[Run] | None = None) -> None:
    """Runs the leg that standard input describes, as `run` does it (without one, as `Run`)."""
    assignment = pickle.load(sys.stdin.buffer)
    result: LegRun | str
    try:
        result = _serve(assignment, run or Run)
    except SandboxUnavailable as error:
        result = error.reason
    pickle.dump(result, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _serve(assignment: Assignment, run: type[Run]) -> LegRun:
    user, group = os.getuid(), os.getgid()
    try:
        kernel.die_with_parent()
        if os.getppid() != assignment.parent:
            raise SandboxUnavailable("whoever asked for the run has gone")
        sockets = filesystem.bound_sockets()
        try:
            kernel.unshare(kernel.NEW_USER | kernel.NEW_NETWORK)
            kernel.keep_identity(user, group)
        except OSError as error:
            reason = f"this machine lets nobody make user and network namespaces ({error.strerror})"
            raise SandboxUnavailable(reason) from error
        has_ipv6 = network.bring_up()
    except OSError as error:
        raise SandboxUnavailable(str(error.strerror)) from error
    if network.interfaces() != ("lo",):
        raise SandboxUnavailable("a new network namespace has an interface besides loopback")
    prepared = cell.prepare(assignment, sockets)
    # The imports below take a while; the file system is being built meanwhile.
    import asyncio

    return asyncio.run(run(assignment, prepared, has_ipv6).run())


@dataclass(frozen=True, slots=True)
class Ended:
    """What the cell says when the leg has ended."""

    status: int
    left: int
    changed: tuple[str, ...] | None
    files: Contents | None
    before: Contents | None

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Ended:
        """Takes the message apart."""
        changed = message["changed"]
        return cls(
            int(message["exit"]),
            int(message["left"]),
            None if changed is None else tuple(changed),
            _contents(message["files"]),
            _contents(message["before"]),
        )


def _contents(encoded: list[tuple[str, str | None]] | None) -> Contents | None:
    if encoded is None:
        return None
    return [(name, content if content is None else b64decode(content)) for name, content in encoded]


class Run:
    """One leg, from the endpoint's start to the last byte."""

    def __init__(self, assignment: Assignment, prepared: cell.Cell, has_ipv6: bool) -> None:
        self._assignment = assignment
        self._cell = prepared
        self._has_ipv6 = has_ipv6

    async def run(self) -> LegRun:
        import asyncio

        from migrate.shadow.certificates import CertificateAuthority
        from migrate.shadow.endpoint import Endpoint
        from migrate.shadow.messages import Exchange
        from migrate.shadow.names import NameServer
        from migrate.shadow.redaction import Redactor
        from migrate.shadow.written_files import written_files

        leg, incoming = self._assignment.leg, self._assignment.recording.incoming
        redactor = Redactor(self._assignment.secrets, self._assignment.hosts)
        authority = CertificateAuthority()
        desk = self.desk(redactor)
        endpoint = Endpoint(desk.journal, authority)
        names = NameServer()
        self._listen(endpoint)
        mail_server = await self._take_mails(desk.journal, authority, names)
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: names, local_addr=("0.0.0.0", 53))

        keeper_ended = _process_end(self._cell.keeper)
        status = await _reader(self._cell.status, _MAX_MESSAGE_BYTES)
        # Room for a value at the cut, also for one that comes up in the run.
        kept_bytes = 2 * OUTPUT_BYTES + redactor.longest
        outputs = [
            asyncio.create_task(_last_bytes(await _reader(handle), kept_bytes))
            for handle in (self._cell.stdout, self._cell.stderr)
        ]
        first = int(str((await self._message(status, _SETUP_SECONDS, "first"))["first"]))
        # One that has failed already may be gone; then a message says why.
        with contextlib.suppress(ProcessLookupError):
            first_handle = os.pidfd_open(first)
        self._control(authority.pem + b"\n")
        await self._message(status, _SETUP_SECONDS, "ready")
        refused_before = network.failed_connections()
        answers: list[Answer] = []
        caller = asyncio.create_task(self._call(network.listening_ports(), answers))
        self._control(b"\n")
        try:
            ended = await self._end(status, desk.journal.bounds)
        finally:
            _kill(first_handle)
            caller.cancel()
            await keeper_ended
        await endpoint.finish()
        if mail_server is not None:
            mail_server.close()
        left = await desk.close()
        redactor = left.redactor
        stdout, stderr = [redactor.tail(await output, OUTPUT_BYTES) for output in outputs]
        files = None if ended is None else ended.files
        return LegRun(
            name=leg.name,
            exit_status=None if ended is None else ended.status,
            timed_out=ended is None,
            stdout=stdout.decode("utf-8", "replace"),
            stderr=stderr.decode("utf-8", "replace"),
            exchanges=left.exchanges,
            unused=left.unused,
            names=tuple(redactor.text(name) for name in names.asked),
            changed_files=tuple(redactor.text(path) for path in ended.changed)
            if ended is not None and ended.changed is not None
            else None,
            files=None if files is None else written_files(files, redactor),
            refused_connections=network.failed_connections() - refused_before,
            answers=tuple(
                Exchange(number, redactor.request(recorded.request), redactor.kept_answer(answer), "exact")
                for number, (recorded, answer) in enumerate(zip(incoming, answers, strict=False))
            ),
            left_running=0 if ended is None else ended.left,
            taken=None if left.taken is None else left.taken(None if ended is None else ended.before),
        )

    def desk(self, redactor: Redactor) -> Desk:
        """Who answers the leg, and what is left of it."""
        from migrate.shadow.desk import RecordingDesk, ReplayDesk

        if self._assignment.capture is None:
            return ReplayDesk(self._assignment, redactor)
        return RecordingDesk(self._assignment, self._assignment.capture)

    async def _end(self, status: asyncio.StreamReader, bounds: Bounds) -> Ended | None:
        """How the leg ended; None where its time was over first. Raises SandboxUnavailable where more came of it than
        is kept."""
        import asyncio

        from migrate.shadow.bounds import MAX_KEPT_BYTES

        message = asyncio.create_task(self._message(status, self._assignment.leg.timeout_seconds, "exit"))
        full = asyncio.create_task(bounds.reached.wait())
        await asyncio.wait({message, full}, return_when=asyncio.FIRST_COMPLETED)
        if full.done():
            message.cancel()
            raise SandboxUnavailable(
                f"the command sent and received more than the {MAX_KEPT_BYTES >> 20} MB that are kept of a run"
            )
        full.cancel()
        try:
            return Ended.of(await message)
        except TimeoutError:
            return None

    async def _call(self, ours: frozenset[int], answers: list[Answer]) -> None:
        """Sends the leg the requests that came in, if any, then asks it to end."""
        from migrate.shadow.caller import call, port_of_leg

        incoming = self._assignment.recording.incoming
        if incoming:
            port = await port_of_leg(ours)
            await call(port, incoming, self._assignment.secrets, answers)
            self._control(b"\n")

    def _listen(self, endpoint: Endpoint) -> None:
        for port in dict.fromkeys((80, 443, *self._assignment.ports)):
            try:
                endpoint.listen(port)
                if self._has_ipv6:
                    endpoint.listen(port, address="::")
            except (OSError, OverflowError) as error:
                raise SandboxUnavailable(f"port {port} cannot be served: {error}") from error

    async def _take_mails(
        self, journal: Answering, authority: CertificateAuthority, names: NameServer
    ) -> MailServer | None:
        """The mail server of the run, if it has one."""
        ports = [
            port for port in self._assignment.mail_ports if port not in (80, 443, *self._assignment.ports)
        ]
        if not ports:
            return None
        from migrate.shadow.mail_server import MailServer

        server = MailServer(journal.take_mail, authority, names.name_of)
        for port in ports:
            try:
                await server.listen(port)
                if self._has_ipv6:
                    await server.listen(port, address="::")
            except (OSError, OverflowError) as error:
                raise SandboxUnavailable(f"port {port} cannot be served: {error}") from error
        return server

    def _control(self, data: bytes) -> None:
        # Where nobody reads any more, the reason follows as a message.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._cell.control, data)

    async def _message(self, status: asyncio.StreamReader, seconds: float, key: str) -> dict[str, object]:
        """The next message of the cell. Raises TimeoutError, and SandboxUnavailable where it is not the one
        expected."""
        import asyncio
        import json

        line = await asyncio.wait_for(status.readline(), seconds)
        message: dict[str, object] = json.loads(line) if line else {}
        if "failed" in message:
            raise SandboxUnavailable(str(message["failed"]))
        if key not in message:
            raise SandboxUnavailable("the sandbox ended without saying why")
        return message


async def _reader(handle: int, most: int = 1 << 16) -> asyncio.StreamReader:
    import asyncio

    reader = asyncio.StreamReader(limit=most)
    pipe = os.fdopen(handle, "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


async def _last_bytes(reader: asyncio.StreamReader, size: int) -> bytes:
    kept = bytearray()
    while chunk := await reader.read(1 << 16):
        kept += chunk
        if len(kept) > 2 * size:
            del kept[:-size]
    return bytes(kept[-size:])


def _process_end(process: int) -> asyncio.Future[None]:
    """A future that is done when our child has ended."""
    import asyncio

    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    handle = os.pidfd_open(process)

    def collect() -> None:
        loop.remove_reader(handle)
        os.close(handle)
        os.waitpid(process, 0)
        ended.set_result(None)

    loop.add_reader(handle, collect)
    return ended


def _kill(handle: int) -> None:
    import signal

    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, signal.SIGKILL)


if __name__ == "__main__":
    main()
