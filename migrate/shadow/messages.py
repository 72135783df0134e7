"""Requests, answers and the pairs of both that a shadow run records. All are immutable; bodies are the raw
bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Headers = tuple[tuple[str, str], ...]
"""Header lines in the order sent, names as sent (compare them in lower case)."""

Source = Literal["exact", "canonical", "repeated", "synthetic", "refused"]
"""Where an answer came from: the
recording (`exact`, `canonical`), its last answer again (`repeated`), a declared stand-in for a write that was
not recorded (`synthetic`), or nowhere: the request was turned down (`refused`)."""


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
class Exchange:
    """One request and its answer; `sequence` counts complete requests from 0 in order of arrival."""

    sequence: int
    request: Request
    answer: Answer
    source: Source


def header(headers: Headers, name: str) -> str | None:
    """The value of the first header called `name` (any case), or None."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
