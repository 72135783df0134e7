"""What the runner asks of a transport and what it gets back. None of it prints values; they can be secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from migrate.model.values import Value


class TransportError(Exception):
    """The request could not be sent or its answer not be read; `kind` is the client's own name of the error.

    Neither the message nor the cause holds a value, because clients quote URLs and headers in theirs.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def kind_of(error: Exception) -> str:
    """The kind of an error: its class's name, with its library's before it unless it is one of Python's own."""
    library = type(error).__module__.partition(".")[0]
    name = type(error).__name__
    return name if library == "builtins" else f"{library}.{name}"


@dataclass(frozen=True, repr=False)
class Request:
    """One HTTP request before the client's encoders have run.

    `url` is server and path with all placeholders filled in; `query` the parameters that the client
    appends, in order. What becomes of a URL or header that is no text is the client's. `credentials` are user
    and password of HTTP Basic; `encoder` and `content` the body (encoder None: no body).
    """

    client: str
    method: str
    url: Value
    query: tuple[tuple[str, Value], ...] = ()
    headers: tuple[tuple[str, Value], ...] = ()
    credentials: tuple[str, str] | None = None
    encoder: str | None = None
    content: Value = None
    timeout_seconds: float | None = None
    follow_redirects: bool = True
    verify_tls: bool = True
    session: str | None = None


@dataclass(frozen=True, repr=False)
class Answer:
    """The answer after redirects: header names in lower case, `content` free of content encodings.

    `text` makes text of it and `json` decodes it, both as the client does; they wait until they are asked for.
    `json` raises ValueError or RecursionError for what is no JSON.
    """

    status: int
    headers: dict[str, str]
    content: bytes
    text: Callable[[], str]
    json: Callable[[], Value]


@dataclass(frozen=True, repr=False)
class Incoming:
    """A request that came in, as the trigger's dialect reads it: header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, repr=False)
class Reply:
    """The answer to a request that came in; `body` None where nothing is sent behind the headers."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None


class Transport(Protocol):
    """Sends requests in the dialects of client libraries; one object serves one run."""

    def send(self, request: Request) -> Answer:
        """The answer of any status. Raises TransportError where the client library would raise."""
