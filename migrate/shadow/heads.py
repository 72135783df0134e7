"""What the header lines of a request say, read once for all the requests that a client sends with the same ones."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from migrate.shadow import bodies
from migrate.shadow.messages import Headers, Request, header
from migrate.shadow.redaction import Redactor

_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Head:
    """`shown` are the lines, redacted. `plain`: the body is sent without content encoding, and no line holds a
    placeholder that nobody filled in."""

    shown: Headers
    media_type: str
    plain: bool


class Heads:
    """Reads header lines for one redactor."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self.of = functools.lru_cache(_KEPT)(self._read)
        """The head of a request with these lines."""

    def _read(self, headers: Headers) -> Head:
        shown = self._redactor.headers(headers)
        bare = Request("", "", headers)
        plain = header(headers, "content-encoding") is None and self._redactor.marked(bare) == bare
        return Head(shown, bodies.media_type(shown), plain)
