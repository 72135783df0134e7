"""`hubshift explain ID` says what a step or rule does, the line that it comes from, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from migrate.cli import app

SCRIPT = """import requests
for c in requests.get("https://a.example/c").json():
    requests.post("https://b.example/in", json={"id": c["id"], "region": REGION})
"""
LINE = 'requests.post("https://b.example/in", json={"id": c["id"], "region": REGION})'
REMEDY = (
    "What to do: nothing, if this is what the script does. Else change it in model.json, pass that by --model, and "
    "prove it by `hubshift shadow`.\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script and the audit of it."""
    (tmp_path / "sync.py").write_text(SCRIPT, encoding="utf-8")
    hubshift("audit", tmp_path / "sync.py", "--out", tmp_path / "out")
    return tmp_path


def hubshift(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("where", ["out", "out/model.json", "sync.py"])
def test_a_rule_is_explained_from_audit_model_or_script(where: str, folder: Path) -> None:
    done = hubshift("explain", "map_in.id", "--in", folder / where)
    assert (done.exit_code, done.stderr) == (0, "")
    head, *_, remedy = done.stdout.split("\n\n")
    assert head == "sync: map_in.id (mapping rule)\n    id = each_item.item.id"
    assert f"\n\nFrom sync.py:3: {LINE}\n\nEvidence: " in done.stdout
    assert remedy == REMEDY


def test_a_part_with_a_gap_is_explained_with_the_rule_and_its_remedy(folder: Path) -> None:
    done = hubshift("explain", "map_in.region", "--in", folder / "out")
    assert "HS103 (gap): A value cannot be determined\n" in done.stdout
    assert done.stdout.endswith("\n\nWhat to do: See the reason; state the value in the model by hand.\n")


def test_a_step_is_explained(folder: Path) -> None:
    done = hubshift("explain", "map_in", "--in", folder / "out")
    assert done.stdout.startswith("sync: map_in (translate)\n    id, region\n\nFrom sync.py:3: ")


def test_the_current_out_is_looked_at_where_nothing_else_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert hubshift("explain", "map_in").stdout == hubshift("explain", "map_in", "--in", "out").stdout


def test_without_a_report_the_place_alone_is_named(folder: Path) -> None:
    (folder / "out" / "report.json").unlink()
    assert "\n\nFrom sync.py:3\n\n" in hubshift("explain", "map_in", "--in", folder / "out").stdout


def test_the_same_id_in_several_integrations_is_explained_for_each(folder: Path) -> None:
    (folder / "again.py").write_text(SCRIPT, encoding="utf-8")
    hubshift("audit", folder, "--out", folder / "out")
    parts = json.loads(hubshift("explain", "map_in", "--in", folder / "out", "--json").stdout)
    assert [(one["integration"], one["id"], one["line"]) for one in parts] == [
        ("again", "map_in", 3),
        ("sync", "map_in", 3),
    ]
    [one] = json.loads(hubshift("explain", "sync/map_in", "--in", folder / "out", "--json").stdout)
    assert one == parts[1]
    assert list(parts[0]) == [
        "integration",
        "id",
        "kind",
        "text",
        "evidence",
        "file",
        "line",
        "source",
        "gaps",
        "remedy",
    ]


@pytest.mark.parametrize(
    ("id", "where", "said"),
    [
        (
            "nothing",
            "out",
            "nothing: {}/out holds no step and no rule of this id, and no diagnostic has this code\n",
        ),
        (
            "map_in",
            "none",
            "map_in: no diagnostic has this code, and to look for a step or rule, {}/none is not there; ",
        ),
        ("map_in", ".", "{}/model.json: cannot be read: No such file or directory\n"),
        ("map_in", "plain.py", "{}/plain.py: no integration could be read; `hubshift audit` says why\n"),
        ("HS999", "out", "HS999: no such code"),
    ],
)
def test_what_is_not_there_is_wrong_usage(id: str, where: str, said: str, folder: Path) -> None:
    (folder / "plain.py").write_text("print(1)\n", encoding="utf-8")
    done = hubshift("explain", id, "--in", folder / where)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("hubshift: " + said.format(folder))
