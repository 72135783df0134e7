"""Secrets planted wherever a person leaves them are found in nothing that the tool writes or prints.

Neither as they stand nor in another case, as base64, percent-encoded, escaped, nor any 8 characters of them in a row.
"""

from __future__ import annotations

import json
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from typer.testing import CliRunner, Result

from emitters.node_red import install
from fixtures.case import FOLDER, case_in
from fixtures.machine import lacking
from migrate.cli import app
from migrate.shadow import sandbox
from tests.canary_places import ESTATE, FETCH, HEAD, HIDINGS, PLAIN, Hiding, canaries_in
from tests.canary_spellings import says

MISSING = install.missing() or sandbox.probe()
CLEAN, REVIEW, FAILED, NOTHING = 0, 1, 2, 3


def command(*arguments: str | Path) -> Result:
    """Runs the command line in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


PIECE = 8


def forms(canary: str) -> Iterator[str]:
    """Texts of which none may be seen: all pieces of the canary and of what is commonly made of it."""
    raw = canary.encode()
    for before in range(3):
        packed = b64encode(bytes(before) + raw).decode().rstrip("=")
        yield from _pieces(packed[before * 2 : -1])
    for form in (canary, canary.upper(), canary.lower(), quote(canary, safe=""), raw.hex()):
        yield from _pieces(form)
    yield json.dumps(canary)[1:-1]


def _pieces(text: str) -> Iterator[str]:
    yield from (text[at : at + PIECE] for at in range(max(1, len(text) - PIECE + 1)))


def leaks(done: Result, folder: Path, canaries: tuple[str, ...]) -> list[str]:
    """Where canaries or pieces of them stand: in output, in a file below the folder, in a file's name."""
    texts = {"stdout": done.stdout, "stderr": done.stderr, "exception": repr(done.exception)}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            texts[name] = name + path.read_text(encoding="utf-8", errors="replace")
    found = []
    for canary in canaries:
        for where, text in texts.items():
            seen = next((form for form in forms(canary) if form in text), None)
            # Of what is undone once more, each line by itself: a report is long.
            lines = (line.encode("utf-8", "replace") for line in text.splitlines() if len(line) < 4000)
            seen = seen or next((one for line in lines if (one := says(line, canary, steps=1))), None)
            if seen is not None:
                found.append(f"{canary} in {where}" + ("" if canary in text else f" as {seen}"))
    return found


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, so that what is left in it is looked at too."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def planted(hiding: Hiding, folder: Path) -> Path:
    """The script in a folder of its own."""
    script = folder / "legacy" / "script.py"
    script.parent.mkdir()
    script.write_text(hiding.script, encoding="utf-8")
    for name, text in hiding.beside:
        (script.parent / name).write_text(text, encoding="utf-8")
    return script


