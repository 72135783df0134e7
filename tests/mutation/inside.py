"""Serves a process in the sandbox that runs many jobs, one after the other, each with a journal and replay of its own.

`sandbox.run(..., served_by="tests.mutation.serve")` with a `BatchRecording`, whose schedule says what runs next. The
process connects to PORT and speaks the protocol of `run_batch.js`. If it goes away within a job it is started again
(by the shell that is the leg), and the job did not end.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
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


class Schedule(Protocol):
    """Says what runs next; what it found goes back by `results`."""

    def next(self) -> Job | None:
        """The next job; None at the end."""

    def ended(self, outcome: Outcome) -> None:
        """What came of the job that was asked for last."""

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
    caller: asyncio.Task[None] | None = None


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
        if self.open is None or len(self.open.sent) >= _MOST_REQUESTS:
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
                if "done" in message:
                    self._close(message)
                job = self._schedule.next()
                if job is None:
                    writer.write(b'{"end": true}\n')
                    break
                self._begin(job, writer)
        except ConnectionError:
            pass
        finally:
            if self._journal.open is not None:
                self._close(None)
            writer.close()

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
            self._journal.open.caller = asyncio.create_task(self._send_incoming(self._journal.open, writer))

    async def _send_incoming(self, run: _Open, writer: asyncio.StreamWriter) -> None:
        port = await port_of_leg(self._ours)
        await call(port, run.job.input.recording.incoming, self._assignment.secrets, run.answers)
        writer.write(b'{"served": true}\n')

    def _close(self, message: Mapping[str, Any] | None) -> None:
        run = self._journal.open
        assert run is not None
        self._journal.open = None
        if run.caller is not None:
            run.caller.cancel()
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
        self._schedule.ended(
            Outcome(
                capture,
                tuple(run.journal.exchanges),
                tuple(run.sent),
                (*run.replay.unused(), *run.journal.mails.unused()),
                answers,
                frozenset(message.get("reached", ()) if message is not None else ()),
                int(message["done"].get("received", 0)) if message is not None else 0,
                _detail(message),
            )
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
