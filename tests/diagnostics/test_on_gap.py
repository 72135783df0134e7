"""`--on-gap`: exit status, what is printed and what is written, for each command that meets gaps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner, Result

from emitters.node_red.emitter import EMITTER
from migrate.cli import app
from migrate.cli.shadow import exit_status
from migrate.diagnostics import OnGap
from migrate.shadow.verdict import Judgement, Reason, Verdict

COMPLETE = """import requests
for c in requests.get("https://a.example/c").json():
    requests.post("https://b.example/in", json={"id": c["id"]})
"""
WAITS = COMPLETE + "import time\ntime.sleep(1)\n"
WITH_GAP = COMPLETE + "import other\nother.run()\n"
SCRIPTS = {
    "complete": COMPLETE,
    "waits": WAITS,
    "gap": WITH_GAP,
    "both": WITH_GAP + "import time\ntime.sleep(1)\n",
}

REPORT = ["estate.schema.json", "model.json", "report.html", "report.json", "report.md", "report.sarif"]
FLOW = ["README.md", "flows.json"]


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A folder a script."""
    for name, text in SCRIPTS.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "sync.py").write_text(text, encoding="utf-8")
    return tmp_path


def hubshift(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def in_folder(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("command", ["audit", "emit"])
@pytest.mark.parametrize(
    ("name", "on_gap", "status", "codes"),
    [
        ("complete", "fail", 0, []),
        ("waits", "ignore", 1, ["HS201"]),
        ("waits", "fail", 1, ["HS201"]),
        ("gap", "ignore", 0, []),
        ("gap", "warn", 1, ["HS102"]),
        ("gap", None, 1, ["HS102"]),
        ("gap", "fail", 2, ["HS102"]),
        ("both", "ignore", 1, ["HS201"]),
        ("both", "fail", 2, ["HS102", "HS201"]),
    ],
)
def test_gaps_decide_the_exit_status_at_the_end(
    command: str, name: str, on_gap: str | None, status: int, codes: list[str], scripts: Path
) -> None:
    more = ("--to", "node-red") if command == "emit" else ()
    choice = ("--on-gap", on_gap) if on_gap else ()
    done = hubshift(command, scripts / name / "sync.py", *more, *choice, "--out", scripts / "out")
    assert done.exit_code == status
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("sync.py:")] == codes
    assert ("loss: " in done.stdout) is (command == "emit" and "HS102" in codes)
    written = in_folder(scripts / "out")
    assert written == (REPORT if command == "audit" else [] if status == 2 else FLOW)
    assert ("nothing is written (--on-gap fail)" in done.stderr) is (command == "emit" and status == 2)


@pytest.mark.parametrize("on_gap", get_args(OnGap))
@pytest.mark.parametrize("command", ["audit", "emit"])
def test_an_answer_as_json_lists_gaps_even_where_they_are_ignored(
    command: str, on_gap: str, scripts: Path
) -> None:
    more = ("--to", "node-red") if command == "emit" else ()
    out = scripts / "out"
    done = hubshift(command, scripts / "gap" / "sync.py", *more, "--on-gap", on_gap, "--out", out, "--json")
    assert [one["code"] for one in json.loads(done.stdout)["findings"]] == ["HS102"]


@pytest.mark.parametrize("command", ["audit", "emit", "shadow"])
def test_the_help_names_all_choices_and_a_wrong_one_is_wrong_usage(command: str, scripts: Path) -> None:
    listed = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).stdout
    listed = " ".join(listed.split())
    assert "|".join(get_args(OnGap)) in listed
    assert "[default: warn]" in listed
    done = hubshift(command, scripts / "gap" / "sync.py", "--on-gap", "never")
    assert (done.exit_code, done.stdout) == (2, "")


# --- shadow ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "empty.har"
    path.write_text('{"log": {"version": "1.2", "entries": []}}', encoding="utf-8")
    return path


def shadow(script: Path, recording: Path, on_gap: str) -> Result:
    return hubshift("shadow", script, "--to", "node-red", "--recording", recording, "--on-gap", on_gap)


def test_a_shadow_run_that_shall_fail_on_gaps_starts_no_leg(
    scripts: Path, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from migrate.shadow import sandbox

    monkeypatch.setattr(sandbox, "run", lambda *_: pytest.fail("a leg was started"))
    done = shadow(scripts / "gap" / "sync.py", recording, "fail")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "sync.py:5:1: HS102 gap: other.run is not known\n" in done.stderr
    assert done.stderr.endswith("hubshift: gaps were found, so nothing is run (--on-gap fail)\n")


@pytest.mark.parametrize(("on_gap", "printed"), [("warn", True), ("ignore", False)])
def test_gaps_that_are_ignored_are_not_printed_but_stay_a_reason(
    on_gap: str, printed: bool, scripts: Path, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(EMITTER.engine), "missing", lambda self: "missing")
    done = shadow(scripts / "gap" / "sync.py", recording, on_gap)
    assert ("HS102 gap: other.run is not known\n" in done.stdout) is printed
    assert "reason: REVIEW gaps: " in done.stdout
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("on_gap", "verdict", "codes", "status"),
    [
        ("warn", Verdict.PASS, [], 0),
        ("warn", Verdict.REVIEW, ["gaps"], 1),
        ("ignore", Verdict.REVIEW, ["gaps"], 0),
        ("ignore", Verdict.REVIEW, ["gaps", "unused"], 1),
        ("ignore", Verdict.REVIEW, ["unused"], 1),
        ("ignore", Verdict.FAIL, ["unmapped"], 1),
        ("ignore", Verdict.NOT_RUN, ["not-run", "gaps"], 2),
    ],
)
def test_only_a_verdict_that_rests_on_gaps_alone_is_clean_where_they_are_ignored(
    on_gap: OnGap, verdict: Verdict, codes: list[str], status: int
) -> None:
    judgement = Judgement(verdict, tuple(Reason(code, "") for code in codes), ())
    assert exit_status(judgement, on_gap) == status
