"""A script that stamps records, its model and its flow: the same, but for new values, which keep their shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emitters.node_red import install
from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.pipeline.shadowing import ShadowSettings, shadow
from migrate.shadow import sandbox
from migrate.shadow.differences import Different
from migrate.shadow.recording import read_har

MISSING = install.missing() or sandbox.probe()
pytestmark = [pytest.mark.engine, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

SCRIPT = """
import time
import uuid
from datetime import date, datetime, timedelta, timezone

import requests

run = str(uuid.uuid4())
started = datetime.now(timezone.utc)
for ticket in requests.get("https://desk.example/tickets").json():
    opened = datetime.fromisoformat(ticket["opened"])
    requests.post(
        "https://crm.example/events",
        json={
            "id": ticket["id"],
            "run": run,
            "event": uuid.uuid4().hex,
            "at": datetime.now(timezone.utc).isoformat(),
            "seconds": int(time.time()),
            "local": datetime.now().strftime("%Y-%m-%d %H:%M:%S"),
            "day": date.today().strftime("%Y-%m-%d"),
            "due": (opened + timedelta(days=14)).date().isoformat(),
            "late": opened < started - timedelta(days=30),
            "opened": opened.strftime("%a %d %b"),
        },
    )
"""
TICKETS = [
    {"id": 1, "opened": "2024-02-15T23:59:59.500000+02:00"},
    {"id": 2, "opened": "2999-12-31T00:00:00Z"},
]
NEW = {"run", "event", "at", "seconds", "local"}


def recording(folder: Path) -> Path:
    """The tickets, and an answer to each event; what the script sends of new values is in no recording."""

    def entry(method: str, url: str, answer: object) -> dict[str, object]:
        text = json.dumps(answer)
        content = {"size": len(text), "mimeType": "application/json", "text": text}
        request = {"method": method, "url": url, "httpVersion": "HTTP/1.1", "headers": [], "queryString": []}
        response = {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": content,
            "cookies": [],
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(text),
        }
        sizes = {"cookies": [], "headersSize": -1, "bodySize": 0}
        times = {"send": 0, "wait": 0, "receive": 0}
        started = {"startedDateTime": "2024-03-01T00:00:00.000Z", "time": 0, "cache": {}, "timings": times}
        return {**started, "request": {**request, **sizes}, "response": response}

    entries = [entry("GET", "https://desk.example/tickets", TICKETS)]
    log = {"version": "1.2", "creator": {"name": "by hand", "version": "1"}, "entries": entries}
    path = folder / "tickets.har"
    path.write_text(json.dumps({"log": log}), encoding="utf-8")
    return path


def test_stamps_are_held_to_their_shape_and_all_else_is_equal(tmp_path: Path) -> None:
    script = tmp_path / "stamps.py"
    script.write_text(SCRIPT, encoding="utf-8")
    extraction = EXTRACTOR.extract(script, tmp_path)
    assert isinstance(extraction, Extraction)
    done = shadow(
        script, extraction, read_har(recording(tmp_path)), "node-red", {}, ShadowSettings(repeat="always")
    )
    assert done.judgement.verdict.name == "REVIEW"
    assert {reason.code for reason in done.judgement.reasons} == {"synthetic"}
    for one in done.judgement.comparisons:
        assert (one.writes.equal, one.writes.differences) == (len(TICKETS), ())
        keys = [noise.difference.keys for noise in one.noise if isinstance(noise.difference, Different)]
        assert {name for _, name in keys} - {"day"} == NEW