@pytest.mark.parametrize("hiding", HIDINGS, ids=str)
def test_audit_shows_no_secret(hiding: Hiding, tmp_path: Path, temporary: Path) -> None:
    script = planted(hiding, tmp_path)
    out = tmp_path / "out"
    for options in ((), ("--json",)):
        done = command("audit", script.parent, "--out", out, *options)
        assert done.exit_code in (CLEAN, REVIEW), done.stderr
        assert (out / "model.json").is_file()
        assert leaks(done, out, hiding.canaries) == []
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("hiding", HIDINGS, ids=str)
def test_emit_shows_no_secret(hiding: Hiding, tmp_path: Path, temporary: Path) -> None:
    script = planted(hiding, tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    for options in ((), ("--json",)):
        done = command("emit", script, "--to", "node-red", "--out", out, *options)
        assert done.exit_code in (CLEAN, REVIEW, FAILED, NOTHING), done.stderr
        assert leaks(done, out, hiding.canaries) == []
    assert list(temporary.iterdir()) == []


def test_an_audit_of_the_sample_estate_shows_none_of_its_secrets(tmp_path: Path, temporary: Path) -> None:
    files = [path.read_text(encoding="utf-8") for path in sorted(ESTATE.iterdir()) if path.is_file()]
    canaries = canaries_in("\n".join(files))
    assert canaries
    for options in ((), ("--json",)):
        done = command("audit", ESTATE, "--out", tmp_path / "out", *options)
        assert done.exit_code in (CLEAN, REVIEW), done.stderr
        assert leaks(done, tmp_path / "out", canaries) == []
    assert list(temporary.iterdir()) == []


def har(canary: str) -> str:
    """A recording with a secret in headers, URL, bodies and cookies of requests and answers."""

    def entry(method: str, url: str, body: str, answer: str) -> dict[str, object]:
        headers = [
            {"name": "Authorization", "value": f"Bearer {canary}"},
            {"name": "X-Api-Key", "value": canary},
            {"name": "Cookie", "value": f"sid={canary}"},
        ]
        request: dict[str, object] = {
            "method": method,
            "url": url,
            "httpVersion": "HTTP/1.1",
            "headers": headers,
            "cookies": [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": len(body),
        }
        if body:
            request["postData"] = {"mimeType": "application/json", "text": body}
        return {
            "startedDateTime": "2026-01-15T10:00:00.000Z",
            "time": 0,
            "request": request,
            "response": {
                "status": 200,
                "statusText": "OK",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": [
                    {"name": "Content-Type", "value": "application/json"},
                    {"name": "X-Session-Token", "value": canary},
                    {"name": "Set-Cookie", "value": f"sid={canary}; Path=/; HttpOnly"},
                ],
                "content": {"size": len(answer), "mimeType": "application/json", "text": answer},
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": len(answer),
            },
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
        }

    entries = [
        entry("GET", "https://a.example/item", "", json.dumps({"name": "x", "access_token": canary})),
        entry("GET", f"https://a.example/item?api_key={canary}", "", '{"name": "x"}'),
        entry("POST", "https://b.example/in", '{"name": "x"}', '{"ok": true}'),
        entry("POST", "https://b.example/login", json.dumps({"user": "bob", "password": canary}), "{}"),
    ]
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": entries}}
    )


RECORDED = "canary-rcrdd-9f8e7d6c5b4a3f2e"
RUN = (
    HIDINGS[0],
    HIDINGS[4],
    next(one for one in HIDINGS if one.place == "an exception's text"),
    next(one for one in HIDINGS if one.place == "the environment"),
    next(one for one in HIDINGS if one.place == "a mail"),
    Hiding(
        "what a script makes of a secret",
        ("qZ7-kw93mXt1vB0p", "vT4.gh62nRy8cD5s"),
        HEAD
        + "import base64\nimport sys\n"
        + 'PASSWORD = "qZ7-kw93mXt1vB0p"\nvalue = os.environ["A_TOKEN"]\n'
        + 'pair = base64.b64encode(("bob:" + PASSWORD).encode()).decode()\n'
        + 'headers = {"Authorization": "Basic " + pair, "X-A": value.upper(), "X-B": PASSWORD[:9]}\n'
        + 'item = requests.get("https://a.example/item", headers=headers).json()\n'
        + 'requests.post("https://b.example/in", headers={"X-Pair": pair}, json={"name": item["name"],\n'
        + '  "a": value[2:14], "b": value.lower(), "c": base64.b64encode(value.encode()).decode(),\n'
        + '  "d": value.encode().hex(), "e": f"x{value}y"})\n'
        + "print(value.upper(), pair, file=sys.stderr)\nraise ValueError(PASSWORD[3:] + value[:10])\n",
        "A_TOKEN=vT4.gh62nRy8cD5s\n",
    ),
    Hiding(
        "a variable that is read behind a gap alone",
        ("qZ7-kw93mXt1vB0p",),
        HEAD
        + "import zlib\nheaders = {}\n"
        + FETCH
        + "for part in zlib.compress(b'x'):\n"
        + '    requests.post("https://b.example/in", json=item, params={"of": os.environ["REPORT_KEY"]})\n'
        + '    raise ValueError(os.environ["REPORT_KEY"])\n',
        "REPORT_KEY=qZ7-kw93mXt1vB0p\n",
    ),
    Hiding(
        "a token that a login answered",
        (),
        HEAD
        + 'headers = {"X-Api-Key": os.environ["A_TOKEN"]}\n'
        + FETCH
        + 'token = item["access_token"]\n'
        + 'requests.post("https://b.example/in", json={"name": item["name"], "of": token},'
        + ' headers={"Authorization": "Bearer " + token, "Cookie": "sid=" + token})\n'
        + 'print("token", token)\nraise ValueError(token)\n',
        "A_TOKEN=vT4.gh62nRy8cD5s\n",
    ),
)


