"""What a request asks for, whatever its spelling: the key under which a recording's answer is found."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from migrate.shadow import addresses, bodies
from migrate.shadow.messages import Request
from migrate.shadow.replay_settings import Volatile

Pairs = tuple[tuple[str, str | None], ...]
_PARAMETER = re.compile(r"\\\{[^{}/]*\\\}")


@dataclass(frozen=True, slots=True)
class Question:
    """A redacted request with its URL in the one spelling, taken apart. Headers do not take part.

    `body` is decoded, `pairs` are the query's. `key` is equal for requests that mean the same; `loose` also for those
    that differ in declared volatile values only.
    """

    request: Request
    address: addresses.Address
    body: bytes
    pairs: Pairs
    key: Hashable
    loose: Hashable

    @property
    def spelling(self) -> Hashable:
        """Equal for requests that are written the same."""
        return self.request.url, self.body


class Matching:
    """Takes requests apart by what was declared volatile."""

    def __init__(self, volatile: Sequence[Volatile] = ()) -> None:
        self._volatile = [(url_pattern(one.url), one) for one in volatile]

    def question(self, request: Request, address: addresses.Address, body: bytes) -> Question:
        """Takes a redacted request, its URL taken apart, and its decoded body."""
        pairs = address.pairs
        origin, path = address.origin, address.path
        meaning = bodies.canonical(request.headers, body)
        key = request.method, origin, path, pairs, meaning
        loose: Hashable = key
        here = self._declared(request.method, origin + path) if self._volatile else []
        if here:
            names = {one.name for one in here if one.location == "query"}
            places = [pointer_parts(one.path) for one in here if one.path is not None]
            kept = tuple((name, None if name in names else text) for name, text in pairs)
            if places:
                meaning = bodies.canonical(request.headers, body, places)
            loose = request.method, origin, path, kept, meaning
        return Question(request, address, body, pairs, key, loose)

    def _declared(self, method: str, url: str) -> list[Volatile]:
        return [
            one
            for pattern, one in self._volatile
            if (one.method is None or one.method.upper() == method) and pattern.fullmatch(url)
        ]


def normal(request: Request) -> tuple[Request, addresses.Address]:
    """The request with its URL in the one spelling, and that URL taken apart. Raises ValueError."""
    address = addresses.parse(request.url)
    return (request if address.url == request.url else replace(request, url=address.url)), address


def names_url(pattern: re.Pattern[str], question: Question) -> bool:
    """Whether the request goes to a URL that was declared."""
    return pattern.fullmatch(question.address.origin + question.address.path) is not None


def pointer_parts(pointer: str) -> tuple[str, ...]:
    """The parts of a JSON Pointer (RFC 6901)."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def url_pattern(url: str) -> re.Pattern[str]:
    """Matches the URLs without query that a declared one means."""
    try:
        address = addresses.parse(url.partition("?")[0])
    except ValueError:
        return re.compile(r"(?!)")
    # Braces are not touched by `parse`, which only takes escapes apart.
    return re.compile(_PARAMETER.sub("[^/]+", re.escape(address.origin + address.path)))
