"""Runs the model on an input within this process, without a network: to find out what inputs reach, never to judge.

The clients of the reference runner make their requests as ever; what would go over the wire is answered by the replay
that answers everything (`lenient`).
"""

from __future__ import annotations

import io
import re
import shutil
import signal
import smtplib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from unittest.mock import patch
from urllib.parse import urlsplit

import httpx
import requests
import urllib3

from migrate.model import (
    FileOperation,
    Integration,
    Read,
    SqlOperation,
    Stop,
    WebhookTrigger,
    Write,
    walk_steps,
)
from migrate.pipeline.marking import classification_of
from migrate.reference import curl
from migrate.reference.clients import Clients
from migrate.reference.clock import Clock
from migrate.reference.exchange import Answer as ClientAnswer
from migrate.reference.exchange import Incoming
from migrate.reference.exchange import Request as ClientRequest
from migrate.reference.files import Folders
from migrate.reference.runner import RunnerLimitError, RunOutcome, run, start
from migrate.shadow.messages import Answer, Request
from migrate.shadow.recording import Recorded
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay
from tests.mutation.lenient import Lenient
from tests.mutation.odd_values import Seen
from tests.mutation.plan import Input
from tests.mutation.trace import Feature, Places, Trace, traced

_MOST_REQUESTS = 150
_SECONDS = 5
_OF_TRANSFER = frozenset({"content-length", "content-encoding", "transfer-encoding"})
_NOW = 1_768_471_200_000_000_000
"""Nanoseconds since 1970 of the clock, which stands still."""


@dataclass(frozen=True)
class Sent:
    """A request of a run, its answer, and the number of the step that sent it."""

    step: int
    request: Request
    answer: Answer


@dataclass(frozen=True)
class Performed:
    """What came of a run."""

    features: frozenset[Feature]
    sent: tuple[Sent, ...]
    seen: Seen
    ended_well: bool
    """Whether the run came to an end of the script's own, if with an exit status that says that something failed."""
    usable: bool
    """False where the model has no answer: a gap, a bound of the runner."""
    digests: tuple[tuple[object, object], ...] = ()


class _TooLongError(Exception):
    """The run goes on and on."""


class Rehearsal:
    """Runs one model on many inputs."""

    def __init__(
        self,
        integration: Integration,
        environment: Mapping[str, str],
        secrets: Mapping[str, str],
        beside: Path,
    ) -> None:
        self._integration = integration
        self._environment = environment
        self._secrets = secrets
        self._beside = beside
        self._places = Places(integration)
        self._classification = classification_of(integration)
        self._redactors: dict[tuple[tuple[str, str], ...], Redactor] = {}
        self._stops = {step.id for step in walk_steps(integration.whole) if isinstance(step, Stop)}
        self._on_disk = any(
            isinstance(step, Read | Write) and isinstance(step.operation, FileOperation | SqlOperation)
            for step in walk_steps(integration.steps)
        )

    def run(self, given: Input) -> Performed:
        """What the model does with the input."""
        trace = Trace(self._places, self._environment)
        sent: list[Sent] = []
        wire = _Wire(self._replay(given), trace, self._places, sent)
        changed = {**self._environment, **given.environment}
        environment = {name: value for name, value in changed.items() if value is not None}
        usable, well = True, True
        with tempfile.TemporaryDirectory(prefix="hubshift-") as name, ExitStack() as opened:
            folder = Path(name)
            if self._on_disk:
                self._lay_out(folder, given)
            for one in (traced(trace), _without_network(wire), _limited()):
                opened.enter_context(one)
            transport = opened.enter_context(Clients())
            try:
                started = start(self._integration, environment, transport, tally=trace)
                if started.failed:
                    well = started.step in self._stops
                    trace.features.add(("end", *_end_of(started)))
                for incoming in () if started.failed else self._incoming(given):
                    outcome = run(
                        self._integration,
                        environment,
                        transport,
                        folders=Folders(folder, folder),
                        incoming=incoming,
                        tally=trace,
                        clock=Clock(lambda: _NOW, lambda: "00000000-0000-4000-8000-000000000000"),
                        max_requests=_MOST_REQUESTS,
                    )
                    usable = usable and not outcome.unmapped
                    well = well and (not outcome.failed or outcome.step in self._stops)
                    trace.features.add(("end", *_end_of(outcome)))
                trace.features |= {("lines", name, _line_ends(held)) for name, held in given.files.items()}
                trace.features |= {
                    ("without", name) for name, value in given.environment.items() if value is None
                }
            except (RunnerLimitError, _TooLongError, RecursionError):
                usable = False
        against = {one: tuple(met.values()) for one, met in trace.against.items()}
        features = trace.of_run(ended_well=well)
        return Performed(features, tuple(sent), Seen(against), well, usable, tuple(trace.digests))

    def _incoming(self, given: Input) -> Iterator[Incoming | None]:
        if not isinstance(self._integration.trigger, WebhookTrigger):
            yield None
        for recorded in given.recording.incoming:
            asked = recorded.request
            parts = urlsplit(asked.url)
            held: dict[str, str] = {}
            for name, value in asked.headers:
                held.setdefault(name.lower(), value)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            yield Incoming(asked.method, path, held, asked.body)

    def _lay_out(self, folder: Path, given: Input) -> None:
        shutil.copytree(self._beside, folder, dirs_exist_ok=True)
        for name, content in given.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    def _replay(self, given: Input) -> Replay:
        secrets = {**self._secrets, **given.secrets}
        key = tuple(sorted(secrets.items()))
        if key not in self._redactors:
            self._redactors[key] = Redactor(secrets)
        redactor = self._redactors[key]
        strict = Replay(given.recording, self._classification, redactor)
        return Lenient(strict, given.recording, self._classification, redactor)


