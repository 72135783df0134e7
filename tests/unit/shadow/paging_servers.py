"""Servers that give a collection page by page, in the ways that public APIs have, for what a replay has to equal."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from migrate.shadow.messages import Answer, Headers, Request
from migrate.shadow.recording import Recorded, Recording

URL = "https://api.example/v1/things"
Record = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """One way of paging: what it declares in `hubshift.yaml`, and how it answers."""

    name: str
    setting: dict[str, Any]
    answer: Callable[[Sequence[Record], dict[str, str]], tuple[Headers, str]]
    following: Callable[[dict[str, str], Answer, int], dict[str, str] | None]
    """The next query of a client that has got an answer of so many records, or None."""

    def serve(self, records: Sequence[Record], query: dict[str, str]) -> Answer:
        headers, body = self.answer(records, query)
        return Answer(200, (("Content-Type", "application/json"), *headers), body.encode())

    def count(self, answer: Answer) -> int:
        body = json.loads(answer.body)
        return len(body[self.setting["items"].strip("/")] if self.setting.get("items") else body)

    def walk(self, records: Sequence[Record], query: dict[str, str]) -> list[tuple[Request, Answer]]:
        """All requests of a client that reads everything, with their answers."""
        made: list[tuple[Request, Answer]] = []
        asked: dict[str, str] | None = query
        while asked is not None:
            answer = self.serve(records, asked)
            made.append((request(asked), answer))
            asked = self.following(asked, answer, self.count(answer))
        return made

    def recording(self, records: Sequence[Record], query: dict[str, str]) -> Recording:
        walked = enumerate(self.walk(records, query))
        return Recording(tuple(Recorded(f"entries[{n}]", asked, answer) for n, (asked, answer) in walked))


def request(query: dict[str, str]) -> Request:
    return Request("GET", f"{URL}?{urlencode(query)}" if query else URL)


def _slice(records: Sequence[Record], query: dict[str, str]) -> tuple[int, int, Sequence[Record]]:
    size = int(query.get("limit", "4"))
    start = int(query.get("offset", "0"))
    return start, size, records[start : start + size]


def _bare(records: Sequence[Record], query: dict[str, str]) -> tuple[Headers, str]:
    return (), json.dumps(_slice(records, query)[2], indent=2)


def _counted(records: Sequence[Record], query: dict[str, str]) -> tuple[Headers, str]:
    start, size, page = _slice(records, query)
    body = {"offset": start, "limit": size, "total": len(records), "version": "v1", "items": page}
    return (("X-Total-Count", str(len(records))), ("X-Request-Id", f"r{start}-{size}")), json.dumps(body)


def _flagged(records: Sequence[Record], query: dict[str, str]) -> tuple[Headers, str]:
    start, size, page = _slice(records, query)
    more = start + size < len(records)
    body = {
        "items": page,
        "has_more": more,
        "next_offset": start + size if more else None,
        "count": len(page),
    }
    return (), json.dumps(body)


def _numbered(records: Sequence[Record], query: dict[str, str]) -> tuple[Headers, str]:
    size, page = int(query.get("per_page", "4")), int(query.get("page", "1"))
    pages = -(-len(records) // size)
    links: list[str] = []
    if page > 1:
        links += [_link(query, page - 1, "prev"), _link(query, 1, "first")]
    if page < pages:
        links += [_link(query, page + 1, "next"), _link(query, pages, "last")]
    start = (page - 1) * size
    return ((("Link", ", ".join(links)),) if links else ()), json.dumps(records[start : start + size])


def _link(query: dict[str, str], page: int, relation: str) -> str:
    return f'<{URL}?{urlencode({**query, "page": str(page)})}>; rel="{relation}"'


def _cursored(records: Sequence[Record], query: dict[str, str]) -> tuple[Headers, str]:
    size, start = int(query.get("limit", "4")), int(query.get("after", "c0")[1:])
    body: dict[str, Any] = {"items": records[start : start + size]}
    if start + size < len(records):
        body["paging"] = {"next": {"after": f"c{start + size}"}}
    return (), json.dumps(body)


def _until_short(name: str, size: str) -> Callable[[dict[str, str], Answer, int], dict[str, str] | None]:
    def following(query: dict[str, str], answer: Answer, count: int) -> dict[str, str] | None:
        full = int(query.get(size, "4"))
        if count < full:
            return None
        step = full if name == "offset" else 1
        first = 0 if name == "offset" else 1
        return {**query, name: str(int(query.get(name, str(first))) + step)}

    return following


def _until_flag(query: dict[str, str], answer: Answer, count: int) -> dict[str, str] | None:
    body = json.loads(answer.body)
    return {**query, "offset": str(body["next_offset"])} if body["has_more"] else None


def _until_link(query: dict[str, str], answer: Answer, count: int) -> dict[str, str] | None:
    link = next((text for name, text in answer.headers if name == "Link"), "")
    for part in link.split(", "):
        if part.endswith('rel="next"'):
            return dict(parse_qsl(part[1:].partition(">")[0].partition("?")[2]))
    return None


def _until_cursor(query: dict[str, str], answer: Answer, count: int) -> dict[str, str] | None:
    body = json.loads(answer.body)
    return {**query, "after": body["paging"]["next"]["after"]} if "paging" in body else None


_OFFSET = {
    "url": URL,
    "paging": "offset",
    "parameter": "offset",
    "size": {"parameter": "limit", "default": 4, "most": 20},
}
SERVERS = (
    Server("a bare list", _OFFSET, _bare, _until_short("offset", "limit")),
    Server(
        "offset and total",
        {**_OFFSET, "items": "/items"},
        _counted,
        _until_short("offset", "limit"),
    ),
    Server(
        "a flag and the next offset",
        {
            **_OFFSET,
            "items": "/items",
            "envelope": {"/has_more": "more", "/next_offset": "next-start", "/count": "count"},
        },
        _flagged,
        _until_flag,
    ),
    Server(
        "numbered pages with links",
        {"url": URL, "paging": "page", "parameter": "page", "size": {"parameter": "per_page", "most": 20}},
        _numbered,
        _until_link,
    ),
    Server(
        "a cursor",
        {
            "url": URL,
            "items": "/items",
            "paging": "cursor",
            "parameter": "after",
            "next": "/paging/next/after",
            "size": {"parameter": "limit", "most": 20},
        },
        _cursored,
        _until_cursor,
    ),
)  # fmt: skip
