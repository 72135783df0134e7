"""A command that takes in requests is recorded with those that were declared, and what it answered."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from emitters.node_red import install
from fixtures.case import FOLDER, cases, environment_in
from migrate.contracts import Extraction
from migrate.pipeline import read_script
from migrate.pipeline.recording import RecordedRun, record
from migrate.pipeline.shadowing import shadow
from migrate.shadow import sandbox
from migrate.shadow.declared import DeclaredAnswer, IncomingRequest, RecordSettings
from migrate.shadow.legs import SandboxUnavailable
from migrate.shadow.recording import read_har
from migrate.shadow.verdict import Verdict
from tests.canary_spellings import says

REASON = sandbox.probe()
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"no sandbox here: {REASON}")

SERVER = """
    import json, os, requests
    from http.server import BaseHTTPRequestHandler, HTTPServer
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = self.headers["X-Hook-Token"] == os.environ["HOOK_TOKEN"]
            if body["n"] == 3:
                os._exit(9)
            requests.post("https://erp.example/in", json={"n": body["n"], "of": self.headers["X-Hook-Token"]})
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"token": "t0ken-of-answer-1", "path": self.path}).encode())
        def log_message(self, *args):
            pass
    HTTPServer(("127.0.0.1", 8099), Handler).serve_forever()
    """
TOKEN = "h00k-canary-5521ab"


def _run(folder: Path, source: str, *incoming: IncomingRequest, seconds: float = 60) -> RecordedRun:
    legacy = folder / "legacy"
    legacy.mkdir()
    (legacy / "script.py").write_text(textwrap.dedent(source), encoding="utf-8")
    answer = DeclaredAnswer(url="https://erp.example/in", body={"id": 1})
    return record(
        (sys.executable, "script.py"),
        folder / "out",
        folder=legacy,
        environment={"HOOK_TOKEN": TOKEN},
        settings=RecordSettings(incoming=incoming, answers=(answer,)),
        timeout_seconds=seconds,
    )


def _hook(number: int, token: str = "{{HOOK_TOKEN}}") -> IncomingRequest:
    headers = {"X-Hook-Token": token, "X-Signature": "sha256=0a1b2c3d4e5f60718293a4b5c6d7e8f9"}
    return IncomingRequest(url="/hooks", headers=headers, body={"n": number})


def test_what_comes_in_is_recorded_behind_what_went_out_and_holds_no_secret(tmp_path: Path) -> None:
    done = _run(tmp_path, SERVER, _hook(1), _hook(2, "other-t0ken-99"))
    assert done.reasons == ("POST https://erp.example/in got a declared answer (2×)",), done.run.stderr
    recording = read_har(tmp_path / "out" / "recording.har")
    assert [one.request.body for one in recording.exchanges] == [
        b'{"n": 1, "of": "{{HOOK_TOKEN}}"}',
        b'{"n": 2, "of": "{{RECORDED_X_HOOK_TOKEN}}"}',
    ]
    assert [(one.request.method, one.request.url, one.request.body) for one in recording.incoming] == [
        ("POST", "http://localhost/hooks", b'{"n": 1}'),
        ("POST", "http://localhost/hooks", b'{"n": 2}'),
    ]
    assert [(one.answer.status, one.answer.body) for one in recording.incoming] == [
        (200, b'{"token": "{{TOKEN}}", "path": "/hooks"}'),
        (401, b'{"token": "{{TOKEN}}", "path": "/hooks"}'),
    ]
    headers = [dict(one.request.headers) for one in recording.incoming]
    assert [one["X-Hook-Token"] for one in headers] == ["{{HOOK_TOKEN}}", "{{RECORDED_X_HOOK_TOKEN}}"]
    # A signature is made of the body: it is no credential, and another one would not fit.
    assert [one["X-Signature"] for one in headers] == ["sha256=0a1b2c3d4e5f60718293a4b5c6d7e8f9"] * 2
    written = (tmp_path / "out" / "recording.har").read_bytes()
    assert says(written, TOKEN) is None
    assert says(written, "t0ken-of-answer-1") is None


def test_a_command_that_ends_too_early_is_named(tmp_path: Path) -> None:
    done = _run(tmp_path, SERVER, _hook(1), _hook(3), _hook(4))
    assert done.reasons[0] == "the command failed: it ended with exit status 9"
    assert any("came in and got no answer" in one or "before it had answered" in one for one in done.reasons)


@pytest.mark.parametrize(
    ("source", "incoming", "message"),
    [
        (
            "import signal; signal.pause()",
            (_hook(1),),
            "nobody listened for the requests that are to come in",
        ),
        (SERVER, (), "it takes in requests, so declare some in hubshift.yaml: record, incoming"),
    ],
    ids=["no server", "a server alone"],
)
def test_what_cannot_be_recorded_is_refused_with_the_reason(
    source: str, incoming: tuple[IncomingRequest, ...], message: str, tmp_path: Path
) -> None:
    with pytest.raises(SandboxUnavailable, match=message):
        _run(tmp_path, source, *incoming, seconds=3)
    assert not (tmp_path / "out").exists()


# The engine comes by an install of its own.
@pytest.mark.skipif(install.missing() is not None, reason=str(install.missing()))
@pytest.mark.engine
def test_a_recorded_web_hook_is_one_that_shadow_passes(tmp_path: Path) -> None:
    case, folder = cases()["webhook_in"], FOLDER / "webhook_in"
    script, environment = folder / case.script, environment_in(folder / case.env_file)
    older = read_har(folder / case.recording)
    incoming = tuple(
        IncomingRequest(
            url=one.request.url,
            headers={
                name: value
                for name, value in one.request.headers
                if name.lower() not in ("host", "content-length")
            },
            body=one.request.body.decode(),
        )
        for one in older.incoming
    )
    done = record(
        (sys.executable, script.name),
        tmp_path / "out",
        folder=script.parent,
        environment=environment,
        settings=RecordSettings(incoming=incoming),
        older=older,
    )
    assert done.reasons == (), done.run.stderr
    recorded = read_har(tmp_path / "out" / "recording.har")
    assert [one.answer.status for one in recorded.incoming] == [200, 200, 200, 200, 400, 400]
    extraction = read_script(script, script.parent)
    assert isinstance(extraction, Extraction)
    run = shadow(script, extraction, recorded, "node-red", environment)
    print(
        "REASONS",
        run.judgement.reasons,
        [(e.request.url, e.source, e.answer.status) for e in done.run.exchanges],
    )
    assert (run.judgement.verdict, run.judgement.reasons) == (Verdict.PASS, ())
