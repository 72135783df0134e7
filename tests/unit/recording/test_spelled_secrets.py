"""Canaries that a recorded run sends, gets, mails, writes and prints in every spelling are in nothing it leaves."""

from __future__ import annotations

import inspect
import json
import sys
from base64 import b64decode
from pathlib import Path

import pytest

from migrate.pipeline.recording import record
from migrate.shadow import sandbox
from migrate.shadow.declared import RecordSettings, declared_read
from tests import canary_spellings
from tests.canary_spellings import BYTES, TEXTS, says
from tests.unit.recording.vendors import Answer, Request, ToLoopback, serving

REASON = sandbox.probe()
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"no sandbox here: {REASON}")

KEY, PIN, GIVEN, SHORT = "k3y-canary/Wq81+xZ&", "84210937", "t0ken-canary-77ab31Qe", "p4s"
ECHOED = "q7Zk-echo"
"""A credential that only its header tells."""
CANARIES = (KEY, PIN, GIVEN, ECHOED)

SCRIPT = """
    import base64, json, os, smtplib, sqlite3, sys, uuid, requests
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText
    from spelled import BYTES, TEXTS
    key, pin, short = os.environ["SHOP_KEY"], os.environ["SHOP_PIN"], os.environ["SHOP_PASSWORD"]
    session = requests.Session()
    session.headers["X-Shop-Auth"] = "q7Zk-echo"
    token = session.post("https://shop.example/login", json={"pin": int(pin), "password": 4711}).json()
    given = token["access_token"]
    for secret in (key, pin, given):
        for name, spelled in TEXTS.items():
            text = spelled(secret)
            session.get("https://shop.example/items", params={"q": text}, cookies={"c": "1"})
            deep = json.dumps({"of": json.dumps({"x": text})})
            session.post("https://erp.example/x", json={name: text, "deep": deep})
            session.post("https://erp.example/x", data=text.encode(), headers={"X-Text": text.replace("\\n", "")})
            session.post("https://erp.example/x", files={"part": ("a.txt", text)}, data={"held": text})
        for name, packed in BYTES.items():
            session.post("https://erp.example/x", data=packed("key " + secret))
            open(name.replace(" ", "") + str(len(secret)) + ".bin", "wb").write(packed("key " + secret))
        session.post("https://erp.example/x", data=iter([secret[:5].encode(), secret[5:].encode()]))
    pair = base64.b64encode(("bob:" + short).encode()).decode()
    session.post("https://erp.example/x", json={"auth": {"pair": pair}, "more": ["Basic " + pair]})
    with open("seen.txt", "w") as file:
        for secret in (key, pin, given):
            file.writelines(spelled(secret) + "\\n" for spelled in TEXTS.values())
    with sqlite3.connect("state.db") as rows:
        rows.execute("UPDATE state SET held = ?, number = ?", ("x" * 4050 + key + given, int(pin)))
        rows.executemany("INSERT INTO state VALUES (?, 0)", [(spelled(key),) for spelled in TEXTS.values()])
    for secret in (key, pin, given):
        mail = MIMEMultipart()
        mail["From"], mail["To"], mail["Subject"] = "robot@shop.example", "ops@shop.example", "of " + secret
        for spelled in TEXTS.values():
            mail.attach(MIMEText(spelled(secret), "html", "utf-8"))
        with smtplib.SMTP("mail.example", 25) as server:
            server.send_message(mail)
        for spelled in TEXTS.values():
            print(spelled(secret), file=sys.stderr)
    raise ValueError("with " + key + TEXTS["decimal references"](given))
    """


def _shop(request: Request) -> Answer:
    """Answers with the request as it came, in several spellings."""
    if request.path == "/login":
        given: object = {"access_token": GIVEN, "secret": 4711}
    else:
        shown = {
            "target": request.target,
            "headers": request.headers,
            "line": f"X-Shop-Auth: {ECHOED}\r\nX: y",
        }
        text = json.dumps(shown)
        given = {
            "echo": shown,
            "text": text,
            **{name: TEXTS[name](text) for name in ("base64", "decimal references")},
        }
    body = json.dumps(given).encode()
    return Answer(200, body, (("Content-Type", "application/json"), ("Content-Length", str(len(body)))))


def test_no_canary_is_left_in_any_spelling(tmp_path: Path) -> None:
    legacy = tmp_path / "legacy"
    legacy.mkdir()
    (legacy / "script.py").write_text(inspect.cleandoc(SCRIPT), encoding="utf-8")
    (legacy / "spelled.py").write_text(inspect.getsource(canary_spellings), encoding="utf-8")
    (legacy / "old.txt").write_text(
        f"SMTP_PASSWORD={SHORT}x\nkey={TEXTS['octal escapes'](KEY)}\n", encoding="utf-8"
    )
    _database(legacy / "state.db")
    with serving({"shop.example": _shop}) as loopback:
        done = record(
            (sys.executable, "script.py"),
            tmp_path / "out",
            folder=legacy,
            environment={"SHOP_KEY": KEY, "SHOP_PIN": PIN, "SHOP_PASSWORD": SHORT},
            settings=RecordSettings(
                reads=(
                    declared_read("POST https://shop.example/login"),
                    declared_read("https://shop.example/items"),
                )
            ),
            files=legacy,
            timeout_seconds=300,
            transport=ToLoopback(loopback.port),
        )
    assert "ValueError" in done.run.stderr, done.run.stderr
    assert done.sources["live"] == 1 + 3 * len(TEXTS)
    assert done.sources["synthetic"] == 3 * (3 * len(TEXTS) + len(BYTES) + 1) + 1
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {"recording.har", "mails.jsonl", "files.jsonl", "old.txt"} <= written.keys()
    assert "state.db" not in written
    pieces = {name: content.splitlines() for name, content in written.items()}
    pieces["stderr"] = done.run.stderr.encode().splitlines()
    pieces["outcome"] = [repr((done.reasons, done.refused, done.run.files, done.run.names)).encode()]
    found = {
        (name, canary, seen)
        for name, lines in pieces.items()
        for line in set(lines)
        for canary in CANARIES
        if (seen := says(line, canary)) is not None
    }
    assert found == set()
    har = json.loads(written["recording.har"])["log"]["entries"]
    last = json.loads(
        next(one for one in reversed(har) if "more" in str(one["request"]))["request"]["postData"]["text"]
    )
    assert b64decode(last["auth"]["pair"]).decode() == "bob:{{SHOP_PASSWORD}}"
    assert har[0]["request"]["postData"]["text"] == (
        '{"pin": "{{SHOP_PIN|number}}", "password": "{{RECORDED_PASSWORD|number}}"}'
    )


def _database(path: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as rows, rows:
        rows.execute("CREATE TABLE state (held TEXT, number INTEGER)")
        rows.execute("INSERT INTO state VALUES (?, ?)", ("x" * 4050 + GIVEN, int(PIN)))
