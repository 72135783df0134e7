"""Secrets planted wherever a person leaves them are found in nothing that the tool writes or prints.

Neither as they stand nor in another case, as base64, percent-encoded, escaped, nor any 8 characters of them in a row.
"""

from __future__ import annotations

import json
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

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
    beside: tuple[tuple[str, str], ...] = ()
    """Names and texts of other files in the script's folder."""

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
        ("canary-sttngs-1", "canary-sttngs-2"),
        HEAD
        + 'CONFIG = {"a": {"api_key": "canary-sttngs-1"}, "password": "canary-sttngs-2"}\n'
        + 'headers = {"X-Api-Key": CONFIG["a"]["api_key"]}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a default argument",
        ("canary-dflt-1",),
        HEAD
        + 'def fetch(token="canary-dflt-1"):\n    return {"Authorization": f"Bearer {token}"}\n'
        + "headers = fetch()\n"
        + FETCH
        + SEND,
    ),
    Hiding(
        "a class attribute",
        ("canary-attr-1",),
        HEAD
        + 'class Api:\n    secret_key = "canary-attr-1"\n    def headers(self):\n'
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
        ("canary-comment-1", "canary-dcstrng-1", "canary-trailing-1"),
        '"""Token of the CRM: canary-dcstrng-1"""\n'
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
        ("canary-fllbck-1",),
        HEAD + 'headers = {"X-Api-Key": os.environ.get("A_API_KEY", "canary-fllbck-1")}\n' + FETCH + SEND,
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
    *(
        Hiding(
            f"an Authorization header of the scheme {scheme}",
            ("qZ7-kw93mXt1vB0p",),
            HEAD + f'headers = {{"Authorization": "{scheme} qZ7-kw93mXt1vB0p"}}\n' + FETCH + SEND,
        )
        for scheme in ("Bearer", "Basic", "Token", "SSWS", "ApiKey", "Splunk", "token", "GenieKey")
    ),
    *(
        Hiding(
            f"the header {name} with an innocent constant",
            ("one of my own words",),
            HEAD + f'THING = "one of my own words"\nheaders = {{"{name}": THING}}\n' + FETCH + SEND,
        )
        for name in (
            "X-Api-Key",
            "Cookie",
            "X-Auth-Token",
            "PRIVATE-TOKEN",
            "api-key",
            "X-Shopify-Access-Token",
        )
    ),
    Hiding(
        "a header of a session, set late",
        ("canary-session-1", "canary-session-2"),
        HEAD
        + 'http = requests.Session()\nhttp.headers["X-Api-Key"] = "canary-session-1"\n'
        + 'http.headers.update({"Authorization": "Token " + "canary-session-2"})\n'
        + 'item = http.get("https://a.example/item").json()\n'
        + 'http.post("https://b.example/in", json={"name": item["name"]})\n',
    ),
    Hiding(
        "a sum of texts",
        ("qZ7kw93mXt1vB0pL",),
        HEAD + 'PASSWORD = "qZ7kw93m" + "Xt1vB0pL"\nheaders = {"X-Api-Key": PASSWORD}\n' + FETCH + SEND,
    ),
    Hiding(
        "texts that stand side by side",
        ("qZ7kw93mXt1vB0pL",),
        HEAD
        + 'API_KEY = ("qZ7kw93m"\n           "Xt1vB0pL")\nheaders = {"X-Api-Key": API_KEY}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a formatted text",
        ("canary-percent-1", "canary-format-1"),
        HEAD
        + 'PASSWORD = "canary-percent-1"\nSECRET = "canary-format-1"\n'
        + 'headers = {"X-A": "pw %s" % PASSWORD, "X-B": "s {}".format(SECRET)}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "keyword arguments of a function of the script",
        ("canary-keyword-1", "canary-keyword-2"),
        HEAD
        + "def login(user, password, api_key=None):\n"
        + '    return {"X-Api-Key": api_key, "X-Auth-Password": password}\n'
        + 'headers = login("bob", password="canary-keyword-1", api_key="canary-keyword-2")\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "an attribute set by a constructor",
        ("canary-ctor-1",),
        HEAD
        + 'class Api:\n    def __init__(self, token="canary-ctor-1"):\n        self.token = token\n'
        + '    def headers(self):\n        return {"Authorization": "Bearer %s" % self.token}\n'
        + "headers = Api().headers()\n"
        + FETCH
        + SEND,
    ),
    Hiding(
        "forms that are derived in the source",
        ("qZ7-kw93mXt1vB0p",),
        HEAD
        + 'import base64\nPASSWORD = "qZ7-kw93mXt1vB0p"\n'
        + 'pair = base64.b64encode(("bob:" + PASSWORD).encode()).decode()\n'
        + 'headers = {"Authorization": "Basic " + pair, "X-A": PASSWORD.upper(), "X-B": PASSWORD[:9]}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a slice and a change of case of a known text",
        ("qZ7-kw93mXt1vB0p",),
        HEAD
        + 'PASSWORD = "qZ7-kw93mXt1vB0p"\nheaders = {"X-A": PASSWORD.lower()}\n'
        + FETCH
        + 'requests.post("https://b.example/in", json={"a": PASSWORD[2:14], "b": PASSWORD[::-1]})\n',
    ),
    Hiding(
        "a URL with a key in its path",
        ("qZ7kw93mXt1vB0pLs8Yd",),
        PLAIN
        + 'requests.post("https://hooks.slack.example/services/T0AAAA1BB/B0CCCC2DD/qZ7kw93mXt1vB0pLs8Yd",'
        + ' json={"text": item["name"]})\n',
    ),
    Hiding(
        "a path put together",
        ("canary-path-1",),
        HEAD
        + 'headers = {}\nWEBHOOK_TOKEN = "canary-path-1"\n'
        + FETCH
        + 'requests.post(f"https://b.example/hook/{WEBHOOK_TOKEN}/in", json={"name": item["name"]})\n',
    ),
    Hiding(
        "a URL constant with user information and a query",
        ("canary-dsn-1", "qZ7kw93mXt1vB0pL"),
        HEAD
        + 'headers = {}\nBASE = "https://bob:canary-dsn-1@a.example"\nQUERY = "?sig=qZ7kw93mXt1vB0pL"\n'
        + 'item = requests.get(BASE + "/item" + QUERY).json()\n'
        + SEND,
    ),
    Hiding(
        "texts that are JSON, XML and a form",
        ("canary-jsntxt-1", "canary-xml-1", "canary-frmtxt-1"),
        PLAIN
        + 'requests.post("https://b.example/a", data=\'{"password": "canary-jsntxt-1"}\')\n'
        + 'requests.post("https://b.example/b", data="<auth><password>canary-xml-1</password></auth>")\n'
        + 'requests.post("https://b.example/c", data="user=bob&client_secret=canary-frmtxt-1")\n',
    ),
    Hiding(
        "docstrings and comments inside of functions and classes",
        ("canary-inner-1", "canary-inner-2", "canary-inner-3"),
        HEAD
        + 'class Api:\n    """Login: bob, password canary-inner-1"""\n'
        + '    def get(self):\n        """token=canary-inner-2"""\n'
        + "        # old key: canary-inner-3\n"
        + '        return requests.get("https://a.example/item").json()\n'
        + "item = Api().get()\n"
        + SEND,
    ),
    Hiding(
        "files beside the script",
        ("canary-dotenv-1", "canary-ini-1", "canary-sttngs-3"),
        HEAD
        + "from settings import API_KEY\nfrom dotenv import load_dotenv\nload_dotenv()\n"
        + 'headers = {"X-Api-Key": API_KEY}\n'
        + FETCH
        + SEND,
        beside=(
            (".env", "A_TOKEN=canary-dotenv-1\n"),
            ("config.ini", "[crm]\npassword = canary-ini-1\n"),
            ("settings.py", 'API_KEY = "canary-sttngs-3"\n'),
        ),
    ),
    Hiding(
        "a shell script beside it",
        ("canary-shell-1",),
        PLAIN,
        beside=(("sync.sh", "#!/bin/sh\ncurl -H 'X-Api-Key: canary-shell-1' https://a.example/x\n"),),
    ),
    Hiding(
        "an assertion, a log line and a print",
        ("canary-log-1",),
        HEAD
        + 'import logging\nTOKEN = "canary-log-1"\nheaders = {"X-Api-Key": TOKEN}\n'
        + 'assert TOKEN != "x", TOKEN\nlogging.warning("token %s", TOKEN)\nprint(f"with {TOKEN}")\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a table of tokens",
        ("canary-table-1", "canary-table-2"),
        HEAD
        + 'TOKENS = {"de": "canary-table-1", "at": "canary-table-2"}\nheaders = {}\n'
        + FETCH
        + 'requests.post("https://b.example/in", headers={"X-Api-Key": TOKENS[item["country"]]})\n',
    ),
    Hiding(
        "a list that is gone through",
        ("canary-list-1", "canary-list-2"),
        HEAD
        + 'for api_key in ["canary-list-1", "canary-list-2"]:\n'
        + '    requests.post("https://b.example/in", headers={"X-Api-Key": api_key}, json={})\n',
    ),
    Hiding(
        "a literal of which only a later line says what it is",
        ("one of my own words",),
        HEAD
        + 'THING = "one of my own words"\n'
        + 'item = requests.get("https://a.example/item").json()\n'
        + 'print(json.dumps(item, default="one of my own words", cls=item))\n'
        + 'headers = {"X-Api-Key": THING}\nitem = requests.get("https://a.example/x", headers=headers).json()\n'
        + SEND,
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


def test_what_is_sent_of_a_secret_is_named_for_what_it_is(tmp_path: Path) -> None:
    if MISSING is not None:
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
    done = command("explain", "canary-2")
    assert leaks(done, tmp_path, ("canary-1", "canary-2", "canary-3")) == [
        "canary-1 in a.txt",
        "canary-2 in stderr",
    ]
