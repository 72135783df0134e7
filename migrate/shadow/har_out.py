"""Traffic as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), the same bytes for the same exchanges.

What is given is written as it is: redact it before. Fields of our own have names with an underscore, as the format asks
for: `_direction` as `recording` reads it, `_source` for where the answer came from.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl

from migrate.shadow.bodies import charset
from migrate.shadow.messages import Answer, Request, header
from migrate.shadow.recording import Recording

START = datetime(2026, 1, 15, 10, 0, 0, tzinfo=UTC)
STEP = timedelta(milliseconds=10)
_CREATOR = ("hubshift", "1")


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange of a HAR: a request that was sent or, where `incoming`, taken in, and its answer.

    `source` is where the answer came from, if that is to be said: `live` from the system itself, `recorded`, or a
    stand-in (`declared`, `synthetic`).
    """

    request: Request
    answer: Answer
    incoming: bool = False
    source: str | None = None


def entries_of(recording: Recording) -> tuple[Entry, ...]:
    """The exchanges of a recording, those that came in behind the others."""
    return tuple(
        Entry(one.request, one.answer, incoming, "synthetic" if one.stand_in else None)
        for held, incoming in ((recording.exchanges, False), (recording.incoming, True))
        for one in held
    )


def har(entries: Iterable[Entry], creator: tuple[str, str] = _CREATOR) -> bytes:
    """The exchanges in UTF-8, one every 10 ms from a fixed moment. `creator` is name and version of who made them."""
    written = [_entry(START + STEP * at, entry) for at, entry in enumerate(entries)]
    named = {"name": creator[0], "version": creator[1]}
    log = {"log": {"version": "1.2", "creator": named, "entries": written}}
    return (json.dumps(log, ensure_ascii=False, indent=1) + "\n").encode()


def _entry(started: datetime, entry: Entry) -> dict[str, object]:
    request, answer = entry.request, entry.answer
    query = request.url.partition("#")[0].partition("?")[2]
    sent: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _pairs(parse_qsl(query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        mime = header(request.headers, "content-type") or ""
        sent["postData"] = {"mimeType": mime, **_text(request.body, mime)}
    mime = header(answer.headers, "content-type") or ""
    return {
        **({"_direction": "incoming"} if entry.incoming else {}),
        **({"_source": entry.source} if entry.source is not None else {}),
        "startedDateTime": started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": 0,
        "request": sent,
        "response": {
            "status": answer.status,
            "statusText": _phrase(answer.status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(answer.headers),
            "content": {"size": len(answer.body), "mimeType": mime, **_text(answer.body, mime)},
            "redirectURL": header(answer.headers, "location") or "",
            "headersSize": -1,
            "bodySize": len(answer.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }


def _text(body: bytes, mime: str) -> dict[str, str]:
    """The body as text where that gives the same bytes again, else in base64."""
    encoding = charset(mime)
    try:
        text = body.decode(encoding)
        if text.encode(encoding) == body:
            # Half a surrogate pair has no place in a file of UTF-8.
            text.encode("utf-8")
            return {"text": text}
    except UnicodeError:
        pass
    return {"text": b64encode(body).decode("ascii"), "encoding": "base64"}


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase if status else ""
    except ValueError:
        return ""
