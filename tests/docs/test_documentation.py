"""The documentation says what the code does: commands, options, make targets, diagnostic codes."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import textwrap
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from migrate.cli import app
from migrate.diagnostics import RULES
from tests.docs.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def command_lines() -> list[str]:
    """The command lines of `hubshift` in the README, in blocks and in the text."""
    blocks = re.findall(r"^```\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", README)
    return [line for line in lines if re.match(r"(\.venv/bin/)?hubshift\s+\S", line)]


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
    if words[0].startswith("--"):
        assert words[0] in CliRunner().invoke(app, ["--help"]).stdout
        return
    assert words[0] in known, f"there is no command {words[0]}"
    known[words[0]].make_context(words[0], words[1:])


def test_the_exit_codes_in_the_readme_are_those_of_the_command_line() -> None:
    from migrate import cli

    codes = (cli.CLEAN, cli.REVIEW, cli.FAILED, cli.NOTHING)
    assert [int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)] == list(codes)


def test_the_gap_in_the_readme_is_what_an_audit_prints(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```\n(\S+:\d+:\d+: .*?)^```", README, re.MULTILINE | re.DOTALL)
    place, code, _ = shown.splitlines()
    name, line, *_ = place.split(":")
    module = code.strip().partition(".")[0]
    (tmp_path / name).write_text(
        "\n" * (int(line) - 2) + f"import {module}\n{code.strip()}\n", encoding="utf-8"
    )
    done = CliRunner().invoke(app, ["audit", str(tmp_path / name), "-o", str(tmp_path / "out")])
    assert shown in done.stdout


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


@pytest.mark.parametrize("code", sorted(RULES))
def test_explain_prints_what_a_code_means_with_an_example_and_what_to_do(code: str) -> None:
    rule = RULES[code]
    done = CliRunner().invoke(app, ["explain", code])
    assert done.exit_code == 0
    rests_on = f"\n\nRests on: {', '.join(rule.sources)}" if rule.sources else ""
    assert done.stdout.endswith(f"{rests_on}\n")
    head, meaning, *example, remedy = f"{done.stdout[: -len(rests_on) - 1]}\n".split("\n\n")
    assert (head, meaning) == (f"{code} ({rule.severity}): {rule.title}", rule.meaning)
    assert remedy == f"What to do: {rule.remedy}\n"
    shown = textwrap.dedent("\n\n".join(example[1:]))
    assert (example[:1], shown) == (["Example:"] if rule.example else [], rule.example.strip("\n"))


@pytest.mark.parametrize("code", sorted(RULES))
def test_explain_as_json_has_the_same(code: str) -> None:
    done = CliRunner().invoke(app, ["explain", code, "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, json.loads(json.dumps(asdict(RULES[code]))))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_generated_page_says_what_the_code_does(path: Path) -> None:
    assert path.is_file(), f"{path} is missing: `make pages`"
    assert path.read_text(encoding="utf-8") == PAGES[path](), f"{path} is stale: `make pages`"


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
