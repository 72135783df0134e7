"""What holds for all commands: help that teaches, JSON, completion, names that were meant, what a start imports."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from migrate.cli import app, completion
from migrate.cli.teaching import EXAMPLES, GROUPS
from migrate.diagnostics import RULES
from migrate.registry import targets

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """import requests
for c in requests.get("https://a.example/c").json():
    requests.post("https://b.example/in", json={"id": c["id"]})
"""
HAR = '{"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": []}}'


def group() -> TyperGroup:
    """All commands."""
    found = get_command(app)
    assert isinstance(found, TyperGroup)
    return found


# --- help ------------------------------------------------------------------------------------------------------------


def test_each_command_stands_under_a_heading_and_has_examples() -> None:
    names = set(group().commands)
    assert names <= {name for heading in GROUPS.values() for name in heading}
    assert names <= set(EXAMPLES)


@pytest.mark.parametrize(
    "line", [line for name, lines in EXAMPLES.items() if name in group().commands for line in lines]
)
def test_each_example_can_be_given(line: str) -> None:
    _, name, *words = shlex.split(line)
    group().commands[name].make_context(name, words)


def test_the_help_shows_all_commands_with_a_sentence_each() -> None:
    text = CliRunner().invoke(app, ["--help"]).stdout
    assert "More:" not in text
    assert all(f"\n  {name} " in text for name in group().commands)


def modules_after(code: str) -> set[str]:
    """The modules that a Python process has when it has run some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.rpartition("\n")[0].rpartition("\n")[2].split())


def test_the_help_imports_little_beside_typer() -> None:
    shown = modules_after(
        "from migrate.cli import app\ntry:\n    app(['--help'])\nexcept SystemExit:\n    pass"
    )
    more = shown - modules_after("import typer")
    assert {name.partition(".")[0] for name in more} & {
        "pydantic",
        "libcst",
        "yaml",
        "rich",
        "jinja2",
    } == set()
    assert len(more) < 60, sorted(more)


# --- JSON ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script, one that does not parse, a recording, and the model of an audit."""
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "sync.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.py").write_text("import requests\n(", encoding="utf-8")
    (tmp_path / "gap.py").write_text("import requests\nimport other\nother.run()\n", encoding="utf-8")
    (tmp_path / "empty.har").write_text(HAR, encoding="utf-8")
    return tmp_path


ANSWERS: tuple[tuple[str, int, list[str]], ...] = (
    ("audit good -o out", 0, ["scripts", "integrations", "findings", "risks", "report", "model"]),
    ("audit broken.py -o out", 1, ["scripts", "integrations", "findings", "risks", "report", "model"]),
    ("audit empty -o out", 3, ["error", "status"]),
    ("audit missing -o out", 2, ["error", "status"]),
    ("audit good -o broken.py", 2, ["error", "status"]),
    ("emit good/sync.py --to node-red -o out", 0, ["target", "files", "losses", "findings"]),
    ("emit good/sync.py --to nodered -o out", 2, ["error", "status"]),
    ("emit broken.py --to node-red -o out", 2, ["findings", "error", "status"]),
    (
        "emit gap.py --to node-red -o out --on-gap fail",
        2,
        ["target", "files", "losses", "findings", "error", "status"],
    ),
    (
        "explain HS102",
        0,
        ["code", "severity", "title", "meaning", "example", "remedy", "near_miss", "sources", "security"],
    ),
    ("explain HS999", 2, ["error", "status"]),
    ("explain read_x --in good/sync.py", 2, ["error", "status"]),
    ("shadow good/sync.py --to node-red --recording missing.har", 2, ["error", "status"]),
    ("shadow broken.py --to node-red --recording empty.har", 2, ["findings", "error", "status"]),
    (
        "shadow gap.py --to node-red --recording empty.har --on-gap fail",
        2,
        ["losses", "findings", "error", "status"],
    ),
    ("record -o out -C missing -- true", 2, ["error", "status"]),
    ("demo --flow no_such_flow -o out", 2, ["error", "status"]),
)


@pytest.mark.parametrize(("line", "status", "keys"), ANSWERS, ids=[line for line, *_ in ANSWERS])
def test_an_answer_in_json_is_one_document_with_stable_keys(
    line: str, status: int, keys: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    name, *words = line.split()
    done = CliRunner().invoke(app, [name, "--json", *words])
    answer: dict[str, Any] = json.loads(done.stdout)
    assert (done.exit_code, list(answer)) == (status, keys)
    if "error" in answer:
        assert answer["status"] == status
        assert done.stderr.endswith(f"hubshift: {answer['error']}\n")


def test_each_command_that_answers_does_so_in_json_too() -> None:
    for name, command in group().commands.items():
        assert any("--json" in option.opts for option in command.params), name


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("audti x", "No such command 'audti'. Did you mean 'audit'?"),
        ("audit x --jsno", "--json"),
        ("explain HS020", "hubshift: HS020: no such code, did you mean HS"),
    ],
    ids=lambda text: text,
)
def test_a_name_that_is_near_is_offered(line: str, said: str) -> None:
    done = CliRunner().invoke(app, line.split())
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_target_that_is_near_is_offered(folder: Path) -> None:
    line = ["emit", str(folder / "good" / "sync.py"), "--to", "nodered", "-o", str(folder / "out")]
    done = CliRunner().invoke(app, line)
    assert done.stderr == (
        f"hubshift: there is no target 'nodered', did you mean 'node-red'? there are: {', '.join(targets())}\n"
    )


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("hubshift emit x.py --to no", ["node-red"]),
        ("hubshift shadow x.py --to ", [*targets()]),
        ("hubshift explain HS00", [code for code in RULES if code.startswith("HS00")]),
        ("hubshift explain --in out map", ["map_in", "map_in.id"]),
        ("hubshift demo --flow orders", ["orders_to_ferrum"]),
        ("hubshift exp", ["explain"]),
    ],
    ids=lambda words: words if isinstance(words, str) else "",
)
def test_a_shell_completes_what_there_is(
    words: str, completed: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    if "--in" in words:
        CliRunner().invoke(app, ["audit", "good", "-o", "out"])
    given = words.split(" ")
    environment = {
        "_HUBSHIFT_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(given) - 1),
    }
    done = CliRunner().invoke(app, [], prog_name="hubshift", env=environment)
    assert done.stdout.split() == completed


def test_nothing_is_completed_where_the_model_is_none(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("[", encoding="utf-8")
    assert completion.ids_in(tmp_path) == []
    (tmp_path / "model.json").write_text('{"integrations": [{}]}', encoding="utf-8")
    assert completion.ids_in(tmp_path) == []


# --- what a command says that lacks something ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "and no --env-file sets it"),
        (["--env-file", "test.env"], "which the env file does not set"),
    ],
)
def test_shadow_names_the_variables_that_nothing_sets(
    options: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    script = SCRIPT.replace("import requests", 'import os, requests\nBASE = os.environ["BASE"]')
    Path("s.py").write_text(script.replace('"https://b.example/in"', 'BASE + "/in"'), encoding="utf-8")
    Path("test.env").write_text("OTHER=1\n", encoding="utf-8")
    command = ["shadow", "s.py", "--to", "node-red", "--recording", "none.har", *options]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        2,
        f"hubshift: s.py:2: the script reads BASE, {message}",
    )
