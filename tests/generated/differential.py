"""Runs one script under CPython and as the model that is extracted from it, and compares every request that is sent.

Both run in this process; the adapter of `requests` is replaced by a mock vendor, so that no socket is opened.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Literal
from unittest.mock import patch

import requests
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPResponse
from urllib3.exceptions import MaxRetryError, ProtocolError
from urllib3.util import Retry

from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from migrate.reference import MAX_REQUESTS, run
from migrate.reference.transport import RequestsTransport
from tests.generated.clock import SCRIPT, Ticking, ticking
from tests.generated.scripts import Script
from tests.generated.vendors import ConnectionLost, Vendor, World

MAX_SENT = 60
"""A run is cut off after so many requests: some scripts page for ever when an answer is out of order."""
PATIENT = 20.0
"""Seconds of this process for an extraction or a run; only a loop without an end needs more."""
Verdict = Literal["equal", "gap", "SILENT"]


class CutOff(BaseException):
    """The run was cut off; no script catches this."""


class TooSlow(BaseException):
    """The time is over."""


@dataclass(frozen=True)
class Sent:
    """One request as it reached the adapter: all headers, the body's bytes, and the settings of the connection."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    settings: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class Leg:
    """What one side sent, and how it ended: `error` is the name of what ended it, empty after success."""

    sent: tuple[Sent, ...]
    failed: bool
    error: str


@dataclass(frozen=True)
class Gap:
    """What could not be read: the message, and the line of the script it stands in."""

    message: str
    line: str


@dataclass(frozen=True)
class Outcome:
    """The verdict on one script in one world: its gaps in the order found, what differs, how the script ended."""

    verdict: Verdict
    gaps: tuple[Gap, ...]
    detail: str = ""
    ended: str = ""
    writes: int = 0


def examine(script: Script, worlds: tuple[World, ...], seconds: float = PATIENT) -> list[Outcome]:
    """The outcome in each world; the script is extracted once. `seconds` bound the extraction and each run."""
    try:
        with _time_limit(seconds), _recursion_limit():
            extraction = extracted(script.source)
    except TooSlow:
        return [Outcome("SILENT", (), "the extractor takes too long")] * len(worlds)
    except Exception as crash:  # noqa: BLE001  # any crash of the extractor is a finding
        return [Outcome("SILENT", (), f"the extractor crashed: {_place(crash)}")] * len(worlds)
    return [_compared(script, extraction, world, seconds) for world in worlds]


