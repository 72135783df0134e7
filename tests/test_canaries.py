"""Secrets planted wherever a person leaves them are found in nothing that the tool writes or prints."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from emitters.node_red import install
from migrate.cli import app
from migrate.shadow import sandbox

MISSING = install.missing() or sandbox.probe()
CLEAN, REVIEW, FAILED, NOTHING = 0, 1, 2, 3


@dataclass(frozen=True)
class Hiding:
    """A place where a secret stands: the canaries, the script, and what the environment holds."""

    place: str
    canaries: tuple[str, ...]
    script: str
    environment: str = ""

    def __str__(self) -> str:
        return self.place


HEAD = "import json\nimport os\nimport requests\n"
FETCH = 'item = requests.get("https://a.example/item", headers=headers).json()\n'
SEND = 'requests.post("https://b.example/in", json={"name": item["name"]}).raise_for_status()\n'
PLAIN = HEAD + "headers = {}\n" + FETCH + SEND

HIDINGS = (
    Hiding(
        "a constant whose name says secret",
        ("canary plain words one",),
        HEAD
        + 'API_TOKEN = "canary plain words one"\nheaders = {"Authorization": "Bearer " + API_TOKEN}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a constant that looks like a token, under an innocent name",
        ("ghp_CanaryAa11Bb22Cc33Dd44Ee55Ff66Gg77",),
        HEAD
        + 'THING = "ghp_CanaryAa11Bb22Cc33Dd44Ee55Ff66Gg77"\nheaders = {"X-Thing": THING}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a form",
        ("canary-form-1",),
        PLAIN
        + 'requests.post("https://b.example/login", data={"user": "bob", "password": "canary-form-1"})\n',
    ),
    Hiding(
        "a JSON body inside a nested map",
        ("canary-json-1",),
        PLAIN
        + 'requests.post("https://b.example/login", json={"auth": {"client_secret": "canary-json-1"}})\n',
    ),
    Hiding(
        "headers written out",
        ("canary-bearer-1", "canary-key-1", "canary-cookie-1"),
        HEAD
        + 'headers = {"Authorization": "Bearer canary-bearer-1", "X-Api-Key": "canary-key-1"}\n'
        + 'headers["Cookie"] = "sid=canary-cookie-1"\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "an f-string",
        ("canary-fstring-1",),
        HEAD + 'scheme = "Token"\nheaders = {"Authorization": f"{scheme} canary-fstring-1"}\n' + FETCH + SEND,
    ),
    Hiding(
        "a map of settings",
        ("canary-settings-1", "canary-settings-2"),
        HEAD
        + 'CONFIG = {"a": {"api_key": "canary-settings-1"}, "password": "canary-settings-2"}\n'
        + 'headers = {"X-Api-Key": CONFIG["a"]["api_key"]}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a default argument",
        ("canary-default-1",),
        HEAD
        + 'def fetch(token="canary-default-1"):\n    return {"Authorization": f"Bearer {token}"}\n'
        + "headers = fetch()\n"
        + FETCH
        + SEND,
    ),
    Hiding(
        "a class attribute",
        ("canary-attribute-1",),
        HEAD
        + 'class Api:\n    secret_key = "canary-attribute-1"\n    def headers(self):\n'
        + '        return {"X-Api-Key": self.secret_key}\n'
        + "headers = Api().headers()\n"
        + FETCH
        + SEND,
    ),
    Hiding(
        "code that never runs",
        ("canary-dead-1", "canary-dead-2"),
        PLAIN
        + 'if False:\n    requests.get("https://a.example/x", headers={"X-Api-Key": "canary-dead-1"})\n'
        + 'def never():\n    requests.post("https://a.example/x", data={"password": "canary-dead-2"})\n',
    ),
    Hiding(
        "a try block",
        ("canary-try-1",),
        PLAIN
        + 'try:\n    requests.post("https://a.example/x", data={"password": "canary-try-1"})\n'
        + "except ValueError:\n    pass\n",
    ),
    Hiding(
        "comments and a docstring",
        ("canary-comment-1", "canary-docstring-1", "canary-trailing-1"),
        '"""Token of the CRM: canary-docstring-1"""\n'
        + "# password = canary-comment-1\n"
        + HEAD
        + 'headers = {}\nitem = requests.get("https://a.example/item").json()  # password: canary-trailing-1\n'
        + SEND,
    ),
    Hiding(
        "the user information of a URL",
        ("canary-userinfo-1",),
        HEAD
        + "headers = {}\n"
        + 'item = requests.get("https://bob:canary-userinfo-1@a.example/item").json()\n'
        + SEND,
    ),
    Hiding(
        "the query of a URL",
        ("canaryquery1a2b3c4d",),
        HEAD
        + 'headers = {}\nitem = requests.get("https://a.example/item?api_key=canaryquery1a2b3c4d").json()\n'
        + SEND,
    ),
    Hiding(
        "the query of a URL that is put together",
        ("canary-fquery-1",),
        HEAD
        + 'headers = {}\nKEY = "canary-fquery-1"\nitem = requests.get(f"https://a.example/item?token={KEY}").json()\n'
        + SEND,
    ),
    Hiding(
        "query parameters",
        ("canary-params-1",),
        HEAD
        + 'query = {"access_token": "canary-params-1"}\n'
        + 'item = requests.get("https://a.example/item", params=query).json()\n'
        + SEND,
    ),
    Hiding(
        "basic authentication",
        ("canary-user-1", "canary-basic-1"),
        HEAD
        + 'pair = ("canary-user-1", "canary-basic-1")\n'
        + 'item = requests.get("https://a.example/item", auth=pair).json()\n'
        + SEND,
    ),
    Hiding(
        "the name of a field",
        ("canary-field-1",),
        PLAIN
        + 'API_TOKEN = "canary-field-1"\nrequests.post("https://b.example/in", json={"canary-field-1": 1})\n',
    ),
    Hiding(
        "the default of a variable",
        ("canary-fallback-1",),
        HEAD + 'headers = {"X-Api-Key": os.environ.get("A_API_KEY", "canary-fallback-1")}\n' + FETCH + SEND,
    ),
    Hiding(
        "an unknown call",
        ("canary-unknown-1",),
        HEAD + 'import other\nheaders = other.login("bob", password="canary-unknown-1")\n' + FETCH + SEND,
    ),
    Hiding(
        "an exception's text",
        ("canary-raise-1",),
        HEAD
        + 'PASSWORD = "canary-raise-1"\nheaders = {"X-Password": PASSWORD}\n'
        + FETCH
        + 'if not item["name"]:\n    raise ValueError(f"no name with {PASSWORD}")\n'
        + SEND
        + 'raise ValueError(f"the end with {PASSWORD}")\n',
    ),
    Hiding(
        "the environment",
        ("canary-env-1", "canary-env-2"),
        HEAD
        + 'headers = {"Authorization": f"Bearer {os.environ[\'A_VALUE\']}"}\n'
        + FETCH
        + 'print("token", os.environ["A_VALUE"])\nraise ValueError(os.environ["A_VALUE"])\n',
        "A_VALUE=canary-env-1\nUNUSED_PASSWORD=canary-env-2\n",
    ),
    Hiding(
        "a file that does not parse",
        ("canary-broken-1",),
        HEAD + 'API_TOKEN = "canary-broken-1\nrequests.get("https://a.example")\n',
    ),
)


def command(*arguments: str | Path) -> Result:
    """Runs the command line in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def leaks(done: Result, folder: Path, canaries: tuple[str, ...]) -> list[str]:
    """Where canaries stand, also by file name: in output, or in a file below the folder."""
    texts = {"stdout": done.stdout, "stderr": done.stderr}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            texts[name] = name + path.read_text(encoding="utf-8", errors="replace")
    return [f"{canary} in {where}" for canary in canaries for where, text in texts.items() if canary in text]


