"""Findings about the scripts themselves on the command line: levels, SARIF, comments, baselines, reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from migrate.cli import app
from migrate.diagnostics import RULES

CANARY = "tr0ub4dor-Xq7vB2nK"
LOW = 'import requests\nrequests.get("https://shop.example/orders")\n'
MEDIUM = 'import requests\nrequests.get("http://shop.example/orders", timeout=9)\n'
HIGH = f"""import requests
ERP_TOKEN = "{CANARY}"
print("token", ERP_TOKEN)
requests.get(f"http://shop.example/{{ERP_TOKEN}}/orders", params={{"key": "{CANARY}"}}, verify=False)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "scripts"
    found.mkdir()
    return found


def audit(folder: Path, *options: str | Path) -> Result:
    given = ["audit", folder, "--out", folder.parent / "out", *options]
    return CliRunner().invoke(app, [str(one) for one in given])


def sarif(done: Result) -> dict[str, Any]:
    (run,) = json.loads(done.stdout)["runs"]
    return dict(run)


@pytest.mark.parametrize(
    ("text", "fail_on", "status"),
    [
        (LOW, None, 0),
        (LOW, "medium", 0),
        (LOW, "low", 1),
        (MEDIUM, None, 0),
        (MEDIUM, "medium", 1),
        (HIGH, None, 1),
        (HIGH, "never", 0),
    ],
)
def test_the_level_decides_the_exit_status(text: str, fail_on: str | None, status: int, folder: Path) -> None:
    (folder / "sync.py").write_text(text, encoding="utf-8")
    assert audit(folder, *(("--fail-on", fail_on) if fail_on else ())).exit_code == status


def test_findings_are_grouped_with_the_worst_first(folder: Path) -> None:
    (folder / "a.py").write_text(LOW, encoding="utf-8")
    (folder / "b.py").write_text(LOW + 'requests.get("http://shop.example/x", timeout=9)\n', encoding="utf-8")
    printed = audit(folder).stdout.split("\n\n")
    assert printed[1].splitlines() == [
        "HS405 medium: A system is called without encryption (CWE-319)",
        "  b.py:3:1: GET http://shop.example/x is sent without encryption",
        f"  What to do: {RULES['HS405'].remedy}",
    ]
    assert printed[2].splitlines()[:3] == [
        "HS406 low: A request waits without a limit (CWE-1088)",
        "  a.py:2:1: GET https://shop.example/orders has no timeout",
        "  b.py:2:1: GET https://shop.example/orders has no timeout",
    ]
    assert printed[3].splitlines()[0] == "risks:  0 high, 1 medium, 2 low"


def test_sarif_states_rule_level_place_and_help(folder: Path) -> None:
    (folder / "a b.py").write_text(MEDIUM, encoding="utf-8")
    run = sarif(audit(folder, "--format", "sarif", "--docs", "https://docs.example/codes"))
    (result,) = run["results"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert result == {
        "ruleId": "HS405",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": "GET http://shop.example/orders is sent without encryption"},
        "partialFingerprints": {"hubshift/v1": result["partialFingerprints"]["hubshift/v1"]},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a%20b.py", "uriBaseId": "SRCROOT"},
                    "region": {
                        "startLine": 2,
                        "startColumn": 1,
                        "endLine": 2,
                        "endColumn": 54,
                        "snippet": {"text": 'requests.get("http://shop.example/orders", timeout=9)'},
                    },
                }
            }
        ],
    }
    assert rule["helpUri"] == "https://docs.example/codes#hs405"
    assert rule["properties"]["tags"] == ["security", "external/cwe/cwe-319"]
    assert (folder.parent / "out" / "report.sarif").read_text(encoding="utf-8") == audit(
        folder, "--format", "sarif", "--docs", "https://docs.example/codes"
    ).stdout


def test_every_level_of_a_rule_has_one_of_sarif(folder: Path) -> None:
    (folder / "a.py").write_text(
        HIGH + "import other\nother.run()\nimport time\ntime.sleep(1)\n", encoding="utf-8"
    )
    (folder / "b.py").symlink_to(folder / "a.py")
    levels = {one["ruleId"]: one["level"] for one in sarif(audit(folder, "--format", "sarif"))["results"]}
    assert levels == {
        "HS004": "note",
        "HS102": "warning",
        "HS201": "warning",
        "HS401": "error",
        "HS402": "warning",
        "HS403": "warning",
        "HS404": "error",
        "HS405": "warning",
        "HS406": "note",
    }


