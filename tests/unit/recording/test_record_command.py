"""`hubshift record`: what is declared in `hubshift.yaml` and on the command line, and what the command answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from migrate.cli import app
from migrate.pipeline.project import read_project
from migrate.shadow import sandbox

REASON = sandbox.probe()

SCRIPT = """
import requests
requests.get("https://shop.example/items/7?page=1")
requests.post("https://erp.example/orders", json={"number": 1})
requests.post("https://erp.example/notes", json={"number": 1})
open("left.txt", "w").write("1")
"""
PROJECT = """
record:
  answers:
    - {method: POST, url: "https://erp.example/orders", status: 201, body: {id: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a script and settings."""
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "hubshift.yaml").write_text(PROJECT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Where nothing can be isolated nothing is recorded.
@pytest.mark.skipif(REASON is not None, reason=f"no sandbox here: {REASON}")
def test_the_answer_says_what_was_recorded_and_what_needs_review(folder: Path) -> None:
    done = CliRunner().invoke(app, ["record", "-o", "out", "--json", "--", sys.executable, "script.py"])
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "status": 1,
        "folder": "out",
        "exit_status": 0,
        "requests": {"declared": 1, "refused": 1, "synthetic": 1},
        "mails": 0,
        "files": ["left.txt"],
        "refused": [
            {
                "request": "GET https://shop.example/items/7",
                "times": 1,
                "declare": '{method: GET, url: "https://shop.example/items/{id}"}',
            }
        ],
        "reasons": [
            "GET https://shop.example/items/7 is not declared, so it was refused (1×)",
            "POST https://erp.example/notes got a stand-in for an answer (1×)",
            "POST https://erp.example/orders got a declared answer (1×)",
        ],
    }
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["files.jsonl", "recording.har"]
    again = CliRunner().invoke(app, ["record", "-o", "out", "--", sys.executable, "script.py"])
    assert (again.exit_code, again.stderr) == (
        2,
        "hubshift: out: holds a recording already; --force replaces it\n",
    )
    before = (folder / "out" / "recording.har").read_bytes()
    (folder / "test.env").write_text("SHOP=1\n", encoding="utf-8")
    options = ["-o", "out", "--force", "--env-file", "test.env"]
    forced = CliRunner().invoke(app, ["record", *options, "--", sys.executable, "script.py"])
    assert (forced.exit_code, (folder / "out" / "recording.har").read_bytes()) == (1, before)
    assert '    - {method: GET, url: "https://shop.example/items/{id}"}\n' in forced.stdout
    command = "hubshift shadow SCRIPT --to TARGET --recording out/recording.har --env-file test.env"
    assert f"next: {command}\n" in forced.stdout


@pytest.mark.parametrize(
    ("settings", "options", "message"),
    [
        (
            'record:\n  reads:\n    - {method: PUT, url: "https://a.example/x"}\n',
            [],
            "hubshift.yaml:3: /record/reads/0/method: ",
        ),
        (
            "record:\n  reads:\n    - url: https://*.example/x\n",
            [],
            "hubshift.yaml:3: /record/reads/0/url: ",
        ),
        ("record: {writes: []}\n", [], "hubshift.yaml:1: /record/writes: is no key that is known here"),
        ("{}", ["--allow-read", "DELETE https://a.example/x"], "--allow-read 'DELETE https://a.example/x': "),
        ("{}", ["--answers-from", "none.har"], "none.har: cannot be read: No such file or directory"),
        ("{}", ["--files", "none"], "none: no such folder"),
        ("{}", ["-C", "none"], "none: no such folder"),
        ("{}", ["--env-file", "none.env"], "none.env: no such file"),
    ],
)
def test_what_cannot_be_used_is_named_before_anything_runs(
    settings: str, options: list[str], message: str, folder: Path
) -> None:
    (folder / "hubshift.yaml").write_text(settings, encoding="utf-8")
    done = CliRunner().invoke(app, ["record", "-o", "out", *options, "--", sys.executable, "script.py"])
    assert (done.exit_code, message in done.stderr) == (2, True), done.stderr
    assert not (folder / "out").exists()


def test_the_settings_in_the_documentation_are_read(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "recording.md").read_text(encoding="utf-8")
    (tmp_path / "hubshift.yaml").write_text(
        text.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8"
    )
    settings = read_project(tmp_path / "hubshift.yaml").record
    assert (len(settings.reads), len(settings.answers), len(settings.incoming)) == (4, 2, 1)
    assert settings.incoming[0].request.url == "http://localhost/hooks/orders"
