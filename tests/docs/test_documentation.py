"""The documentation says what the code does: commands, options, make targets, diagnostic codes."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from emitters.node_red.emitter import EMITTER
from extractors.python.extractor import EXTRACTOR
from migrate.cli import app
from migrate.contracts import Extraction
from migrate.diagnostics import RULES, Diagnostic
from migrate.pipeline import audit

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

SEND = "import requests\nrequests.post('https://b.example/in', json={'a': 1})\n"
TRIGGERS: dict[str, bytes] = {
    "HS001": b"import requests\nrequests.get(\n",
    "HS002": b"import requests\nname = '\xff\xfe'\n",
    "HS101": b"from settings import *\n" + SEND.encode(),
    "HS102": b"import other\n" + SEND.encode() + b"other.run()\n",
    "HS103": SEND.replace("1", "NAME").encode(),
    "HS104": SEND.replace("1", "2 ** 100000000").encode(),
    "HS105": SEND.encode() + b"try:\n    requests.get('https://a.example')\nexcept vendor.Error:\n    pass\n",
    "HS106": SEND.encode() + b"def never():\n    requests.post('https://b.example/x')\n",
    "HS107": b"PASSWORD = 'hunter2-hunter2'\n" + SEND.replace("'a'", "'hunter2-hunter2'").encode(),
    "HS201": SEND.encode() + b"import time\ntime.sleep(1)\n",
    "HS202": b"import os\nimport requests\ntoken = os.getenv('API_TOKEN')\n"
    b"requests.get('https://a.example', headers={'Authorization': f'Bearer {token}'})\n",
}
"""For each code a script that is read with it."""

OF_FOLDERS = {"HS003", "HS004"}
"""Codes of files that are found but not read."""


def command_lines() -> list[str]:
    """The command lines of `hubshift` in the README, in blocks and in the text."""
    blocks = re.findall(r"^```\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", README)
    return [line for line in lines if re.match(r"(\.venv/bin/)?hubshift\s+\S", line)]


def read(source: bytes, folder: Path) -> tuple[Diagnostic, ...]:
    """The diagnostics of a script."""
    script = folder / "script.py"
    script.write_bytes(source)
    found = EXTRACTOR.extract(script, folder)
    assert found is not None
    return found.diagnostics if isinstance(found, Extraction) else found


def group() -> TyperGroup:
    """All commands."""
    found = get_command(app)
    assert isinstance(found, TyperGroup)
    return found


# --- commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(group().commands))
def test_each_command_stands_in_the_readme(name: str) -> None:
    assert re.search(rf"\b(hubshift|make) {name}\b", README), (
        f"README.md does not say what `hubshift {name}` does"
    )


def test_the_readme_shows_command_lines() -> None:
    assert any(" shadow " in line for line in command_lines())


@pytest.mark.parametrize("line", command_lines())
def test_each_command_line_in_the_readme_can_be_given(line: str) -> None:
    words = shlex.split(line)[1:]
    known = group().commands
    if words[0] == "COMMAND":
        assert words[1:] == ["--help"]
        return
    assert words[0] in known, f"there is no command {words[0]}"
    known[words[0]].make_context(words[0], words[1:])


def test_the_exit_codes_in_the_readme_are_those_of_the_command_line() -> None:
    from migrate import cli

    codes = (cli.CLEAN, cli.REVIEW, cli.FAILED, cli.NOTHING)
    assert [int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)] == list(codes)


# --- make ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_each_make_target_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    spans = "\n".join(
        re.findall(r"`([^`\n]+)`", text) + re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    )
    named = set(re.findall(r"^make ([a-z][a-z-]*)", spans, re.MULTILINE))
    there = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    assert named
    assert named <= there


def test_each_make_target_says_what_it_does() -> None:
    phony = set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split())
    explained = set(re.findall(r"^([a-z][a-z-]*):.*## \S", MAKEFILE, re.MULTILINE))
    assert phony == explained


# --- diagnostics -----------------------------------------------------------------------------------------------------


def test_each_code_has_a_script_that_triggers_it() -> None:
    assert set(TRIGGERS) | OF_FOLDERS == set(RULES)


def test_an_audit_names_scripts_in_other_languages_and_links(tmp_path: Path) -> None:
    (tmp_path / "sync.sh").write_text("curl https://a.example/items\n", encoding="utf-8")
    (tmp_path / "nightly").write_text("#!/usr/bin/env python3\nimport requests\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("https://a.example\n", encoding="utf-8")
    (tmp_path / "again.py").symlink_to(tmp_path / "nowhere.py")
    found = audit(tmp_path)
    assert {(one.code, one.span.file) for one in found.unread if one.span} == {
        ("HS003", "nightly"),
        ("HS003", "sync.sh"),
        ("HS004", "again.py"),
    }


@pytest.mark.parametrize("code", sorted(TRIGGERS))
def test_a_script_triggers_the_code_with_its_place_and_source(code: str, tmp_path: Path) -> None:
    found = [one for one in read(TRIGGERS[code], tmp_path) if one.code == code]
    assert found, f"{code} is not reported"
    for one in found:
        assert one.message
        assert str(one).startswith(f"script.py:{one.span.line if one.span else '?'}:")


@pytest.mark.parametrize("code", sorted(RULES))
def test_explain_prints_what_a_code_means_and_what_to_do(code: str) -> None:
    rule = RULES[code]
    done = CliRunner().invoke(app, ["explain", code])
    assert done.exit_code == 0
    assert done.stdout == f"{code} ({rule.severity}): {rule.title}\n\nWhat to do: {rule.remedy}\n"


def test_what_a_target_cannot_express_is_a_loss_with_a_reason(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_bytes(TRIGGERS["HS105"])
    found = EXTRACTOR.extract(script, tmp_path)
    assert isinstance(found, Extraction)
    emission = EMITTER.emit(found.integration)
    realised = frozenset[str]().union(*(artefact.realises for artefact in emission.artefacts))
    lost = {loss.id for loss in emission.losses}
    assert all(loss.reason for loss in emission.losses)
    assert {step.id for step in found.integration.steps} <= realised | lost


# --- what is tracked -------------------------------------------------------------------------------------------------

MACHINE = re.compile(
    r"(?<![\w.])/(?:home|root|Users|work|workspace|mnt)/\w|/tmp/[a-z]\w*/|[a-z]:\\\\Users"
    r"|https?://(?:registry\.npmjs|pypi\.org/simple|files\.pythonhosted|[\w.-]*artifactory|[\w.-]*nexus)"
    r"|--(?:extra-)?index-url"
)


def test_no_tracked_file_names_a_place_on_a_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        # Which files are tracked is known in a checkout only; an unpacked archive has no list of them.
        pytest.skip("this is no checkout with git")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path == Path(__file__).resolve() or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}:{number}: {hit.group()}"
            for number, line in enumerate(text.split("\n"), start=1)
            for hit in MACHINE.finditer(line)
        ]
    assert found == []