@pytest.mark.engine
@pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
@pytest.mark.parametrize("hiding", RUN, ids=str)
def test_a_shadow_run_shows_no_secret(hiding: Hiding, tmp_path: Path, temporary: Path) -> None:
    script = planted(hiding, tmp_path)
    recording, env_file, out = tmp_path / "recorded.har", tmp_path / "test.env", tmp_path / "out"
    recording.write_text(har(RECORDED), encoding="utf-8")
    env_file.write_text(hiding.environment, encoding="utf-8")
    given = ("shadow", script, "--recording", recording, "--to", "node-red", "--env-file", env_file)
    done = command(*given, "--writes-out", out / "writes", "--report", out / "report", "--json")
    assert done.exit_code in (CLEAN, REVIEW), done.stderr
    assert {leg["state"] for leg in json.loads(done.stdout)["legs"]} <= {"completed", "failed", "unmapped"}, (
        done.stdout
    )
    assert (out / "report" / "report.html").is_file()
    assert any((out / "writes").iterdir())
    assert leaks(done, out, (*hiding.canaries, RECORDED)) == []
    assert list(temporary.iterdir()) == []


SHELL = FOLDER / "shell_jq"
SHELL_CANARIES = ("qZ7-kw93mXt1vB0p", "vT4.gh62nRy8cD5s")
SHELL_ENVIRONMENT = f"DESK_USER=bob\nDESK_PASSWORD={SHELL_CANARIES[0]}\nBOARD_KEY={SHELL_CANARIES[1]}\n"


@pytest.mark.engine
@pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
def test_a_shadow_run_of_a_shell_script_shows_no_secret_of_a_query_or_of_basic_authentication(
    tmp_path: Path, temporary: Path
) -> None:
    if lack := lacking(case_in(SHELL).needs):
        # A script whose commands are missing, or of another version than recorded, is reported as not run.
        pytest.skip(lack)
    script, env_file, out = SHELL / "legacy" / "tickets_to_board.sh", tmp_path / "test.env", tmp_path / "out"
    env_file.write_text(SHELL_ENVIRONMENT, encoding="utf-8")
    recording = tmp_path / "recorded.har"
    text = (SHELL / "traffic" / "failing.har").read_text(encoding="utf-8")
    # As a recording would be that somebody made without hubshift: with the key itself in it.
    recording.write_text(text.replace("{{BOARD_KEY}}", SHELL_CANARIES[1]), encoding="utf-8")
    given = ("shadow", script, "--model", SHELL / "model.json", "--recording", recording, "--to", "node-red")
    options = ("--env-file", env_file, "--writes-out", out / "writes", "--report", out / "report", "--json")
    done = command(*given, *options)
    assert {leg["state"] for leg in json.loads(done.stdout)["legs"]} == {"failed"}, done.stdout
    urls = {
        json.loads(line)["url"] for line in (out / "writes" / "legacy.jsonl").read_text("utf-8").splitlines()
    }
    assert urls == {"https://board.graphicdesign.example/1/cards?key={{BOARD_KEY}}"}
    assert leaks(done, out, SHELL_CANARIES) == []
    assert list(temporary.iterdir()) == []


def test_what_is_sent_of_a_secret_is_named_for_what_it_is(tmp_path: Path) -> None:
    if MISSING is not None:
        # Without the engine or a sandbox nothing is run, and that is no pass; CI has both, and the tally shows it.
        pytest.skip(str(MISSING))
    hiding = next(one for one in RUN if one.place == "what a script makes of a secret")
    script = planted(hiding, tmp_path)
    recording, env_file, out = tmp_path / "recorded.har", tmp_path / "test.env", tmp_path / "out"
    recording.write_text(har(RECORDED), encoding="utf-8")
    env_file.write_text(hiding.environment, encoding="utf-8")
    given = ("shadow", script, "--recording", recording, "--to", "node-red", "--env-file", env_file)
    command(*given, "--writes-out", out)
    (sent,) = (json.loads(line) for line in (out / "legacy.jsonl").read_text("utf-8").splitlines())
    assert sent["body"] == {
        "name": "x",
        "a": "{{A_TOKEN|2:14}}",
        "b": "{{A_TOKEN|lower}}",
        "c": "{{A_TOKEN|base64}}",
        "d": "{{A_TOKEN|hex}}",
        "e": "x{{A_TOKEN}}y",
    }


