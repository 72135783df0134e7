"""What answers one leg and what is left of it at the end: a replayed recording, or a recording that is being made."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from migrate.shadow.gate_link import GateLink
from migrate.shadow.journal import Answering, Journal
from migrate.shadow.legs import Assignment, Capture, Taken
from migrate.shadow.mails import RecordedMails
from migrate.shadow.messages import Exchange
from migrate.shadow.recorder import RecordingJournal
from migrate.shadow.recording import Recorded
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay
from migrate.shadow.written_files import DatabaseFile, written_files


@dataclass(frozen=True, slots=True)
class Left:
    """All requests of a leg, redacted as all else of it is to be. `taken` makes what only a recording has, from the
    files as they were before."""

    redactor: Redactor = field(repr=False)
    exchanges: tuple[Exchange, ...]
    unused: tuple[Recorded, ...] = ()
    taken: Callable[[Sequence[tuple[str, bytes | None]] | None], Taken] | None = None


class Desk(Protocol):
    """Answers through its journal until it is closed."""

    journal: Answering

    async def close(self) -> Left:
        """What is left of the leg."""


class ReplayDesk:
    """Answers from a recording."""

    def __init__(self, assignment: Assignment, redactor: Redactor) -> None:
        self._redactor = redactor
        self._replay = Replay(assignment.recording, assignment.classification, redactor, assignment.replay)
        self._mails = RecordedMails(assignment.recording.mails, redactor)
        self._replaying = Journal(self._replay, redactor, self._mails)
        self.journal: Answering = self._replaying

    async def close(self) -> Left:
        """What is left of the leg."""
        unused = self._replay.unused() + self._mails.unused()
        return Left(self._redactor, tuple(self._replaying.exchanges), unused)


class RecordingDesk:
    """Makes a recording."""

    def __init__(self, assignment: Assignment, capture: Capture) -> None:
        link = GateLink(socket.socket(fileno=os.dup(capture.gate)))
        os.close(capture.gate)
        self._recorder = RecordingJournal(capture, dict(assignment.secrets), link)
        self.journal: Answering = self._recorder

    async def close(self) -> Left:
        """What is left of the leg."""
        found = await self._recorder.finish()

        def taken(before: Sequence[tuple[str, bytes | None]] | None) -> Taken:
            kept, withheld = _clean(before or (), found.redactor)
            return Taken(found.turned, found.mails, None if before is None else kept, withheld)

        return Left(found.redactor, found.exchanges, taken=taken)


def _clean(
    files: Sequence[tuple[str, bytes | None]], redactor: Redactor
) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    """Files without secrets, and the names of those that cannot be freed of them, as they are no text."""
    kept: list[tuple[str, bytes]] = []
    withheld: list[str] = []
    for name, content in files:
        if content is None:
            continue
        clean, shown = redactor.data(content), redactor.text(name)
        if (clean == content or _is_text(content)) and not _rows_hold_secrets(content, redactor):
            kept.append((shown, clean))
        else:
            withheld.append(shown)
    return tuple(kept), tuple(withheld)


def _rows_hold_secrets(content: bytes, redactor: Redactor) -> bool:
    """Whether a SQLite database does where its bytes do not show it: a value may run over pages."""
    held = [("rows", content)]
    (shown,), (plain,) = written_files(held, redactor), written_files(held, Redactor({}))
    return isinstance(plain, DatabaseFile) and shown != plain


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in content
