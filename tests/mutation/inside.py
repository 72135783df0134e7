"""Serves a process in the sandbox that runs many jobs, one after the other, each with a journal and replay of its own.

`sandbox.run(..., served_by="tests.mutation.serve")` with a `BatchRecording`, whose schedule says what runs next. The
process connects to PORT and speaks the protocol of `run_batch.js`. If it goes away within a job it is started again
(by the shell that is the leg), and the job did not end.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Protocol

from migrate.shadow import inside, network
from migrate.shadow.caller import call, port_of_leg
from migrate.shadow.desk import Desk, Left
from migrate.shadow.journal import Answering, Journal
from migrate.shadow.legs import LegRun
from migrate.shadow.mails import Mail, RecordedMails
from migrate.shadow.messages import Answer, Exchange, Request
from migrate.shadow.recording import Recording
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay
from tests.mutation.lenient import Lenient
from tests.mutation.plan import Capture, Input, Outcome

PORT = 4999
ENDLESS = "endless"
"""How the process says that it ended a run."""
_MOST_REQUESTS = 400
_CLOCK = "date"
_NOW = datetime(2026, 1, 15, 10, tzinfo=UTC)
"""Where the clock of `run_batch.js` stands still."""


@dataclass(frozen=True)
class Job:
    """A run: what is sent to the process besides files and environment, and whether unknown requests are answered."""

    input: Input
    order: Mapping[str, object]
    lenient: bool = False
    most_requests: int = _MOST_REQUESTS
    """Requests that are answered as recorded; more get status 500."""


class Schedule(Protocol):
    """Says what runs, one job after the other; what it found goes back by `results`."""

    def jobs(self) -> Generator[Job, Outcome, None]:
        """The jobs; each gets what came of it."""

    def results(self) -> Any:
        """All that is worth knowing."""


@dataclass(frozen=True, slots=True)
class BatchRecording(Recording):
    """The schedule, beside the union of the recorded exchanges, whose ports are served."""

    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class BatchRun(LegRun):
    """What came of a batch."""

    results: Any = None


@dataclass
class _Open:
    """A job that runs."""

    job: Job
    journal: Journal
    replay: Replay
    redactor: Redactor
    raw: list[bytes] = field(default_factory=list)
    sent: list[Exchange] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    begun: bool = False
    """Whether the process has taken it up; if it goes away before, the next one does it."""
    caller: asyncio.Task[None] | None = None
    port: asyncio.Future[int] | None = None
    """Where the process takes in requests, once it has said so."""


class _Remembering(Redactor):
    """A redactor that knows what it has redacted: the runs of a batch ask nearly the same."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self._requests: dict[Request, Request] = {}
        self._marked: dict[Request, Request] = {}
        self._answers: dict[Answer, Answer] = {}

    def request(self, request: Request) -> Request:
        if request not in self._requests:
            self._requests[request] = super().request(request)
        return self._requests[request]

    def marked(self, request: Request) -> Request:
        if request not in self._marked:
            self._marked[request] = super().marked(request)
        return self._marked[request]

    def answer(self, answer: Answer) -> Answer:
        if answer not in self._answers:
            self._answers[answer] = super().answer(answer)
        return self._answers[answer]


class _Journal(Journal):
    """Hands each request to the journal of the job that runs, and keeps its bytes."""

    def __init__(self, replay: Replay, redactor: Redactor) -> None:
        super().__init__(replay, redactor)
        self.open: _Open | None = None

    def answer(self, request: Request) -> Answer:
        if self.open is None or len(self.open.sent) >= self.open.job.most_requests:
            return Answer(500)
        self.open.raw.append(_packed(request))
        given = self.open.journal.answer(request)
        source = self.open.journal.exchanges[-1].source
        self.open.sent.append(Exchange(len(self.open.sent), request, given, source))
        return given

    def take_mail(self, mail: Mail, server: str) -> None:
        if self.open is not None:
            self.open.raw.append(repr((server, mail)).encode())
            self.open.journal.take_mail(mail, server)

    def refuse(self, request: Request, status: int, reason: str) -> Answer:
        if self.open is None:
            return Answer(status)
        self.open.raw.append(_packed(request))
        return self.open.journal.refuse(request, status, reason)


class _BatchDesk:
    """Answers all runs; each keeps what is its own."""

    def __init__(self, journal: _Journal, redactor: Redactor) -> None:
        self.journal: Answering = journal
        self._redactor = redactor

    async def close(self) -> Left:
        """Nothing: the schedule has it."""
        return Left(self._redactor, ())


