"""A recording of some thousand requests as a sync script makes them, the same each time."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "api.example.com"


@dataclass(frozen=True)
class Asked:
    """One request as bytes without the start of its target, and the body of its answer."""

    method: str
    path: str
    body: bytes
    answer: bytes

    def sent(self, *, absolute: bool) -> bytes:
        """The request as it is sent to a server, or to a proxy (`absolute`)."""
        target = f"http://{HOST}{self.path}" if absolute else self.path
        lines = [f"{self.method} {target} HTTP/1.1", f"Host: {HOST}", "Accept: application/json"]
        lines += ["User-Agent: benchmark", "Authorization: Bearer not-a-real-token"]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode("ascii") + self.body


def traffic(count: int) -> list[Asked]:
    """Requests that all differ: records one by one, pages of a collection, and writes."""
    chance = random.Random(1)
    made: list[Asked] = []
    for number in range(count):
        record = _record(number, chance)
        match number % 5:
            case 0:
                body = json.dumps(record).encode()
                made.append(Asked("POST", "/v1/contacts", body, json.dumps({"id": number}).encode()))
            case 1 | 2:
                page = {"items": [_record(number * 10 + i, chance) for i in range(5)], "more": True}
                path = f"/v1/contacts?limit=5&offset={number}&updated_since=2024-05-01T00%3A00%3A00Z"
                made.append(Asked("GET", path, b"", json.dumps(page).encode()))
            case _:
                made.append(Asked("GET", f"/v1/contacts/{number}", b"", json.dumps(record).encode()))
    return made


def write_har(requests: list[Asked], path: Path) -> None:
    """Writes the requests and their answers as HAR 1.2, as far as both sides read it."""
    path.write_text(json.dumps({"log": {**_CREATOR, "entries": [_entry(one) for one in requests]}}))


_CREATOR: dict[str, Any] = {"version": "1.2", "creator": {"name": "benchmark", "version": "1"}}


def _record(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Person {chance.randrange(10**6)}",
        "email": f"person{number}@example.org",
        "address": {"street": f"Road {chance.randrange(200)}", "zip": f"{chance.randrange(10**5):05}"},
        "tags": [f"t{chance.randrange(40)}" for _ in range(3)],
        "balance": chance.randrange(10**6) / 100,
    }


def _entry(one: Asked) -> dict[str, Any]:
    json_type = "application/json"
    headers = [{"name": "Host", "value": HOST}]
    request: dict[str, Any] = {
        "method": one.method, "url": f"http://{HOST}{one.path}", "httpVersion": "HTTP/1.1", "headers": headers,
        "queryString": [], "cookies": [], "headersSize": -1, "bodySize": len(one.body),
    }  # fmt: skip
    if one.body:
        request["headers"] = [*headers, {"name": "Content-Type", "value": json_type}]
        request["postData"] = {"mimeType": json_type, "text": one.body.decode()}
    return {
        "startedDateTime": "2024-05-01T00:00:00.000Z",
        "time": 1,
        "request": request,
        "response": {
            "status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "redirectURL": "", "cookies": [],
            "headers": [
                {"name": "Content-Type", "value": json_type},
                {"name": "Content-Length", "value": str(len(one.answer))},
            ],
            "headersSize": -1,
            "content": {"size": len(one.answer), "mimeType": json_type, "text": one.answer.decode()},
            "bodySize": len(one.answer),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }  # fmt: skip
