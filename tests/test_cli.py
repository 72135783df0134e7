"""The command line: exit codes, messages, what is written, what stands on standard output."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from emitters.node_red.emitter import EMITTER
from migrate import __version__
from migrate.cli import app
from migrate.registry import targets

ROOT = Path(__file__).resolve().parent.parent
CLEAN, REVIEW, FAILED, NOTHING = 0, 1, 2, 3
COMMANDS = ("audit", "demo", "emit", "explain", "inventory", "record", "shadow")
ENGINE = type(EMITTER.engine)

COMPLETE = """import requests
for c in requests.get("https://a.example/c").json():
    requests.post("https://b.example/in", json={"id": c["id"]})
"""
WITH_GAP = "import other\nimport requests\nrequests.get(other.url())\n"
EMPTY_RECORDING = '{"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": []}}'


def hubshift(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def written(folder: Path) -> dict[str, str]:
    """All files below a folder with the hash of their bytes."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found
    }


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A folder with one complete script, one with a gap, and one without integration."""
    folder = tmp_path / "scripts"
    (folder / "sub").mkdir(parents=True)
    (folder / "complete.py").write_text(COMPLETE, encoding="utf-8")
    (folder / "sub" / "gap.py").write_text(WITH_GAP, encoding="utf-8")
    (folder / "plain.py").write_text("print('hello')\n", encoding="utf-8")
    return folder


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """One complete script in a folder of its own."""
    path = tmp_path / "one" / "complete.py"
    path.parent.mkdir()
    path.write_text(COMPLETE, encoding="utf-8")
    return path


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A recording without requests."""
    path = tmp_path / "empty.har"
    path.write_text(EMPTY_RECORDING, encoding="utf-8")
    return path


# --- usage -----------------------------------------------------------------------------------------------------------


def test_these_are_the_commands() -> None:
    assert tuple(sorted(getattr(get_command(app), "commands"))) == COMMANDS  # noqa: B009 - click's group, untyped here


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help_that_names_its_options(command: str) -> None:
    done = hubshift(command, "--help")
    assert done.exit_code == CLEAN
    assert f"Usage: hubshift {command}" in done.stdout
    for option in getattr(get_command(app), "commands")[command].params:  # noqa: B009 - as above
        assert max(option.opts, key=len) in done.stdout or option.make_metavar(None) in done.stdout


def test_without_a_command_the_help_is_shown() -> None:
    done = hubshift()
    assert done.exit_code == FAILED
    assert all(command in done.output for command in COMMANDS)