class BatchServer(inside.Run):
    """Gives the process its jobs."""

    async def run(self) -> LegRun:
        recording = self._assignment.recording
        assert isinstance(recording, BatchRecording)
        assert recording.schedule is not None
        self._schedule = recording.schedule
        self._jobs = recording.schedule.jobs()
        self._ended: Outcome | None = None
        self._redactors: dict[tuple[tuple[str, str], ...], Redactor] = {}
        self._ours: frozenset[int] = frozenset()
        server = await asyncio.start_server(self._talk, "127.0.0.1", PORT, limit=1 << 26)
        try:
            done = await super().run()
        finally:
            server.close()
        values = {one.name: getattr(done, one.name) for one in fields(done)}
        return BatchRun(**values, results=self._schedule.results())

    def desk(self, redactor: Redactor) -> Desk:
        """All runs of the batch are answered here."""
        self._journal = _Journal(Replay(Recording(), self._assignment.classification, redactor), redactor)
        return _BatchDesk(self._journal, redactor)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speaks with the process until it goes away."""
        self._ours = network.listening_ports()
        try:
            while line := await reader.readline():
                message = json.loads(line)
                if "begun" in message and self._journal.open is not None:
                    self._journal.open.begun = True
                    continue
                if "listening" in message:
                    self._listening(int(message["listening"]))
                    continue
                if "done" in message:
                    self._close(message)
                job = self._next()
                if job is None:
                    writer.write(b'{"end": true}\n')
                    break
                self._begin(job, writer)
        except ConnectionError:
            pass
        finally:
            if self._journal.open is not None and self._journal.open.begun:
                self._close(None)
            writer.close()

    def _next(self) -> Job | None:
        ended, self._ended = self._ended, None
        if self._journal.open is not None:
            return self._journal.open.job
        try:
            return next(self._jobs) if ended is None else self._jobs.send(ended)
        except StopIteration:
            return None

    def _begin(self, job: Job, writer: asyncio.StreamWriter) -> None:
        given = job.input
        secrets = {**self._assignment.secrets, **given.secrets}
        key = tuple(sorted(secrets.items()))
        if key not in self._redactors:
            self._redactors[key] = _Remembering(secrets)
        redactor = self._redactors[key]
        replay = Replay(given.recording, self._assignment.classification, redactor)
        if job.lenient:
            replay = Lenient(replay, given.recording, self._assignment.classification, redactor)
        journal = Journal(replay, redactor, RecordedMails(given.recording.mails, redactor), lambda: _NOW)
        self._journal.open = _Open(job, journal, replay, redactor)
        order = {
            "files": {name: b64encode(content).decode() for name, content in given.files.items()},
            "environment": dict(given.environment),
            "serves": bool(given.recording.incoming),
            **job.order,
        }
        writer.write(json.dumps(order).encode() + b"\n")
        if given.recording.incoming:
            self._journal.open.port = asyncio.get_running_loop().create_future()
            self._journal.open.caller = asyncio.create_task(self._send_incoming(self._journal.open, writer))

    def _listening(self, port: int) -> None:
        run = self._journal.open
        if run is not None and run.port is not None and not run.port.done():
            run.port.set_result(port)

    async def _send_incoming(self, run: _Open, writer: asyncio.StreamWriter) -> None:
        assert run.port is not None
        looking = asyncio.create_task(self._look_for_port(run.port)) if "leg" in run.job.order else None
        try:
            port = await run.port
        finally:
            if looking is not None:
                looking.cancel()
        await call(port, run.job.input.recording.incoming, self._assignment.secrets, run.answers)
        writer.write(b'{"served": true}\n')

    async def _look_for_port(self, found: asyncio.Future[int]) -> None:
        """Of a script, which does not say where it listens."""
        found.set_result(await port_of_leg(self._ours))

    def _close(self, message: Mapping[str, Any] | None) -> None:
        run = self._journal.open
        assert run is not None
        self._journal.open = None
        if run.caller is not None:
            run.caller.cancel()
        if message is not None and message["done"]["outcome"] == ENDLESS:
            message = None
        files = {n: b64decode(c) for n, c in message["files"].items()} if message is not None else {}
        before = run.job.input.files
        changed = [(n, files.get(n)) for n in sorted({*files, *before}) if files.get(n) != before.get(n)]
        incoming = run.job.input.recording.incoming
        redactor = run.redactor
        capture = Capture(
            None if message is None else str(message["done"]["outcome"]),
            tuple(run.raw),
            tuple(changed) if message is not None else (),
            tuple(map(_answer_bytes, run.answers)),
        )
        answers = tuple(
            Exchange(number, redactor.request(asked.request), redactor.answer(answer), "exact")
            for number, (asked, answer) in enumerate(zip(incoming, run.answers, strict=False))
        )
        self._ended = Outcome(
            capture,
            tuple(run.journal.exchanges),
            tuple(run.sent),
            (*run.replay.unused(), *run.journal.mails.unused()),
            answers,
            frozenset(message.get("reached", ()) if message is not None else ()),
            int(message["done"].get("received", 0)) if message is not None else 0,
            _detail(message),
            frozenset(message.get("different", ()) if message is not None else ()),
        )


def _detail(message: Mapping[str, Any] | None) -> str:
    errors = message["done"].get("errors") if message is not None else None
    return str(errors[-1]["message"]) if errors else ""


def _packed(request: Request) -> bytes:
    """A request as it was sent: its line, its header lines in their order, its body."""
    lines = [f"{request.method} {request.url}", *(f"{name}: {value}" for name, value in request.headers)]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + request.body


def _answer_bytes(answer: Answer) -> bytes:
    lines = _header_lines(answer.headers)
    return "\r\n".join([str(answer.status), *lines, "", ""]).encode("utf-8", "surrogateescape") + answer.body


def _header_lines(headers: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers if name.lower() != _CLOCK]