def _line_ends(content: bytes) -> tuple[bytes, ...]:
    """Which line ends a text has; what reads it may take them for the same."""
    return tuple(sorted(set(re.findall(rb"\r\n|\r|\n", content)))) if b"\0" not in content else ()


def _end_of(outcome: RunOutcome) -> tuple[object, ...]:
    return (outcome.step, outcome.reason.partition(":")[0]) if outcome.failed else ()


class _Wire:
    """What stands in place of the network."""

    def __init__(self, replay: Replay, trace: Trace, places: Places, sent: list[Sent]) -> None:
        self._replay = replay
        self._trace = trace
        self._places = places
        self._sent = sent

    def ask(self, method: str, url: str, headers: tuple[tuple[str, str], ...], body: bytes) -> Answer:
        """The answer to a request."""
        request = Request(method, url, headers, body)
        answer = self._replay.reply(request).answer
        number = -1 if self._trace.step is None else self._places.of(self._trace.step)
        self._sent.append(Sent(number, request, answer))
        self._trace.answered(answer.status, answer.body)
        return answer

    def adapter(
        self, adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **_: object
    ) -> requests.Response:
        """In place of `HTTPAdapter.send`."""
        body = request.body or b""
        headers = tuple((name, _text(value)) for name, value in request.headers.items())
        answer = self.ask(
            str(request.method), str(request.url), headers, body.encode() if isinstance(body, str) else body
        )
        if answer.status == 0:
            raise requests.ConnectionError("no answer")
        kept = [(name, value) for name, value in answer.headers if name.lower() not in _OF_TRANSFER]
        made = urllib3.HTTPResponse(
            io.BytesIO(answer.body), urllib3.HTTPHeaderDict(kept), answer.status, preload_content=False
        )
        return adapter.build_response(request, made)

    def handle(self, _: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        """In place of `HTTPTransport.handle_request`."""
        headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw)
        answer = self.ask(request.method, str(request.url), headers, request.read())
        if answer.status == 0:
            raise httpx.RemoteProtocolError("no answer")
        kept = [(name, value) for name, value in answer.headers if name.lower() not in _OF_TRANSFER]
        return httpx.Response(answer.status, headers=kept, content=answer.body, request=request)

    def exchanged(
        self,
        host: str,
        request: ClientRequest,
        target: str,
        headers: dict[str, str],
        body: bytes | None,
    ) -> ClientAnswer:
        """In place of what curl does with a connection, which is its host here."""
        answer = self.ask(request.method, f"{host}{target}", tuple(headers.items()), body or b"")
        if answer.status == 0:
            raise OSError("no answer")
        received = {name.lower(): value for name, value in answer.headers}
        text = answer.body
        return ClientAnswer(
            answer.status, received, text, lambda: curl._text(text, received), curl._not_decoded
        )


class _Mails:
    """In place of `smtplib.SMTP`: takes everything."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def _taken(self, *_: object, **__: object) -> None: ...

    starttls = login = quit = close = _taken

    def send_message(self, message: Any, sender: str, recipients: list[str]) -> None:
        """Only what is plain ASCII goes by a server that offers no more."""
        message.as_bytes()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


@contextmanager
def _without_network(wire: _Wire) -> Iterator[None]:
    def send(adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **kw: object) -> Any:
        return wire.adapter(adapter, request, **kw)

    def handle(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        return wire.handle(transport, request)

    def host(scheme: str, name: str, port: int | None, verify: bool) -> str:
        return f"{scheme}://{name}{f':{port}' if port else ''}"

    with (
        patch.object(requests.adapters.HTTPAdapter, "send", send),
        patch.object(httpx.HTTPTransport, "handle_request", handle),
        patch.object(curl, "_connection", host),
        patch.object(curl, "_exchanged", wire.exchanged),
        patch.object(smtplib, "SMTP", _Mails),
        patch.object(smtplib, "SMTP_SSL", _Mails),
    ):
        yield


@contextmanager
def _limited() -> Iterator[None]:
    """Ends what takes too long."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def as_recorded(sent: tuple[Sent, ...]) -> tuple[Recorded, ...]:
    """What was sent as exchanges of a recording."""
    return tuple(Recorded(f"made[{n}]", one.request, one.answer) for n, one in enumerate(sent))