def test_the_version_is_that_of_the_package() -> None:
    done = hubshift("--version")
    assert (done.exit_code, done.stdout) == (CLEAN, f"hubshift {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [("nothing",), ("audit",), ("emit", "x.py"), ("shadow", "x.py"), ("audit", "--odd", "x"), ("explain",)],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    done = hubshift(*arguments)
    assert done.exit_code == FAILED
    assert done.stdout == ""
    assert "Usage:" in done.stderr


# --- audit -----------------------------------------------------------------------------------------------------------


def test_audit_of_a_folder_with_a_gap_ends_with_1_and_says_where(scripts: Path, tmp_path: Path) -> None:
    done = hubshift("audit", scripts, "--out", tmp_path / "out")
    assert done.exit_code == REVIEW
    assert done.stderr == ""
    assert done.stdout.startswith(
        "complete: 2 systems, 1 mapping rule, 0 findings, 4 risks\nsub.gap: 0 systems, "
    )
    assert "sub/gap.py:3:14: HS102 gap: other.url is not known\n" in done.stdout


def test_audit_of_a_complete_script_ends_with_0(script: Path, tmp_path: Path) -> None:
    assert hubshift("audit", script, "--out", tmp_path / "out").exit_code == CLEAN
    assert sorted(written(tmp_path / "out")) == [
        "estate.schema.json",
        "model.json",
        "report.html",
        "report.json",
        "report.md",
        "report.sarif",
    ]


def test_audit_as_json_has_stable_keys_and_nothing_else_on_standard_output(
    scripts: Path, tmp_path: Path
) -> None:
    done = hubshift("audit", scripts, "--out", tmp_path / "out", "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, done.stderr) == (REVIEW, "")
    assert list(found) == ["scripts", "integrations", "findings", "risks", "report", "model"]
    assert found["scripts"] == 3
    assert found["integrations"] == [
        {
            "id": "complete",
            "trigger": "manual",
            "systems": ["https://a.example", "https://b.example"],
            "rules": 1,
            "findings": 0,
            "risks": 4,
        },
        {"id": "sub.gap", "trigger": "manual", "systems": [], "rules": 0, "findings": 1, "risks": 1},
    ]
    assert [list(one) for one in found["findings"]] == [["code", "severity", "message", "file", "line"]]
    assert {(one["file"], one["line"]) for one in found["findings"]} == {("sub/gap.py", 3)}


def test_audit_of_a_folder_without_integration_ends_with_3_and_says_what_was_looked_for(
    tmp_path: Path,
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = hubshift("audit", empty, "--out", tmp_path / "out")
    assert done.exit_code == NOTHING
    assert (done.stdout, done.stderr) == (
        "",
        f"hubshift: {empty}: no integration found; looked for *.py files that call other systems\n",
    )
    assert not (tmp_path / "out").exists()


def test_audit_of_what_is_not_there_ends_with_2(tmp_path: Path) -> None:
    done = hubshift("audit", tmp_path / "no")
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert done.stderr == f"hubshift: {tmp_path / 'no'}: no such file or folder\n"


def test_audit_names_a_script_that_does_not_parse_and_reads_the_others(scripts: Path, tmp_path: Path) -> None:
    (scripts / "broken.py").write_text("import requests\nrequests.get(\n", encoding="utf-8")
    done = hubshift("audit", scripts, "--out", tmp_path / "out", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == REVIEW
    assert [one["id"] for one in found["integrations"]] == ["complete", "sub.gap"]
    broken = next(one for one in found["findings"] if one["file"] == "broken.py")
    assert (broken["code"], broken["line"]) == ("HS001", 3) or (broken["code"], broken["line"]) == (
        "HS001",
        2,
    )


def test_auditing_twice_changes_nothing_and_touches_no_source(scripts: Path, tmp_path: Path) -> None:
    before = written(scripts)
    hubshift("audit", scripts, "--out", tmp_path / "out")
    first = written(tmp_path / "out")
    hubshift("audit", scripts, "--out", tmp_path / "out")
    assert written(tmp_path / "out") == first
    assert written(scripts) == before


def test_what_audit_writes_names_no_folder_of_this_machine(scripts: Path, tmp_path: Path) -> None:
    hubshift("audit", scripts, "--out", tmp_path / "out")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()]
    assert not [text for text in texts if str(tmp_path) in text]


def test_audit_reads_neither_links_nor_virtual_environments(scripts: Path, tmp_path: Path) -> None:
    (scripts / "linked.py").symlink_to(scripts / "complete.py")
    (scripts / ".venv").mkdir()
    (scripts / ".venv" / "library.py").write_text(COMPLETE, encoding="utf-8")
    found = json.loads(hubshift("audit", scripts, "--out", tmp_path / "out", "--json").stdout)
    assert found["scripts"] == 3


# --- emit ------------------------------------------------------------------------------------------------------------


def test_emit_of_a_complete_script_ends_with_0_and_names_its_files(script: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = hubshift("emit", script, "--to", "node-red", "--out", out)
    assert (done.exit_code, done.stderr) == (CLEAN, "")
    assert "flows.json" in written(out)
    assert done.stdout == "".join(f"wrote {out / name}\n" for name in _in_order(done.stdout, out))
    assert set(written(out)) == set(_in_order(done.stdout, out))


def _in_order(text: str, out: Path) -> list[str]:
    return [line.removeprefix(f"wrote {out}/") for line in text.splitlines()]


def test_emit_as_json_has_stable_keys_and_nothing_else_on_standard_output(
    script: Path, tmp_path: Path
) -> None:
    done = hubshift("emit", script, "--to", "node-red", "--out", tmp_path / "out", "--json")
    found = json.loads(done.stdout)
    assert list(found) == ["target", "files", "losses", "findings"]
    assert (found["target"], found["losses"], found["findings"]) == ("node-red", [], [])
    assert all(Path(name).is_file() for name in found["files"])


def test_emit_of_a_script_with_a_gap_ends_with_1_and_says_where(scripts: Path, tmp_path: Path) -> None:
    done = hubshift("emit", scripts / "sub" / "gap.py", "--to", "node-red", "--out", tmp_path / "out")
    assert done.exit_code == REVIEW
    assert "gap.py:3:14: HS102 gap: other.url is not known" in done.stdout


def test_emitting_twice_changes_nothing_and_touches_no_source(script: Path, tmp_path: Path) -> None:
    before = written(script.parent)
    for _ in range(2):
        hubshift("emit", script, "--to", "node-red", "--out", tmp_path / "out")
    first = written(tmp_path / "out")
    hubshift("emit", script, "--to", "node-red", "--out", tmp_path / "other")
    assert written(tmp_path / "other") == first
    assert written(script.parent) == before


@pytest.mark.parametrize("command", ["emit", "shadow"])
def test_an_unknown_target_ends_with_2_and_lists_those_there_are(
    command: str, script: Path, recording: Path, tmp_path: Path
) -> None:
    more = ("--recording", recording) if command == "shadow" else ("--out", tmp_path / "out")
    done = hubshift(command, script, "--to", "workbench", *more)
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert done.stderr == f"hubshift: there is no target 'workbench'; there are: {', '.join(targets())}\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["emit", "shadow"])
@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        (None, FAILED, "script.py: no such file\n"),
        ("print('x')\n", NOTHING, "no call to another system is reached"),
        ("import requests\n\nrequests.get(\n", FAILED, "script.py:"),
    ],
    ids=["missing", "without integration", "broken syntax"],
)
def test_a_script_that_cannot_be_used_is_named(
    command: str, text: str | None, status: int, said: str, recording: Path, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    if text is not None:
        script.write_text(text, encoding="utf-8")
    more = ("--recording", recording) if command == "shadow" else ("--out", tmp_path / "out")
    done = hubshift(command, script, "--to", "node-red", *more)
    assert (done.exit_code, done.stdout) == (status, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_script_with_broken_syntax_is_named_with_its_line(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import requests\n\nrequests.get(]\n", encoding="utf-8")
    done = hubshift("emit", script, "--to", "node-red", "--out", tmp_path / "out")
    assert done.exit_code == FAILED
    assert done.stderr.startswith("script.py:3:")
    assert "HS001" in done.stderr


def test_a_script_of_an_unknown_language_is_named_with_what_there_is(tmp_path: Path) -> None:
    script = tmp_path / "script.pl"
    script.write_text("print 1;\n", encoding="utf-8")
    done = hubshift("emit", script, "--to", "node-red", "--out", tmp_path / "out")
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert done.stderr == f"hubshift: {script}: no extractor for this kind of file; there are some for: .py\n"


@pytest.mark.parametrize("command", ["audit", "emit"])
def test_an_out_folder_that_is_a_file_ends_with_2(command: str, script: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("a file\n", encoding="utf-8")
    target = ("--to", "node-red") if command == "emit" else ()
    done = hubshift(command, script, *target, "--out", out)
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert done.stderr.startswith(f"hubshift: {out}: cannot be written: ")
    assert out.read_text(encoding="utf-8") == "a file\n"


# Root may write anywhere, so there is nothing to refuse; any other user runs it.
@pytest.mark.skipif(os.geteuid() == 0, reason="rights do not bind this user")
@pytest.mark.parametrize("command", ["audit", "emit"])
def test_an_out_folder_without_rights_ends_with_2(command: str, script: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    target = ("--to", "node-red") if command == "emit" else ()
    done = hubshift(command, script, *target, "--out", out)
    assert done.exit_code == FAILED
    assert "cannot be written" in done.stderr
    assert list(out.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_the_old_one_whole(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    hubshift("emit", script, "--to", "node-red", "--out", out)
    before = written(out)
    script.write_text(COMPLETE.replace("b.example", "c.example"), encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = hubshift("emit", script, "--to", "node-red", "--out", out)
    assert done.exit_code == FAILED
    assert done.stderr == f"hubshift: {out}/flows.json: cannot be written: No space left on device\n"
    assert written(out) == before


# --- shadow ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file"),
        ("{", ".har:1:2: not JSON"),
        ("[]", "top level: not an object"),
        ('{"log": {}}', "entries"),
        ('{"log": {"entries": [{}]}}', "entries[0]"),
        ('{"log": {"entries": [{"request": {"method": "GET"}}]}}', "entries[0]"),
    ],
    ids=["missing", "no JSON", "a list", "no entries", "an empty entry", "no URL"],
)
def test_a_recording_that_cannot_be_used_ends_with_2_naming_file_and_place(
    text: str | None, said: str, script: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.har"
    if text is not None:
        broken.write_text(text, encoding="utf-8")
    done = hubshift("shadow", script, "--to", "node-red", "--recording", broken)
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert done.stderr.startswith(f"hubshift: {broken}")
    assert said.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "said"), [("--env-file", "no such file"), ("--config", "no such folder")], ids=str
)
def test_an_input_of_shadow_that_is_missing_ends_with_2(
    option: str, said: str, script: Path, recording: Path, tmp_path: Path
) -> None:
    done = hubshift("shadow", script, "--to", "node-red", "--recording", recording, option, tmp_path / "no")
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert done.stderr == f"hubshift: {tmp_path / 'no'}: {said}\n"


def test_a_missing_engine_is_not_run_with_exit_code_2_and_says_how_to_install_it(
    script: Path, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ENGINE, "missing", lambda self: "the engine is missing: run `install it`")
    done = hubshift("shadow", script, "--to", "node-red", "--recording", recording, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == FAILED
    assert found["verdict"] == "NOT RUN"
    engine = next(leg for leg in found["legs"] if leg["name"] == "node-red")
    assert (engine["state"], engine["detail"]) == ("not-run", "the engine is missing: run `install it`")


def test_shadow_as_json_has_stable_keys_and_nothing_else_on_standard_output(
    script: Path, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ENGINE, "missing", lambda self: "missing")
    done = hubshift("shadow", script, "--to", "node-red", "--recording", recording, "--json")
    assert list(json.loads(done.stdout)) == [
        "integration",
        "target",
        "verdict",
        "reasons",
        "legs",
        "comparisons",
        "differences",
        "other_findings",
        "unused_rules",
        "coverage",
        "findings",
        "losses",
    ]
    assert done.stderr == ""


def test_a_sandbox_that_is_not_to_be_had_is_not_run(
    script: Path, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from migrate.shadow import sandbox
    from migrate.shadow.legs import SandboxUnavailable

    def unavailable(*_: object, **__: object) -> None:
        raise SandboxUnavailable("no user namespaces here")

    monkeypatch.setattr(sandbox, "run", unavailable)
    monkeypatch.setattr(ENGINE, "missing", lambda self: None)
    monkeypatch.setattr(ENGINE, "launch", unavailable)
    done = hubshift("shadow", script, "--to", "node-red", "--recording", recording)
    assert done.exit_code == FAILED
    assert "legacy: not-run, 0 writes, 0 other requests: no user namespaces here\n" in done.stdout
    assert done.stdout.endswith("verdict: NOT RUN\n")


# --- explain and the process -----------------------------------------------------------------------------------------


def test_explain_of_an_unknown_code_ends_with_2_and_lists_the_codes() -> None:
    done = hubshift("explain", "HS999")
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert done.stderr.startswith("hubshift: HS999: no such code")


def test_explain_takes_a_code_in_small_letters() -> None:
    assert hubshift("explain", "hs101").stdout == hubshift("explain", "HS101").stdout


def test_in_a_pipe_there_is_no_progress_and_the_status_reaches_the_shell(
    scripts: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "migrate.cli",
            "audit",
            str(scripts),
            "--out",
            str(tmp_path / "out"),
            "--json",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (REVIEW, "")
    assert json.loads(done.stdout)["scripts"] == 3