def planted(hiding: Hiding, folder: Path) -> Path:
    """The script in a folder of its own."""
    script = folder / "legacy" / "script.py"
    script.parent.mkdir()
    script.write_text(hiding.script, encoding="utf-8")
    return script


@pytest.mark.parametrize("hiding", HIDINGS, ids=str)
def test_audit_shows_no_secret(hiding: Hiding, tmp_path: Path) -> None:
    script = planted(hiding, tmp_path)
    out = tmp_path / "out"
    done = command("audit", script.parent, "--out", out)
    assert done.exit_code in (CLEAN, REVIEW), done.stderr
    assert (out / "model.json").is_file()
    assert leaks(done, out, hiding.canaries) == []


@pytest.mark.parametrize("hiding", HIDINGS, ids=str)
def test_emit_shows_no_secret(hiding: Hiding, tmp_path: Path) -> None:
    script = planted(hiding, tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    done = command("emit", script, "--to", "node-red", "--out", out, "--json")
    assert done.exit_code in (CLEAN, REVIEW, FAILED), done.stderr
    assert leaks(done, out, hiding.canaries) == []


def har(canary: str) -> str:
    """A recording with a secret in headers, URL, bodies and cookies of requests and answers."""

    def entry(method: str, url: str, body: str, answer: str) -> dict[str, object]:
        headers = [
            {"name": "Authorization", "value": f"Bearer {canary}"},
            {"name": "X-Api-Key", "value": canary},
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


RUN = (
    HIDINGS[0],
    HIDINGS[4],
    next(one for one in HIDINGS if one.place == "an exception's text"),
    next(one for one in HIDINGS if one.place == "the environment"),
)


@pytest.mark.engine
@pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
@pytest.mark.parametrize("hiding", RUN, ids=str)
def test_a_shadow_run_shows_no_secret(hiding: Hiding, tmp_path: Path) -> None:
    canary = "canary-recorded-9f8e7d6c5b4a3f2e"
    script = planted(hiding, tmp_path)
    recording, env_file, out = tmp_path / "recorded.har", tmp_path / "test.env", tmp_path / "out"
    recording.write_text(har(canary), encoding="utf-8")
    env_file.write_text(hiding.environment, encoding="utf-8")
    done = command(
        *("shadow", script, "--recording", recording, "--to", "node-red", "--env-file", env_file),
        *("--writes-out", out / "writes", "--report", out / "report", "--json"),
    )
    assert done.exit_code in (CLEAN, REVIEW), done.stderr
    assert {leg["state"] for leg in json.loads(done.stdout)["legs"]} <= {"completed", "failed"}, done.stdout
    assert (out / "report" / "report.html").is_file()
    assert any((out / "writes").iterdir())
    assert leaks(done, out, (*hiding.canaries, canary)) == []


def test_a_planted_secret_is_found_where_it_leaks(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x canary-1 y", encoding="utf-8")
    done = command("explain", "canary-2")
    assert leaks(done, tmp_path, ("canary-1", "canary-2", "canary-3")) == [
        "canary-1 in a.txt",
        "canary-2 in stderr",
    ]