def test_a_mail_is_compared_with_its_secrets_by_name(tmp_path: Path) -> None:
    if MISSING is not None:
        # Without the engine or a sandbox nothing is run, and that is no pass; CI has both, and the tally shows it.
        pytest.skip(str(MISSING))
    hiding = next(one for one in RUN if one.place == "a mail")
    script = planted(hiding, tmp_path)
    recording, env_file, out = tmp_path / "recorded.har", tmp_path / "test.env", tmp_path / "out"
    recording.write_text(har(RECORDED), encoding="utf-8")
    env_file.write_text(hiding.environment, encoding="utf-8")
    message = f"From: a@shop.example\nTo: b@shop.example\nSubject: of {hiding.canaries[1]}\n\nIt is another\n"
    mail = {"sender": "a@shop.example", "recipients": ["b@shop.example"], "message": message}
    (tmp_path / "mails.jsonl").write_text(json.dumps(mail) + "\n", encoding="utf-8")
    given = ("shadow", script, "--recording", recording, "--to", "node-red", "--env-file", env_file)
    done = command(*given, "--mails", tmp_path / "mails.jsonl", "--writes-out", out, "--json")
    assert done.exit_code == REVIEW, done.stderr
    assert leaks(done, out, hiding.canaries) == []
    lines = [(out / f"{leg}.jsonl").read_text("utf-8") for leg in ("legacy", "reference", "node-red")]
    for line in lines:
        sent = json.loads(line)
        assert sent["url"] == "smtps://mail.shop.example:587"
        assert sent["headers"]["subject"] == "of {{API_TOKEN}}"
        assert sent["body"] == {
            "sender": "a@shop.example",
            "recipients": ["b@shop.example"],
            "user": "bob",
            "password": "{{PASSWORD}}",
            "text": "It is {{A_TOKEN}}\nor {{API_TOKEN}}.\n",
        }


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["", "json"])
def test_errors_about_the_input_show_no_secret(
    options: tuple[str, ...], tmp_path: Path, temporary: Path
) -> None:
    canary = "qZ7-kw93mXt1vB0p"
    script, recording = tmp_path / "script.py", tmp_path / "recorded.har"
    script.write_text(PLAIN, encoding="utf-8")
    whole = har(canary)
    broken = {
        "cut.har": whole[: whole.index(canary) + 12],
        "list.har": json.dumps([canary]),
        "text.har": f'{{"log": {{"entries": [{{"request": "{canary}"}}]}}}}',
        "method.har": whole.replace('"GET"', f'"{canary} x"'),
        "url.har": whole.replace("https://a.example", f"https://{canary}:x{canary}"),
        "status.har": whole.replace("200", f'"{canary}"'),
    }
    for name, text in broken.items():
        recording = tmp_path / name
        recording.write_text(text, encoding="utf-8")
        done = command("shadow", script, "--recording", recording, "--to", "nowhere", *options)
        assert done.exit_code == FAILED
        assert leaks(done, temporary, (canary,)) == []
    recording.write_text(whole, encoding="utf-8")
    for text in (f"A_TOKEN = '{canary}\n", f"!! {canary} !!\n", f"A TOKEN={canary}\n"):
        env_file = tmp_path / "test.env"
        env_file.write_text(text, encoding="utf-8")
        given = ("--recording", tmp_path / "recorded.har", "--to", "nowhere", "--env-file", env_file)
        done = command("shadow", script, *given, *options)
        assert done.exit_code == FAILED
        assert leaks(done, temporary, (canary,)) == []


def test_a_planted_secret_is_found_where_it_leaks(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x canary-1 y", encoding="utf-8")
    done = command("explain", "canary-2", "--in", str(tmp_path / "nothing"))
    assert leaks(done, tmp_path, ("canary-1", "canary-2", "canary-3")) == [
        "canary-1 in a.txt",
        "canary-2 in stderr",
    ]
