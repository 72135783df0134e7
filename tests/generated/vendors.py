"""Mock vendors: one list that is read in pages, and whatever is written; an answer depends on the requests so far."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from migrate.model.values import Value
from tests.generated.entities import Entity, record

Paging = Literal["none", "offset", "page", "total", "cursor", "link"]


@dataclass(frozen=True)
class Api:
    """How the source vendor serves its list: under `path`, `size` records a page, in an envelope.

    `envelope` is the path of keys to the list (empty: the body is it), `next_key` that to the next cursor or link.
    """

    base: str
    path: str
    entity: Entity
    envelope: tuple[str, ...]
    paging: Paging
    next_key: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class World:
    """The records of one run, and what goes wrong: by the number of the read or write, counted from 1."""

    records: tuple[dict[str, Value], ...]
    failing_writes: frozenset[int] = frozenset()
    failing_reads: frozenset[int] = frozenset()
    garbled_reads: frozenset[int] = frozenset()
    garbled_writes: frozenset[int] = frozenset()
    odd_reads: dict[int, str] = field(default_factory=dict)

    @property
    def quiet(self) -> bool:
        """True if no answer is out of order."""
        return not (self.failing_writes or self.failing_reads or self.garbled_reads or self.odd_reads)


def world(entity: Entity, random: Random, oddness: float, faulty: bool) -> World:
    """A world of some records; with `faulty` one or two answers are refusals, no JSON or of another shape."""
    records = [
        record(entity, random, number, oddness) for number in range(1, random.choice((1, 4, 5, 8)) + 1)
    ]
    if oddness and random.random() < 0.3:
        records.append(records[0])
    if not faulty:
        return World(tuple(records))
    number = random.randrange(1, 5)
    match random.randrange(6):
        case 0 | 1:
            return World(tuple(records), failing_writes=frozenset({number}))
        case 2:
            return World(tuple(records), failing_reads=frozenset({number}))
        case 3:
            return World(tuple(records), garbled_reads=frozenset({number}))
        case 4:
            return World(tuple(records), garbled_writes=frozenset({number}))
        case _:
            body = random.choice(
                ("[]", "{}", "null", '{"data": null}', '"text"', '{"items": {}}', "[[1]]", "0")
            )
            return World(tuple(records), odd_reads={number: body})


@dataclass
class Vendor:
    """The vendors of one run; `answer` counts the requests."""

    api: Api
    world: World
    reads: int = 0
    writes: int = 0

    def answer(self, method: str, url: str) -> tuple[int, bytes]:
        """Status and body for a request."""
        if method in ("GET", "HEAD"):
            self.reads += 1
            return self._read(url)
        self.writes += 1
        if self.writes in self.world.failing_writes:
            return 422, b'{"error": "refused"}'
        if self.writes in self.world.garbled_writes:
            return 200, b"<html>Busy</html>"
        number = 9000 + self.writes
        return 201, _json({"id": number, "status": "ok", "data": {"id": f"w{number}"}})

    def _read(self, url: str) -> tuple[int, bytes]:
        if self.reads in self.world.failing_reads:
            return 500, b'{"error": "sorry"}'
        if self.reads in self.world.garbled_reads:
            return 200, b"<html>Maintenance</html>"
        if self.reads in self.world.odd_reads:
            return 200, self.world.odd_reads[self.reads].encode()
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if parts.path == urlsplit(self.api.base + self.api.path).path:
            return 200, self._page(query)
        return self._other(parts.path, query)

    def _page(self, query: dict[str, str]) -> bytes:
        records, size = self.world.records, self.api.size
        start = 0
        match self.api.paging:
            case "none":
                size = len(records) + 1
            case "offset":
                start = _number(query.get("offset"), 0)
            case "page" | "total":
                start = (_number(query.get("page"), 1) - 1) * size
            case "cursor" | "link":
                start = _number(query.get("cursor", "").lstrip("k"), 0)
        page: list[Value] = list(records[start : start + size])
        body: Value = page
        for key in reversed(self.api.envelope):
            body = {key: body}
        if isinstance(body, dict):
            body["total_pages"] = -(-len(records) // size)
            body["has_more"] = start + size < len(records)
            following: Value = f"k{start + size}" if start + size < len(records) else None
            if self.api.paging == "link" and following is not None:
                following = f"{self.api.base}{self.api.path}?cursor={following}"
            if self.api.next_key:
                for key in reversed(self.api.next_key):
                    following = {key: following}
                body = body | following if isinstance(following, dict) else body
        return _json(body)

    def _other(self, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        """A detail of a record, or a search of the target: found for about half of what is asked for."""
        asked = "".join(query.values()) or path
        number = sum(asked.encode()) % 7
        if "search" in path:
            found: list[Value] = [{"id": f"t{number}", "name": "Found"}] if number % 2 else []
            return 200, _json({"results": found, "total": len(found)})
        if number == 6:
            return 404, b'{"error": "unknown"}'
        return 200, _json(
            {"id": number, "owner": f"owner{number}", "level": number, "extra": {"rank": number / 2}}
        )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


def _json(value: Value) -> bytes:
    return json.dumps(value).encode()