def test_a_fingerprint_stays_where_lines_come_and_go_and_twins_differ(folder: Path) -> None:
    script = folder / "sync.py"

    def found(text: str) -> list[str]:
        script.write_text(text, encoding="utf-8")
        results = sarif(audit(folder, "--format", "sarif"))["results"]
        return [one["partialFingerprints"]["hubshift/v1"] for one in results]

    twice = MEDIUM + MEDIUM.splitlines()[1] + "\n"
    before = found(twice)
    assert len(set(before)) == 2
    assert found("# a comment\n\n" + twice.replace("requests.get", "if True:\n    requests.get", 1)) == before
    assert not set(found(twice.replace("/orders", "/other"))) & set(before)


def test_a_baseline_leaves_only_what_is_new(folder: Path, tmp_path: Path) -> None:
    script, known = folder / "sync.py", tmp_path / "known.json"
    script.write_text(HIGH, encoding="utf-8")
    assert audit(folder, "--write-baseline", known).exit_code == 1
    assert [one["code"] for one in json.loads(known.read_text(encoding="utf-8"))["findings"]] == [
        *("HS401", "HS402", "HS403", "HS404", "HS405", "HS406")
    ]
    script.write_text("# new above\n" + HIGH + MEDIUM, encoding="utf-8")
    done = audit(folder, "--baseline", known, "--fail-on", "low", "--json")
    assert [(one["code"], one["line"]) for one in json.loads(done.stdout)["risks"]] == [("HS405", 7)]
    assert done.exit_code == 1
    results = sarif(audit(folder, "--baseline", known, "--format", "sarif"))["results"]
    assert [(one["ruleId"], "suppressions" in one) for one in results] == [
        ("HS405", False),
        *((code, True) for code in ("HS401", "HS403", "HS402", "HS404", "HS405", "HS406")),
    ]
    again = tmp_path / "again.json"
    audit(folder, "--baseline", known, "--write-baseline", again)
    assert len(json.loads(again.read_text(encoding="utf-8"))["findings"]) == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file"),
        ("{", "no baseline"),
        ('{"version": 2, "findings": []}', "no baseline: version"),
        ('{"version": 1, "findings": [{"code": "HS401"}]}', "no baseline: findings/0"),
    ],
)
def test_what_is_no_baseline_is_refused(text: str | None, said: str, folder: Path, tmp_path: Path) -> None:
    (folder / "sync.py").write_text(LOW, encoding="utf-8")
    known = tmp_path / "known.json"
    if text is not None:
        known.write_text(text, encoding="utf-8")
    done = audit(folder, "--baseline", known)
    assert done.exit_code == 2
    assert said in done.stderr


def test_what_a_comment_takes_back_is_counted_and_suppressed(folder: Path) -> None:
    text = MEDIUM.rstrip("\n") + "  # hubshift: ignore[HS405]\n"
    (folder / "sync.py").write_text(text, encoding="utf-8")
    assert "risks:  0 high, 0 medium, 0 low; 1 taken back by comments" in audit(folder).stdout
    (result,) = sarif(audit(folder, "--format", "sarif"))["results"]
    assert result["suppressions"] == [{"kind": "inSource"}]


def test_the_reports_show_the_findings_with_what_to_do(folder: Path) -> None:
    (folder / "sync.py").write_text(HIGH, encoding="utf-8")
    audit(folder)
    out = folder.parent / "out"
    for name in ("report.html", "report.md"):
        text = (out / name).read_text(encoding="utf-8")
        assert RULES["HS404"].title in text
        assert RULES["HS404"].remedy.split(".")[0] in text
    (flow,) = json.loads((out / "report.json").read_text(encoding="utf-8"))["flows"]
    assert [one["code"] for one in flow["findings"]] == [
        *("HS401", "HS403", "HS402", "HS404", "HS405", "HS406")
    ]


def test_no_piece_of_a_secret_is_in_anything(folder: Path, tmp_path: Path) -> None:
    (folder / "sync.py").write_text(HIGH, encoding="utf-8")
    known = tmp_path / "known.json"
    printed = [
        audit(folder, *options).output
        for options in ((), ("--json",), ("--format", "sarif"), ("--write-baseline", known))
    ]
    written = [path.read_text(encoding="utf-8") for path in (known, *(tmp_path / "out").iterdir())]
    for at in range(len(CANARY) - 7):
        assert not any(CANARY[at : at + 8] in text for text in (*printed, *written))


def test_a_fingerprint_is_the_same_whatever_the_secret_is(folder: Path) -> None:
    found = []
    for value in (CANARY, "another-hunter2-value-Zk4"):
        (folder / "sync.py").write_text(HIGH.replace(CANARY, value), encoding="utf-8")
        found.append(json.loads(audit(folder, "--json").stdout)["risks"])
    assert [one["fingerprint"] for one in found[0]] == [one["fingerprint"] for one in found[1]]
