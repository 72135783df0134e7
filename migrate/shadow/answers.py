"""What a script answered to the requests that came in, compared one by one like writes.

Status, body and headers count, but for those that servers add of themselves: some always (`SERVER_HEADERS`), others in
the form that a server gives them (`DEFAULTS`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from migrate.shadow import bodies
from migrate.shadow.bodies import Json, json_text
from migrate.shadow.differences import ABSENT, AnswerDiffers
from migrate.shadow.messages import Exchange, header_lines
from migrate.shadow.values import unequal_values

SERVER_HEADERS = frozenset({"date", "connection", "keep-alive", "content-length", "transfer-encoding"})
"""Headers that a server adds, in lower case; they are not compared."""
DEFAULTS = {
    "server": re.compile(r"(?:BaseHTTP|SimpleHTTP)/[\d.]+ Python/[\w.+]+"),
    "x-powered-by": re.compile("Express"),
    "etag": re.compile(r'W/"[0-9a-f]+-[A-Za-z0-9+/]{27}"'),
}
"""Headers that a server adds in this form, such as Express the digest of the body; in any other they are compared."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, redacted: to the how-manyth request, of what method and path; `status` 0 where none came.

    `headers` are those that count, sorted by name in lower case, lines of repeated ones joined by line feeds.
    """

    number: int
    method: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: Json
    written_as: str = ""
    """What `body` does not show of it (see `bodies.written_as`)."""

    @classmethod
    def of(cls, exchange: Exchange) -> Answered:
        """The record of a redacted request and its answer."""
        request, answer = exchange.request, exchange.answer
        return cls(
            exchange.sequence,
            request.method,
            urlsplit(request.url).path,
            answer.status,
            tuple((name, text) for name, text in header_lines(answer.headers) if not _is_default(name, text)),
            bodies.value(answer.headers, answer.body),
            bodies.written_as(answer.headers, answer.body),
        )

    @property
    def line(self) -> str:
        """The record as one line of JSON."""
        content: dict[str, Json] = {"method": self.method, "path": self.path, "status": self.status}
        return json_text({**content, "headers": dict(self.headers), "body": self.body}, ascii_only=True)


def _is_default(name: str, value: str) -> bool:
    return name in SERVER_HEADERS or (name in DEFAULTS and DEFAULTS[name].fullmatch(value) is not None)


def compare_answers(left: Sequence[Answered], right: Sequence[Answered]) -> tuple[AnswerDiffers, ...]:
    """The differences, in the order of the requests. `left` is the yardstick."""
    found: list[AnswerDiffers] = []
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else None
        other = right[number] if number < len(right) else None
        named = one or other
        assert named is not None
        statuses = tuple(side.status for side in (one, other) if side is not None)
        asked = (number, named.method, named.path, statuses)
        if one is None or other is None:
            sides = [ABSENT if side is None else side.status for side in (one, other)]
            found.append(AnswerDiffers(*asked, ("status",), sides[0], sides[1]))
            continue
        if one.status != other.status:
            found.append(AnswerDiffers(*asked, ("status",), one.status, other.status))
        ours, theirs = dict(one.headers), dict(other.headers)
        for name in sorted(ours.keys() | theirs.keys()):
            if ours.get(name) != theirs.get(name):
                values = [side.get(name, ABSENT) for side in (ours, theirs)]
                found.append(AnswerDiffers(*asked, ("headers", name), values[0], values[1]))
        parts = list(unequal_values(("body",), one.body, other.body))
        for part in parts:
            found.append(AnswerDiffers(*asked, part.keys, part.left, part.right, part.change, part.to))
        if not parts and one.written_as != other.written_as:
            written = [side.written_as or "plain" for side in (one, other)]
            found.append(AnswerDiffers(*asked, ("body", "written"), written[0], written[1]))
    return tuple(found)
