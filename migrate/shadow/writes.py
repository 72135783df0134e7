"""What a leg sent, one JSON line a request: the files that people read and the records that are compared."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from migrate.shadow import bodies
from migrate.shadow.bodies import Json, json_text
from migrate.shadow.classification import Classification
from migrate.shadow.messages import Answer, Exchange, Refusal, Source, header_lines
from migrate.shadow.written_files import WrittenFile, as_line


class Line(Protocol):
    """A record that is written as a line."""

    @property
    def line(self) -> str:
        """The record as one line of JSON."""


@dataclass(frozen=True, slots=True)
class Write:
    """One request that a leg sent, redacted, and the answer it got.

    `headers` are sorted by name in lower case, lines of repeated ones joined by line feeds. `body` is the JSON value
    where it is JSON (all digits of numbers kept), else text, None when empty. `sequence` counts all requests of the leg
    in order of arrival; reads share the numbering.
    """

    sequence: int
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: Json
    status: int
    source: Source
    refusal: Refusal | None = None
    written_as: str = ""
    """What `body` does not show of it (see `bodies.written_as`)."""
    added: tuple[str, ...] = ()
    """Headers that the client may have added by itself (see `mail_dates`)."""
    answer: Answer | None = field(default=None, repr=False, compare=False)
    """What it was answered, redacted; it may say which record the write is of (see `identities`)."""

    @classmethod
    def of(cls, exchange: Exchange) -> Write:
        """The record of a redacted exchange."""
        request = exchange.request
        try:
            plain = bodies.decoded(request.headers, request.body)
            body, written_as = bodies.value(request.headers, plain), bodies.written_as(request.headers, plain)
        except bodies.UnreadableBodyError:
            # Only a request that was refused can have one; show the bytes.
            body, written_as = bodies.value((), request.body), ""
        return cls(
            sequence=exchange.sequence,
            method=request.method,
            url=request.url,
            headers=header_lines(request.headers),
            body=body,
            status=exchange.answer.status,
            source=exchange.source,
            refusal=exchange.refusal,
            written_as=written_as,
            added=exchange.added,
            answer=exchange.answer,
        )

    @property
    def line(self) -> str:
        """The record as one line of JSON, without sequence and source."""
        content: dict[str, Json] = {
            "method": self.method,
            "url": self.url,
            "headers": dict(self.headers),
            "body": self.body,
            "status": self.status,
        }
        line = json_text(content)
        try:
            line.encode("utf-8")
        except UnicodeEncodeError:
            # Half a surrogate pair has no UTF-8 form; its escape has.
            return json_text(content, ascii_only=True)
        return line


def records(
    exchanges: Iterable[Exchange], classification: Classification
) -> tuple[tuple[Write, ...], tuple[Write, ...]]:
    """The writes and the other requests, each in order of arrival."""
    writes: list[Write] = []
    reads: list[Write] = []
    for exchange in sorted(exchanges, key=lambda exchange: exchange.sequence):
        (writes if classification.is_write(exchange.request) else reads).append(Write.of(exchange))
    return tuple(writes), tuple(reads)


def write_lines(
    exchanges: Iterable[Exchange],
    files: Iterable[WrittenFile],
    classification: Classification,
    directory: Path,
    leg_name: str,
    answers: Iterable[Line] = (),
) -> tuple[Path, ...]:
    """Writes `<leg>.jsonl` (writes), `<leg>.reads.jsonl` (all other requests) and, where there are any,
    `<leg>.answers.jsonl` (what was answered to requests that came in) and `<leg>.files.jsonl` (files that were written)
    below `directory`; each file whole or not at all.

    Returns the paths. Raises ValueError for a leg name that is no plain file name, OSError where the folder
    is not writable.
    """
    if not leg_name or leg_name.startswith(".") or "/" in leg_name or "\x00" in leg_name:
        raise ValueError(f"a leg cannot be called {leg_name!r}")
    writes, reads = records(exchanges, classification)
    directory.mkdir(parents=True, exist_ok=True)
    texts = {
        directory / f"{leg_name}.jsonl": [entry.line for entry in writes],
        directory / f"{leg_name}.reads.jsonl": [entry.line for entry in reads],
    }
    others = {"answers": [one.line for one in answers], "files": [as_line(file) for file in files]}
    for name, lines in others.items():
        path = directory / f"{leg_name}.{name}.jsonl"
        if lines:
            texts[path] = lines
        else:
            path.unlink(missing_ok=True)
    for path, lines in texts.items():
        _replace(path, "".join(f"{line}\n" for line in lines))
    return tuple(texts)


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
