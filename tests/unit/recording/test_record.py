"""A recorded run: only declared reads leave, writes are answered here, and what is kept holds no secret."""

from __future__ import annotations

import json
import sqlite3
import sys
import textwrap
import threading
from contextlib import closing
from pathlib import Path

import pytest

from emitters.node_red import install
from fixtures.case import FOLDER, cases, environment_in
from fixtures.record import builder
from migrate.contracts import Extraction
from migrate.pipeline import read_script
from migrate.pipeline.files import InputError
from migrate.pipeline.recording import RecordedRun, RefusedRead, record
from migrate.pipeline.shadowing import shadow
from migrate.shadow import sandbox
from migrate.shadow.declared import DeclaredAnswer, RecordSettings, declared_read
from migrate.shadow.legs import SandboxUnavailable
from migrate.shadow.mails import read_mails
from migrate.shadow.recording import Recording, read_har
from migrate.shadow.verdict import Verdict
from tests.test_canaries import forms
from tests.unit.recording.vendors import Answer, Loopback, Request, ToLoopback, serving

REASON = sandbox.probe()
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"no sandbox here: {REASON}")

SHOP, ELSEWHERE = "shop.example", "elsewhere.example"
KEY, GIVEN, SESSION = "k3y-canary-Wq81xZ", "t0ken-canary-77ab31Qe", "s3ssion-canary-0091fe"
ENVIRONMENT = {"SHOP_KEY": KEY, "REGION": "north"}


def shop(request: Request) -> Answer:
    """A login, items behind it, and a page that has moved to another host."""
    if request.path == "/login":
        return _json({"access_token": GIVEN, "expires_in": 60}, ("Set-Cookie", f"sid={SESSION}; Path=/"))
    if request.path == "/moved":
        return Answer(302, b"", (("Location", f"https://{ELSEWHERE}/items"), ("Content-Length", "0")))
    if request.header("Authorization") != f"Bearer {GIVEN}" or request.header("X-Api-Key") != KEY:
        return Answer(401, b"{}")
    return _json([{"id": 12345678901234567890, "price": 1.0}])