def extracted(source: str) -> Extraction | tuple[Diagnostic, ...] | None:
    """What the extractor makes of the source."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.py"
        path.write_text(source, encoding="utf-8")
        return EXTRACTOR.extract(path, Path(folder))


def _compared(
    script: Script, extraction: Extraction | tuple[Diagnostic, ...] | None, world: World, seconds: float
) -> Outcome:
    legacy = legacy_leg(script, world, seconds)
    writes = sum(one.method not in ("GET", "HEAD") for one in legacy.sent)
    if isinstance(extraction, tuple) and _gaps(script, extraction):
        return Outcome("gap", _gaps(script, extraction), "", legacy.error, writes)
    if extraction is None or isinstance(extraction, tuple):
        verdict: Verdict = "SILENT" if legacy.sent else "equal"
        return Outcome(verdict, (), "no integration was found" if legacy.sent else "", legacy.error, writes)
    gaps = _gaps(script, extraction.diagnostics)
    try:
        with _time_limit(seconds):
            reference, unmapped = reference_leg(script, extraction, world)
    except TooSlow:
        return Outcome("SILENT", gaps, "the reference runner takes too long", legacy.error, writes)
    except Exception as crash:  # noqa: BLE001  # any crash of the runner is a finding
        return Outcome("SILENT", gaps, f"the reference runner crashed: {_place(crash)}", legacy.error, writes)
    if unmapped and not gaps:
        gaps = (Gap(f"no diagnostic: {reference.error}", ""),)
    detail = difference(legacy, reference)
    if gaps:
        # Up to the gap the model must do what the script does; then it stops. What differs elsewhere is not stated.
        honest = not detail or (unmapped and legacy.sent[: len(reference.sent)] == reference.sent)
        verdict, detail = ("gap", "") if honest else ("SILENT", f"beside its gaps: {detail}")
        return Outcome(verdict, gaps, detail, legacy.error, writes)
    return Outcome("SILENT" if detail else "equal", (), detail, legacy.error, writes)


def _gaps(script: Script, diagnostics: tuple[Diagnostic, ...]) -> tuple[Gap, ...]:
    lines = script.source.split("\n")
    return tuple(
        Gap(one.message, lines[one.span.line - 1].strip() if one.span else "")
        for one in diagnostics
        if one.rule.severity == "gap"
    )


def difference(legacy: Leg, reference: Leg) -> str:
    """Where the legs part, in words; empty if they do not."""
    for number, (one, other) in enumerate(zip(legacy.sent, reference.sent, strict=False), 1):
        for part in ("method", "url", "body", "headers", "settings"):
            if getattr(one, part) != getattr(other, part):
                return f"request {number}: {part} {getattr(one, part)!r} became {getattr(other, part)!r}"
    ends = f"the script ended with {legacy.error or 'success'}, the model with {reference.error or 'success'}"
    if len(legacy.sent) != len(reference.sent):
        return f"{len(legacy.sent)} requests became {len(reference.sent)}; {ends}"
    return ends if legacy.failed != reference.failed else ""


def legacy_leg(script: Script, world: World, seconds: float = PATIENT) -> Leg:
    """The script under CPython, in a fresh namespace."""
    sent: list[Sent] = []
    ended = ""
    namespace = ModuleType("__main__").__dict__
    namespace["__name__"] = "__main__"
    with _sandbox(script, world, sent, {}), ticking(Ticking()):
        try:
            with _time_limit(seconds):
                exec(compile(script.source, SCRIPT, "exec"), namespace)
        except SystemExit as end:
            ended = f"SystemExit {end.code}" if end.code not in (None, 0) else ""
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # whatever ends a script ends it
            ended = type(error).__name__
    if len(sent) > MAX_SENT:
        ended = CutOff.__name__  # also where the script has caught it
    return Leg(tuple(sent[:MAX_SENT]), bool(ended), ended)


def reference_leg(script: Script, extraction: Extraction, world: World) -> tuple[Leg, bool]:
    """The model in the reference runner; True if it came to a gap."""
    sent: list[Sent] = []
    secrets = extraction.secret_values.reveal()
    with _sandbox(script, world, sent, secrets), RequestsTransport() as transport:
        try:
            outcome = run(
                extraction.integration,
                dict(os.environ),
                transport,
                clock=Ticking().clock(),
                max_requests=MAX_REQUESTS,
            )
        except CutOff:
            return Leg(tuple(sent[:MAX_SENT]), True, CutOff.__name__), False
    return Leg(tuple(sent), outcome.failed, outcome.reason), outcome.unmapped


@contextlib.contextmanager
def _sandbox(script: Script, world: World, sent: list[Sent], secrets: dict[str, str]) -> Iterator[None]:
    """The environment of the script alone, no output, no waiting, and the vendors in place of the network."""
    vendor = Vendor(script.api, world)

    def send(
        self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **settings: object
    ) -> requests.Response:
        return _answered_in_the_end(
            self.max_retries, lambda: _answered(vendor, request, settings, sent), request.method or ""
        )

    silence = io.StringIO()
    logging.disable(logging.CRITICAL)
    try:
        with (
            patch.object(requests.adapters.HTTPAdapter, "send", send),
            patch.object(time, "sleep", _not_waiting),
            patch.dict(os.environ, {**script.environment, **secrets}, clear=True),
            contextlib.redirect_stdout(silence),
            contextlib.redirect_stderr(silence),
        ):
            yield
    finally:
        logging.disable(logging.NOTSET)


def _not_waiting(seconds: float) -> None:
    """As `time.sleep`, but for the time."""
    if not seconds >= 0:
        raise ValueError("sleep length must be non-negative")


def _answered_in_the_end(
    retries: Retry, once: Callable[[], requests.Response], method: str
) -> requests.Response:
    """As an adapter sends a request, and sends it again: by urllib3's own `Retry`."""
    while True:
        try:
            answer = once()
        except requests.ConnectionError as lost:
            try:
                retries = retries.increment(method, "/", error=ProtocolError("lost", lost))
            except (MaxRetryError, ProtocolError):
                raise lost from None
            continue
        if not retries.is_retry(method, answer.status_code, "Retry-After" in answer.headers):
            return answer
        try:
            retries = retries.increment(method, "/", response=HTTPResponse(status=answer.status_code))
        except MaxRetryError:
            if retries.raise_on_status:
                raise requests.exceptions.RetryError from None
            return answer


def _answered(
    vendor: Vendor, request: requests.PreparedRequest, settings: dict[str, object], sent: list[Sent]
) -> requests.Response:
    method, url, body = request.method or "", request.url or "", request.body or b""
    headers = tuple(sorted((name.lower(), _text(value)) for name, value in request.headers.items()))
    kept = (("timeout", settings.get("timeout")), ("verify", settings.get("verify")))
    sent.append(Sent(method, url, headers, body.encode() if isinstance(body, str) else bytes(body), kept))
    if len(sent) > MAX_SENT:
        raise CutOff
    try:
        reply = vendor.answer(method, url)
    except ConnectionLost:
        raise requests.ConnectionError("connection lost", request=request) from None
    response = requests.Response()
    response.status_code, response.url, response.request = reply.status, url, request
    response.reason = http.client.responses.get(reply.status, "")
    response.headers = CaseInsensitiveDict({"Content-Type": "application/json", **reply.headers})
    response.encoding = get_encoding_from_headers(response.headers)
    response._content = reply.body
    response._content_consumed = True  # type: ignore[attr-defined]  # as `content` leaves it
    return response


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _place(crash: BaseException) -> str:
    """The error and the innermost of our files that it went through."""
    trace, found = crash.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/extractors/" in code.co_filename or "/migrate/" in code.co_filename:
            file = Path(code.co_filename)
            found = f"{file.parent.name}/{file.name}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return f"{type(crash).__name__}: {str(crash)[:200]} at {found}"


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raises TooSlow inside after some seconds of this process, and again until it gets out.

    Nothing in here waits, so that a busy machine makes no script slow.
    """

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def _recursion_limit() -> Iterator[None]:
    """The interpreter's own limit, whatever the test runner has set."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 1000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
