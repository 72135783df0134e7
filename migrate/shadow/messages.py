"""Requests, answers and the pairs of both that a shadow run records. All are immutable; bodies are the raw
bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Headers = tuple[tuple[str, str], ...]
"""Header lines in the order sent, names as sent (compare them in lower case)."""

MAIL = "MAIL"
"""The method of a mail, which is a request to `smtp://host:port` (see `mails`)."""

Source = Literal["exact", "canonical", "collection", "repeated", "synthetic", "refused", "live", "declared"]
"""Where an answer came from: the recording (`exact`, `canonical`), the recorded records of a collection that people
declared (`collection`), the last answer again (`repeated`), a stand-in for a write that was not recorded (`synthetic`),
or nowhere: the request was turned down (`refused`). While a run is recorded also the system itself, which a declared
read was let out to (`live`), and what people declared for a write (`declared`)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked. `url` is absolute; `body` is as sent, still in its `Content-Encoding`."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `body` is free of transfer and content encoding. `status` 0: there was no answer at
    all."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RequestDifference:
    """What a request and a recorded one differ in: `part` is such as `method`, `path segment 2`, `query page` or
    `body /filter/since`; None where one of the two does not have it. Redacted."""

    part: str
    asked: str | None
    recorded: str | None

    def __str__(self) -> str:
        if self.recorded is None:
            return f"{self.part}: {self.asked}, which the recorded request does not have"
        if self.asked is None:
            return f"{self.part}: missing, {self.recorded} in the recorded request"
        return f"{self.part}: {self.asked} instead of {self.recorded}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a read got no answer: what was recorded nearest to it, as `GET https://…` and by its place in the recording,
    and what differs; `collection` says why the records of a collection do not answer it. `searched` is False where
    nothing near was looked for, as too many were refused before. Redacted."""

    nearest: str | None
    place: str | None
    differences: tuple[RequestDifference, ...] = ()
    collection: str | None = None
    searched: bool = True

    def __str__(self) -> str:
        nothing = "nothing like it was recorded" if self.searched else "the nearest one was not looked for"
        nearest = f"nearest is {self.nearest} ({self.place})" if self.nearest else nothing
        differing = "; ".join(map(str, self.differences))
        parts = [f"{nearest}: {differing}" if differing else nearest]
        return "; ".join([*parts, self.collection] if self.collection else parts)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `sequence` counts complete requests from 0 in order of arrival.

    `refusal` says why a read was not answered from the recording."""

    sequence: int
    request: Request
    answer: Answer
    source: Source
    refusal: Refusal | None = None
    added: tuple[str, ...] = ()
    """Headers that the client may have added by itself, by their names in lower case (see `mail_dates`)."""


def header_lines(headers: Iterable[tuple[str, str]]) -> Headers:
    """Headers by name in lower case, sorted, each name once: a line feed stands between the values of several lines."""
    joined: dict[str, list[str]] = {}
    for name, value in headers:
        joined.setdefault(name.lower(), []).append(value)
    return tuple((name, "\n".join(values)) for name, values in sorted(joined.items()))


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of the first header called `name` (any case), or None."""
    wanted, size = name.lower(), len(name)
    for key, value in headers:
        if len(key) == size and key.lower() == wanted:
            return value
    return None
