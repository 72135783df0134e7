"""Scripts that take in requests: odd answers, one request after the other, alike on all legs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emitters.node_red import install
from migrate.contracts import Extraction
from migrate.pipeline import read_script
from migrate.pipeline.emitting import emit
from migrate.pipeline.origins import origin
from migrate.pipeline.shadowing import ShadowRun, ShadowSettings, shadow
from migrate.shadow import sandbox
from migrate.shadow.messages import Answer, Request
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.verdict import Verdict
from tests.unit.evaluator.rendering import render

MISSING = install.missing() or sandbox.probe()

pytestmark = [pytest.mark.engine, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

SCRIPT = """
import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
import requests

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("X-Kind", "a")
        self.send_header("X-Kind", "b")
        self.end_headers()
        self.wfile.write(("state of " + self.path).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/silent":
            return
        if self.path == "/early":
            self.send_response(202)
            self.end_headers()
            requests.post("https://b.example/in", json={"from": self.headers.get("X-From")})
            raise ValueError(self.path)
        if self.path == "/plain":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)
            return
        if self.path == "/digest":
            signed = base64.b64encode(hmac.new(b"key", body, hashlib.sha1).digest()).decode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write((signed + " " + hashlib.sha256(body).hexdigest()).encode())
            return
        order = json.loads(body)
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"id": order["id"]}).encode())

    def log_message(self, format, *args):
        pass

HTTPServer(("127.0.0.1", 8099), Handler).serve_forever()
"""
DIGESTS = "0CMAdRIN1qONQK5IFszMGk1l1qo= 0be03191333143d96baa686cb1084f775f1d73d7d580b35367694594f4904c48"


def came_in(method: str, path: str, body: bytes = b"", sender: str = "shop") -> Recorded:
    headers = (("Content-Type", "application/json"), ("X-From", sender))
    return Recorded("entries[0]", Request(method, f"https://hooks.example{path}", headers, body), Answer(0))


REQUESTS = (
    came_in("GET", "/orders?x=%20y"),
    came_in("POST", "/silent", b"{}"),
    came_in("POST", "/early", b"{}", "caf\u00e9"),
    came_in("POST", "/plain", b"\xff\x00 not JSON"),
    came_in("POST", "/digest", "gr\u00fc\u00df".encode()),
    came_in("POST", "/orders", b'{"id": 10.0}'),
    came_in("POST", "/orders", b'\xef\xbb\xbf{"id": "\\u00fc"}'),
    came_in("POST", "/orders", b"{}"),
    came_in("POST", "/orders", b"no JSON"),
    came_in("POST", "/orders"),
)
SENT = Recorded(
    "entries[1]",
    Request("POST", "https://b.example/in", (), b'{"from": "caf\\u00e9"}'),
    Answer(200, (), b"{}"),
)


def extracted(folder: Path, source: str = SCRIPT) -> tuple[Path, Extraction]:
    script = folder / "hook.py"
    script.write_text(source, encoding="utf-8")
    extraction = read_script(script, folder)
    assert isinstance(extraction, Extraction)
    return script, extraction


def served(folder: Path, recording: Recording, configuration: Path | None = None) -> ShadowRun:
    script, extraction = extracted(folder)
    settings = ShadowSettings(writes_out=folder / "out", configuration=configuration)
    return shadow(script, extraction, recording, "node-red", {}, settings)


def answers(folder: Path, leg: str) -> list[tuple[int, object, object]]:
    lines = (folder / f"{leg}.answers.jsonl").read_text(encoding="utf-8").splitlines()
    return [(one["status"], one["headers"], one["body"]) for one in map(json.loads, lines)]


def test_answers_are_the_same_on_all_legs(tmp_path: Path) -> None:
    done = served(tmp_path, Recording((SENT,), incoming=REQUESTS))
    assert done.judgement.reasons == ()
    text, of_json = {"content-type": "text/plain"}, {"content-type": "application/json"}
    expected = [
        (200, {**text, "x-kind": "a\nb"}, "state of /orders?x=%20y"),
        (0, {}, None),
        (202, {}, None),
        (200, {}, "data:;base64,/wAgbm90IEpTT04="),
        (200, text, DIGESTS),
        (201, of_json, {"id": 10.0}),
        (201, of_json, {"id": "\u00fc"}),
        (201, of_json, None),
        (0, {}, None),
        (0, {}, None),
    ]
    for leg in ("legacy", "reference", "node-red"):
        assert answers(tmp_path / "out", leg) == expected


def test_an_answer_changed_by_hand_is_found_with_its_line(tmp_path: Path) -> None:
    _, extraction = extracted(tmp_path)
    emit(extraction.integration, "node-red", tmp_path / "flow")
    flows = tmp_path / "flow" / "flows.json"
    text = flows.read_text(encoding="utf-8")
    assert '[\\"X-Kind\\", \\"a\\"]' in text
    flows.write_text(text.replace('[\\"X-Kind\\", \\"a\\"]', '[\\"X-Kind\\", \\"c\\"]'), encoding="utf-8")
    done = served(tmp_path, Recording((), incoming=REQUESTS[:1]), tmp_path / "flow")
    assert done.judgement.verdict is Verdict.FAIL
    found = {
        (str(difference), getattr(origin(difference, extraction).span, "line", 0))
        for one in done.judgement.comparisons
        for difference in one.differences
    }
    assert found == {('answer 1 to GET /orders: headers.x-kind: "a\\nb" became "c\\nb"', 15)}


def test_a_run_without_a_request_that_comes_in_is_not_run(tmp_path: Path) -> None:
    done = served(tmp_path, Recording((SENT,)))
    assert done.judgement.verdict is Verdict.NOT_RUN
    assert [leg.state for leg in done.legs] == ["not-run"] * 3


STARTING = """
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

