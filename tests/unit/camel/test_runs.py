"""Scripts against a loopback server: CPython with the real client, and the emitted route on Camel, ask for the same."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from emitters.camel import install
from emitters.camel.emitter import EMITTER
from migrate.contracts import Extraction
from migrate.pipeline import read_script
from tests.unit.node_red_emitter.conftest import ENVIRONMENT, Asked, Reply, Server, server

pytestmark = pytest.mark.engine
__all__ = ["server"]  # a fixture

CONTROL = """
import requests

def send(what, **fields):
    requests.post(BASE + "/out", json={"what": what, **fields}).raise_for_status()

items = requests.get(BASE + "/items").json()
last = None
for item in items:
    last = item["id"]
    if item["kind"] == "skip":
        if item.get("really"):
            continue
        send("not skipped", id=item["id"])
    elif item["kind"] == "stop":
        send("stops", id=item["id"])
        break
    for part in item.get("parts", []):
        if part == 2:
            continue
        if part == 4:
            break
        send("part", id=item["id"], part=part)
    send("item", id=item["id"])
send("after", last=last)

count = 0
page = 0
while True:
    page += 1
    try:
        answer = requests.get(BASE + "/pages", params={"page": page})
        answer.raise_for_status()
        rows = answer.json()["rows"]
    except requests.HTTPError:
        send("refused", page=page)
        if page > 3:
            break
        continue
    except (KeyError, ValueError) as error:
        send("broken", page=page, error=str(error))
        continue
    count += len(rows)
    send("page", page=page, rows=rows)
send("pages", count=count)

for attempt in range(3):
    try:
        try:
            requests.get(BASE + "/flaky").raise_for_status()
            send("fine", attempt=attempt)
            break
        except requests.HTTPError:
            send("again", attempt=attempt)
            raise
    except requests.RequestException:
        send("outer", attempt=attempt)
send("end")
raise SystemExit("the end")
"""

REQUESTS = """
import os
import requests

session = requests.Session()
session.headers["X-Api-Key"] = os.environ["TOKEN"]
session.get(BASE + "/a b/ä?x=1&y=%20%zz", params={"q": "a b&c=ü/+", "n": 1.0, "none": None, "many": [1, True, "x"]})
session.get(BASE + "/./x/../y//z", params=[("k", "v"), ("k", 2)])
session.post(BASE + "/json", json={"text": "ü\\u2028\\U0001f642\\"\\\\\\n"})
session.post(BASE + "/numbers", json={"big": 2**70, "float": 1e16, "small": 1e-7, "list": [None, True]})
session.post(BASE + "/form", data={"a": "b c", "ü": ["1", 2], "empty": ""})
session.post(BASE + "/text", data="plain ü".encode().decode())
session.post(BASE + "/typed", data="<a/>", headers={"Content-Type": "application/xml;charset=utf-8"})
session.post(BASE + "/empty")
session.put(BASE + "/put", json=[])
session.patch(BASE + "/patch", json=None)
session.delete(BASE + "/delete")
session.delete(BASE + "/delete", json={"why": "old"})
session.get(BASE + "/basic", auth=(os.environ["USER_B"], os.environ["PASSWORD_B"]))
session.post(BASE + "/$x/'q'", json={"odd": "it's ${x} {{y}} \\\\u0041 {{env:TOKEN}}"})
"""

FAILURES = """
import requests

def tell(what):
    requests.post(BASE + "/told", json={"what": what})

for name in ["/gone", "/cut", "/nothing-there", "/odd", "/list"]:
    try:
        if name == "/nothing-there":
            answer = requests.get("http://127.0.0.1:1/")
        else:
            answer = requests.get(BASE + name, timeout=1)
        tell(answer.json()["value"] + 1)
    except requests.exceptions.ReadTimeout:
        tell("late")
    except requests.exceptions.ChunkedEncodingError:
        tell("cut")
    except requests.exceptions.ConnectionError:
        tell("no connection")
    except requests.exceptions.JSONDecodeError as error:
        tell(str(error))
    except TypeError:
        tell("type")
"""

ITEMS = b"""[{"id": 1, "kind": "a", "parts": [1, 2, 3, 4, 5]}, {"id": 2, "kind": "skip", "really": true},
{"id": 3, "kind": "skip", "parts": []}, {"id": 4, "kind": "a"}, {"id": 5, "kind": "stop"}, {"id": 6, "kind": "a"}]"""
PAGES = {"1": Reply(b'{"rows": [1, 2]}'), "2": Reply(b"{}"), "3": Reply(b"", 500)}


@dataclass
class Vendor:
    """What the server answers; some answers depend on how often was asked."""

    flaky: int = 0

    def __call__(self, asked: Asked) -> Reply | None:
        path, _, query = asked.target.partition("?")
        if path == "/items":
            return Reply(ITEMS)
        if path == "/pages":
            return PAGES.get(query.removeprefix("page="), Reply(b"", 404))
        if path == "/flaky":
            self.flaky += 1
            return Reply(b"", 503 if self.flaky < 3 else 200)
        if path == "/gone":
            return None
        if path == "/cut":
            return Reply(
                b'{"value"', headers=(("Content-Type", "application/json"), ("Content-Length", "99"))
            )
        if path == "/odd":
            return Reply(b'{"value": ')
        return Reply(b'{"value": []}')


@dataclass(frozen=True)
class Both:
    """What was asked of the server by the script and by Camel, and how Camel's run ended."""

    script: list[Asked]
    camel: list[Asked]
    ended: tuple[bool, str]


def both(source: str, server: Server, folder: Path) -> Both:
    """Runs a script with CPython, then its route on Camel."""
    if missing := install.missing():
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(missing)
    script = folder / "script.py"
    script.write_text(f'BASE = "{server.url}"\n{source}', encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME") if name in os.environ}
    environment = {**kept, **ENVIRONMENT}
    server.rule = Vendor()
    subprocess.run([sys.executable, script], env=environment, check=False, capture_output=True, timeout=60)
    asked = server.taken()
    extraction = read_script(script, folder)
    assert isinstance(extraction, Extraction)
    emission = EMITTER.emit(extraction.integration)
    assert emission.losses == ()
    for artefact in emission.artefacts:
        path = folder / "project" / artefact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artefact.text, encoding="utf-8")
    assert EMITTER.engine.faults(folder / "project") == ()
    launch = EMITTER.engine.launch(folder / "project", folder / "engine")
    server.rule = Vendor()
    done = subprocess.run(
        launch.command,
        cwd=launch.folder,
        env={**environment, **launch.environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Both(asked, server.taken(), EMITTER.engine.outcome(done.returncode, done.stdout))


@pytest.mark.parametrize(
    ("source", "least", "ended"),
    [
        pytest.param(
            CONTROL,
            25,
            (False, "The route failed in Fail (script.py:60): the script exits with an error"),
            id="control",
        ),
        pytest.param(REQUESTS, 13, (True, "The route ended without error."), id="requests"),
        pytest.param(FAILURES, 9, (True, "The route ended without error."), id="failures"),
    ],
)
def test_the_route_asks_for_what_the_script_asks_for(
    source: str, least: int, ended: tuple[bool, str], server: Server, tmp_path: Path
) -> None:
    done = both(source, server, tmp_path)
    assert (done.camel, done.ended) == (done.script, ended)
    assert len(done.script) >= least