def _json(value: object, *headers: tuple[str, str]) -> Answer:
    body = json.dumps(value).encode()
    return Answer(
        200, body, (("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers)
    )


SCRIPT = """
    import os, sqlite3, smtplib, requests
    from email.message import EmailMessage
    session = requests.Session()
    session.headers["X-Api-Key"] = os.environ["SHOP_KEY"]
    token = session.post("https://shop.example/login", json={"user": "bob", "password": "sesame"}).json()
    session.headers["Authorization"] = "Bearer " + token["access_token"]
    for item in session.get("https://shop.example/items", params={"page": 1}).json():
        print(session.post("https://erp.example/orders", json={"item": item}).text)
    open("seen.txt", "a").write("page 1 " + token["access_token"])
    with sqlite3.connect("state.db") as rows:
        rows.execute("UPDATE state SET page = 1")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "robot@shop.example", "ops@shop.example", token["access_token"]
    mail.set_content("done ünd " + os.environ["SHOP_KEY"], cte="base64")
    with smtplib.SMTP("mail.example", 25) as server:
        server.send_message(mail)
    """
READS = ("POST https://shop.example/login", "GET https://shop.example/items")


def _run(
    folder: Path,
    source: str,
    loopback: Loopback,
    reads: tuple[str, ...] = (),
    answers: tuple[DeclaredAnswer, ...] = (),
    older: Recording | None = None,
    *,
    force: bool = False,
) -> RecordedRun:
    legacy = folder / "legacy"
    legacy.mkdir(exist_ok=True)
    (legacy / "script.py").write_text(textwrap.dedent(source), encoding="utf-8")
    return record(
        (sys.executable, "script.py"),
        folder / "out",
        folder=legacy,
        environment=ENVIRONMENT,
        settings=RecordSettings(reads=tuple(map(declared_read, reads)), answers=answers),
        older=older,
        timeout_seconds=60,
        force=force,
        transport=ToLoopback(loopback.port),
    )


def _with_files(folder: Path) -> None:
    legacy = folder / "legacy"
    legacy.mkdir()
    (legacy / "seen.txt").write_text("page 0\n", encoding="ascii")
    (legacy / "untouched.txt").write_text("as it was", encoding="ascii")
    with closing(sqlite3.connect(legacy / "state.db")) as rows, rows:
        rows.execute("CREATE TABLE state (page INTEGER)")
        rows.execute("INSERT INTO state VALUES (0)")


def test_a_run_is_recorded_with_its_traffic_mails_files_and_rows(tmp_path: Path) -> None:
    _with_files(tmp_path)
    with serving({SHOP: shop}) as loopback:
        done = _run(tmp_path, SCRIPT, loopback, READS)
    assert (done.run.exit_status, done.run.stdout) == (0, "{}\n"), done.run.stderr
    assert [f"{one.request.method} {one.request.target}" for one in loopback.exchanges] == [
        "POST /login",
        "GET /items?page=1",
    ]
    assert done.reasons == ("POST https://erp.example/orders got a stand-in for an answer (1×)",)
    assert done.sources == {"live": 2, "synthetic": 1}
    recording = read_har(tmp_path / "out" / "recording.har")
    assert [(one.request.url, one.answer.status, one.stand_in) for one in recording.exchanges] == [
        ("https://shop.example/login", 200, False),
        ("https://shop.example/items?page=1", 200, False),
        ("https://erp.example/orders", 200, True),
    ]
    assert recording.exchanges[0].request.body == b'{"user": "bob", "password": "{{PASSWORD}}"}'
    assert recording.exchanges[1].answer.body == b'[{"id": 12345678901234567890, "price": 1.0}]'
    mails = read_mails(tmp_path / "out" / "mails.jsonl")
    assert [dict(one.request.headers)["Subject"] for one in mails] == ["{{RECORDED_ACCESS_TOKEN}}"]
    assert "done ünd {{SHOP_KEY}}" in json.loads(mails[0].request.body)["text"]
    lines = (tmp_path / "out" / "files.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"file": "seen.txt", "text": "page 0\npage 1 {{RECORDED_ACCESS_TOKEN}}"},
        {"file": "state.db", "tables": {"state": {"columns": ["page"], "key": [], "rows": [[1]]}}},
    ]
    before = tmp_path / "out" / "before"
    assert sorted(path.name for path in before.iterdir()) == ["seen.txt", "state.db"]
    assert (before / "seen.txt").read_text(encoding="ascii") == "page 0\n"
    with closing(sqlite3.connect(before / "state.db")) as rows:
        assert rows.execute("SELECT page FROM state").fetchall() == [(0,)]
    legacy = tmp_path / "legacy"
    assert (legacy / "seen.txt").read_text(encoding="ascii") == "page 0\n"


def test_no_secret_stands_in_what_was_recorded(tmp_path: Path) -> None:
    _with_files(tmp_path)
    (tmp_path / "legacy" / "seen.txt").write_text(f"key {KEY}\n", encoding="ascii")
    with serving({SHOP: shop}) as loopback:
        done = _run(tmp_path, SCRIPT + "    print(token, session.cookies)\n", loopback, READS)
    written = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    assert len(written) == 5
    shown = {**written, "outcome": repr(done)}
    for canary in (KEY, GIVEN, SESSION):
        for form in forms(canary):
            assert [name for name, text in shown.items() if form in text] == [], form
    assert [name for name, text in shown.items() if "sesame" in text] == []


def test_without_a_declaration_nothing_leaves_and_the_line_that_is_missing_is_named(tmp_path: Path) -> None:
    source = """
        import requests
        for number in (1, 2):
            print(requests.get(f"https://shop.example/items/{number}?page=1").status_code)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            print(requests.request(method, "https://shop.example/login", json={"password": "x"}).status_code)
        print(requests.options("https://shop.example/items").status_code)
        """
    with serving({SHOP: shop}) as loopback:
        done = _run(tmp_path, source, loopback)
    assert done.run.stdout.split() == ["599", "599", *["200"] * 4, "599"], done.run.stderr
    assert loopback.exchanges == []
    assert done.refused == (
        RefusedRead(
            "GET https://shop.example/items/1",
            2,
            '{method: GET, url: "https://shop.example/items/{id}"}',
        ),
    )
    assert done.reasons[1] == (
        "OPTIONS https://shop.example/items got no answer: no request of its method leaves"
    )
    assert len(read_har(tmp_path / "out" / "recording.har").left_out) == 3


def test_a_redirect_to_what_is_not_declared_is_not_followed(tmp_path: Path) -> None:
    source = """
        import requests
        print(requests.get("https://shop.example/moved").status_code)
        """
    with serving({SHOP: shop, ELSEWHERE: shop}) as loopback:
        done = _run(tmp_path, source, loopback, ("GET https://shop.example/*",))
    assert done.run.stdout == "599\n", done.run.stderr
    assert [one.request.host for one in loopback.exchanges] == [SHOP]
    assert [one.request for one in done.refused] == ["GET https://elsewhere.example/items"]


WRITES = """
    import requests
    for number in (1, 2, 3):
        print(requests.post("https://erp.example/orders", json={"number": number}).text)
    """


def test_a_write_gets_the_declared_answer_else_the_older_one_else_a_stand_in(tmp_path: Path) -> None:
    def erp(request: Request) -> Answer:
        return _json({"made": 7})

    with serving({"erp.example": erp}) as loopback:
        first = _run(
            tmp_path,
            WRITES.replace("(1, 2, 3)", "(1, 2)"),
            loopback,
            answers=(DeclaredAnswer(url="https://erp.example/*", status=201, body={"made": 1}),),
        )
        assert first.sources == {"declared": 2}
        har = (tmp_path / "out" / "recording.har").read_text(encoding="utf-8")
        # As if the system itself had answered the second one.
        entries = json.loads(har)
        del entries["log"]["entries"][1]["_source"]
        (tmp_path / "older.har").write_text(json.dumps(entries), encoding="utf-8")
        done = _run(tmp_path, WRITES, loopback, older=read_har(tmp_path / "older.har"), force=True)
    assert loopback.exchanges == []
    assert done.run.stdout.splitlines() == ['{"made": 1}', '{"made": 1}', "{}"]
    assert done.sources == {"recorded": 1, "synthetic": 2}
    recorded = read_har(tmp_path / "out" / "recording.har").exchanges
    assert [one.stand_in for one in recorded] == [True, False, True]


def test_reads_at_the_same_time_are_let_out_at_the_same_time_and_kept_in_order(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=30)

    def slow(request: Request) -> Answer:
        both.wait()
        return _json([request.path])

    source = """
        from concurrent.futures import ThreadPoolExecutor
        import requests
        def ask(name):
            return requests.get("https://shop.example/" + name).json()
        with ThreadPoolExecutor(2) as threads:
            print(list(threads.map(ask, ["a", "b"])))
        """
    with serving({SHOP: slow}) as loopback:
        done = _run(tmp_path, source, loopback, ("GET https://shop.example/*",))
    assert done.run.stdout == "[['/a'], ['/b']]\n", done.run.stderr
    assert done.reasons == ()


def test_answers_to_requests_sent_in_one_go_come_in_their_order(tmp_path: Path) -> None:
    source = r"""
        import socket
        client = socket.create_connection(("shop.example", 80))
        client.sendall(b"GET /items HTTP/1.1\r\nHost: shop.example\r\n\r\n"
                       b"POST /x HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 0\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: client.recv(4096), b""))
        print([part.split()[0] for part in answer.decode().split("HTTP/1.1 ")[1:]])
        """
    with serving({SHOP: shop}) as loopback:
        done = _run(tmp_path, source, loopback, ("GET http://shop.example/items",))
    assert done.run.stdout == "['401', '200']\n", done.run.stderr
    assert done.sources == {"live": 1, "synthetic": 1}


def test_a_read_that_is_on_its_way_when_the_command_ends_is_named(tmp_path: Path) -> None:
    over = threading.Event()

    def never(request: Request) -> Answer:
        over.wait(60)
        return _json([])

    source = """
        import socket, os
        client = socket.create_connection(("shop.example", 80))
        client.sendall(b"GET /items HTTP/1.1\\r\\nHost: shop.example\\r\\n\\r\\n")
        other = socket.create_connection(("shop.example", 80))
        other.sendall(b"POST /x HTTP/1.1\\r\\nHost: shop.example\\r\\nContent-Length: 0\\r\\n\\r\\n")
        other.recv(1)
        os._exit(0)
        """
    with serving({SHOP: never}) as loopback:
        try:
            done = _run(tmp_path, source, loopback, ("GET http://shop.example/items",))
        finally:
            over.set()
    assert done.reasons == (
        "GET http://shop.example/items got no answer: the command ended before it was answered",
        "POST http://shop.example/x got a stand-in for an answer (1×)",
    )


@pytest.mark.parametrize(
    ("laid", "force", "message"),
    [
        ({"recording.har": "{}"}, False, "holds a recording already; --force replaces it"),
        ({"recording.har": "{}", "mine.txt": "x"}, True, "holds other files than those of a recording"),
        ({"mine.txt": "x"}, True, "holds other files than those of a recording"),
        (None, True, "is there already, and is no folder"),
    ],
    ids=["a recording", "a recording and more", "a folder of somebody's", "a file"],
)
def test_what_is_there_is_not_overwritten(
    laid: dict[str, str] | None, force: bool, message: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    if laid is None:
        out.write_text("mine", encoding="ascii")
    else:
        out.mkdir()
        for name, text in laid.items():
            (out / name).write_text(text, encoding="ascii")
    with serving({}) as loopback, pytest.raises(InputError, match=message):
        _run(tmp_path, "open('x', 'w')", loopback, force=force)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    if laid is not None:
        assert {path.name: path.read_text("ascii") for path in out.iterdir()} == laid


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module", "the script needs the module no_such_module, which is not installed"),
        ("import signal; signal.pause()", "the command did not end within 0.5 seconds"),
    ],
)
def test_what_did_not_run_leaves_nothing(
    source: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "script.py").write_text(source, encoding="ascii")
    with pytest.raises(SandboxUnavailable, match=reason):
        record(
            (sys.executable, "script.py"),
            tmp_path / "out",
            folder=tmp_path,
            environment={},
            settings=RecordSettings(),
            timeout_seconds=0.5 if "pause" in source else 60,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


# The engine comes by an install of its own.
@pytest.mark.skipif(install.missing() is not None, reason=str(install.missing()))
@pytest.mark.engine
@pytest.mark.parametrize(
    "name",
    [
        "orders_to_erp",
        "token_refresh",
    ],
)
def test_a_recorded_run_is_one_that_shadow_passes(name: str, tmp_path: Path) -> None:
    case, folder = cases()[name], FOLDER / name
    script = folder / case.script
    environment = environment_in(folder / case.env_file)
    older = read_har(folder / case.recording)
    hosts = sorted({one.request.url.split("/")[2] for one in older.exchanges})
    reads = [f"GET https://{host}/*" for host in hosts]
    issued = {**environment, **case.issued}
    tokens = [f"POST https://{host}/*token*" for host in hosts]
    with serving(builder(name)(issued, case.runs[0].load)) as loopback:
        done = record(
            (sys.executable, script.name),
            tmp_path / "out",
            folder=script.parent,
            environment=environment,
            settings=RecordSettings(reads=tuple(map(declared_read, (*reads, *tokens)))),
            older=older,
            transport=ToLoopback(loopback.port),
        )
    assert done.reasons == ()
    assert {one.request.method for one in loopback.exchanges if "token" not in one.request.path} == {"GET"}
    extraction = read_script(script, script.parent)
    assert isinstance(extraction, Extraction)
    run = shadow(script, extraction, read_har(tmp_path / "out" / "recording.har"), "node-red", environment)
    assert (run.judgement.verdict, run.judgement.reasons) == (Verdict.PASS, ())