WORD = os.environ["GREETING"]
LIMIT = int(os.environ.get("LIMIT", "5"))
TARGET = os.environ.get("TARGET", "")
if not TARGET:
    sys.exit("no target")

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        self.send_response(202 if length < LIMIT else 413)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write((WORD + TARGET).encode())

    def log_message(self, format, *args):
        pass

HTTPServer(("127.0.0.1", 8098), Handler).serve_forever()
"""


def started(folder: Path, environment: dict[str, str]) -> ShadowRun:
    script, extraction = extracted(folder, STARTING)
    settings = ShadowSettings(writes_out=folder / "out")
    recording = Recording((), incoming=(came_in("POST", "/", b"12"), came_in("POST", "/", b"12345")))
    return shadow(script, extraction, recording, "node-red", environment, settings)


def test_what_is_evaluated_before_requests_are_taken_in_is_part_of_the_trigger(tmp_path: Path) -> None:
    _, extraction = extracted(tmp_path, STARTING)
    lines = render(extraction).splitlines()
    assert lines[: lines.index('check integer(webhook.headers.get("content-length", 0))')] == [
        "webhook webhook: POST",
        "variable LIMIT or '5'",
        "variable TARGET or ''",
        "secret GREETING (env)",
        "first check $GREETING; integer($LIMIT)",
        "first when not truth($TARGET)",
        "first   fail: the script exits with an error",
    ]


def test_a_script_whose_start_goes_well_serves_on_all_legs(tmp_path: Path) -> None:
    done = started(tmp_path, {"GREETING": "7", "LIMIT": "4", "TARGET": "x"})
    assert done.judgement.reasons == ()
    text = {"content-type": "text/plain"}
    for leg in ("legacy", "reference", "node-red"):
        assert answers(tmp_path / "out", leg) == [(202, text, "7x"), (413, text, "7x")]


@pytest.mark.parametrize(
    "environment",
    [
        {"LIMIT": "5", "TARGET": "x"},
        {"GREETING": "7", "LIMIT": "", "TARGET": "x"},
        {"GREETING": "7", "LIMIT": "5", "TARGET": ""},
        {},
    ],
    ids=["a variable is missing", "a number is none", "the script ends itself", "nothing is there"],
)
def test_a_script_that_ends_at_its_start_takes_in_nothing_on_any_leg(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = started(tmp_path, environment)
    assert {leg.state for leg in done.legs} == {"failed"}
    assert all(leg.detail.startswith("it ended before it was asked to: ") for leg in done.legs)
    assert not any((tmp_path / "out").glob("*.answers.jsonl"))
    assert done.judgement.verdict is (Verdict.REVIEW if "GREETING" in environment else Verdict.NOT_RUN)
