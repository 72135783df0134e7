"""Mock vendors: lists that are read in pages, and whatever is written; an answer depends on the requests so far."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from migrate.model.values import Value
from tests.generated.entities import Entity

Paging = Literal["none", "offset", "page", "total", "cursor", "link", "header"]


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
class Fault:
    """What comes in place of an answer: a status and a text, an `empty` page, or a connection that is `lost`."""

    status: int = 200
    body: str = ""
    empty: bool = False
    lost: bool = False


@dataclass(frozen=True)
class World:
    """The records of one run, the target's own list, and what goes wrong.

    `reads` and `writes` hold faults by the number of the read or write, counted from 1.
    """

    records: tuple[dict[str, Value], ...]
    others: tuple[dict[str, Value], ...] = ()
    reads: Mapping[int, Fault] = field(default_factory=dict)
    writes: Mapping[int, Fault] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """Status, body and headers of an answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class ConnectionLost(Exception):
    """No answer comes."""


@dataclass
class Vendor:
    """The vendors of one run; `answer` counts the requests."""

    api: Api
    world: World
    reads: int = 0
    writes: int = 0
    logins: int = 0

    def answer(self, method: str, url: str) -> Reply:
        """The answer to a request. Raises ConnectionLost where there is none."""
        if urlsplit(url).path.endswith("/oauth/token"):
            self.logins += 1
            return Reply(200, _json({"access_token": f"at-{self.logins}", "expires_in": 3600}))
        if method in ("GET", "HEAD"):
            self.reads += 1
            fault = self.world.reads.get(self.reads)
            return self._read(url, False) if fault is None else self._faulty(fault, url)
        self.writes += 1
        fault = self.world.writes.get(self.writes)
        if fault is not None:
            return self._faulty(fault, url)
        number = 9000 + self.writes
        return Reply(201, _json({"id": number, "status": "ok", "data": {"id": f"w{number}"}}))

    def _faulty(self, fault: Fault, url: str) -> Reply:
        if fault.lost:
            raise ConnectionLost
        if fault.empty:
            return self._read(url, True)
        headers = {"Retry-After": "2"} if fault.status == 429 else {}
        return Reply(fault.status, fault.body.encode(), headers)

    def _read(self, url: str, empty: bool) -> Reply:
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if parts.path == urlsplit(self.api.base + self.api.path).path:
            return self._page(query, empty)
        if parts.path.endswith("/accounts"):
            others: list[Value] = [] if empty else list(self.world.others)
            return Reply(200, _json({"results": others, "total": len(others)}))
        return _other(parts.path, query)

    def _page(self, query: dict[str, str], empty: bool) -> Reply:
        """A page; an empty one leads to a following one with the same records."""
        records, size = self.world.records, self.api.size
        start = 0
        match self.api.paging:
            case "none":
                size = len(records) + 1
            case "offset":
                start = _number(query.get("offset"), 0)
            case "page" | "total":
                start = (_number(query.get("page"), 1) - 1) * size
            case "cursor" | "link" | "header":
                start = _number(query.get("cursor", "").lstrip("k"), 0)
        end = start if empty else start + size
        page: list[Value] = list(records[start:end])
        body: Value = page
        for key in reversed(self.api.envelope):
            body = {key: body}
        more = end < len(records)
        following = f"k{end}" if more else None
        if self.api.paging in ("link", "header") and more:
            following = f"{self.api.base}{self.api.path}?cursor=k{end}"
        if isinstance(body, dict):
            body |= {"total": len(records), "total_pages": -(-len(records) // size), "has_more": more}
            if self.api.next_key:
                nested: Value = following
                for key in reversed(self.api.next_key):
                    nested = {key: nested}
                body = body | nested if isinstance(nested, dict) else body
        linked = {"Link": f'<{following}>; rel="next"'} if self.api.paging == "header" and more else {}
        return Reply(200, _json(body), linked)


def _other(path: str, query: dict[str, str]) -> Reply:
    """A detail of a record, or a search of the target: found for about half of what is asked for."""
    asked = "".join(query.values()) or path
    number = sum(asked.encode()) % 7
    if "search" in path:
        found: list[Value] = [{"id": f"t{number}", "name": "Found"}] if number % 2 else []
        return Reply(200, _json({"results": found, "total": len(found)}))
    if number == 6:
        return Reply(404, b'{"error": "unknown"}')
    return Reply(
        200, _json({"id": number, "owner": f"owner{number}", "level": number, "extra": {"rank": number / 2}})
    )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


def _json(value: Value) -> bytes:
    return json.dumps(value).encode()
