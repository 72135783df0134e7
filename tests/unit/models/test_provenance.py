"""A model or a configuration is used with the script that it was made from, or with a warning that names both."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from emitters.node_red.emitter import EMITTER
from migrate.cli import app
from migrate.pipeline import emit
from migrate.pipeline.models import read_model
from migrate.pipeline.provenance import source_root, with_configuration
from migrate.registry import flow_targets
from tests.conformance.cases import Fixture, fixtures

SCRIPT = """import requests
for c in requests.get("https://a.example/c").json():
    requests.post("https://b.example/in", json={"id": c["id"], "region": REGION})
"""
GAP = "sync.py:3:74: HS103 gap: the name REGION is not assigned in this file"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script that has a gap, another one, and the audit of both."""
    (tmp_path / "scripts" / "night").mkdir(parents=True)
    (tmp_path / "scripts" / "night" / "sync.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "scripts" / "other.py").write_text(SCRIPT.replace("REGION", "1"), encoding="utf-8")
    hubshift("audit", tmp_path / "scripts", "--out", tmp_path / "out")
    return tmp_path


def hubshift(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def emitted(folder: Path, script: Path, *more: str | Path) -> Result:
    return hubshift("emit", script, "--to", "node-red", "--out", folder / "flow", *more)


def short(script: Path) -> str:
    return hashlib.sha256(script.read_bytes()).hexdigest()[:12]


def test_the_model_of_an_audit_gives_what_the_script_gives(folder: Path) -> None:
    script = folder / "scripts" / "other.py"
    assert emitted(folder, script).exit_code == 0
    before = (folder / "flow" / "flows.json").read_bytes()
    assert emitted(folder, script, "--model", folder / "out" / "model.json").exit_code == 0
    assert (folder / "flow" / "flows.json").read_bytes() == before


def test_a_model_written_by_hand_stands_for_a_script_that_no_extractor_reads(tmp_path: Path) -> None:
    fixture = next(one for one in fixtures() if one.case.model == "by-hand")
    script, model = tmp_path / fixture.script.name, fixture.folder / "model.json"
    script.write_bytes(fixture.script.read_bytes())
    assert emitted(tmp_path, script).exit_code == 2
    done = emitted(tmp_path, script, "--model", model)
    assert (done.exit_code, done.stderr) == (0, "")
    golden = fixture.folder / "emitted" / "node-red" / "flows.json"
    assert (tmp_path / "flow" / "flows.json").read_bytes() == golden.read_bytes()


def test_a_script_changed_since_its_model_was_written_is_named(tmp_path: Path) -> None:
    fixture = next(one for one in fixtures() if one.case.model == "by-hand")
    script = tmp_path / fixture.script.name
    script.write_bytes(fixture.script.read_bytes() + b"\n# one more line\n")
    done = emitted(tmp_path, script, "--model", fixture.folder / "model.json")
    assert done.exit_code == 1
    assert f"HS301 warning: model.json was made from {script.name}" in done.stdout + done.stderr
    assert short(script) in done.stdout + done.stderr


def test_a_gap_stands_in_the_model_until_a_person_closes_it(folder: Path) -> None:
    script, model = folder / "scripts" / "night" / "sync.py", folder / "out" / "model.json"
    done = emitted(folder, script, "--model", model)
    assert done.exit_code == 1
    assert f"night/{GAP}\n" in done.stdout
    document = json.loads(model.read_text(encoding="utf-8"))
    unmapped = [part for part in all_parts(document) if part.get("kind") == "unmapped"]
    assert len(unmapped) == 1
    for part in all_parts(document):
        for name, value in part.items():
            if value == unmapped[0]:
                part[name] = {"kind": "constant", "value": "north"}
    model.write_text(json.dumps(document), encoding="utf-8")
    done = emitted(folder, script, "--model", model)
    assert (done.exit_code, "HS103" in done.stdout) == (0, False)
    assert "north" in (folder / "flow" / "flows.json").read_text(encoding="utf-8")


def all_parts(part: object) -> list[dict[str, object]]:
    """All objects in a document."""
    if isinstance(part, dict):
        return [part, *(one for value in part.values() for one in all_parts(value))]
    return [one for value in part for one in all_parts(value)] if isinstance(part, list) else []


@pytest.mark.parametrize("command", ["emit", "shadow"])
def test_a_model_of_another_version_of_the_script_is_used_with_a_warning_that_names_both(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(EMITTER.engine), "missing", lambda self: "missing")
    script = folder / "scripts" / "other.py"
    old = short(script)
    script.write_text("# changed\n" + script.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "e.har").write_text('{"log": {"version": "1.2", "entries": []}}', encoding="utf-8")
    more = ("--recording", folder / "e.har") if command == "shadow" else ("--out", folder / "flow")
    done = hubshift(command, script, "--to", "node-red", "--model", folder / "out" / "model.json", *more)
    assert done.exit_code == (1 if command == "emit" else 2)
    assert (
        f"other.py:1:1: HS301 warning: model.json was made from other.py with SHA-256 {old}, "
        f"the script now has {short(script)}\n"
    ) in done.stdout


def test_a_model_without_the_script_is_refused_with_the_scripts_it_has(folder: Path) -> None:
    script = folder / "sync2.py"
    script.write_text(SCRIPT, encoding="utf-8")
    model = folder / "out" / "model.json"
    done = emitted(folder, script, "--model", model)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"hubshift: {model}: no integration comes from sync2.py; there are some from: night/sync.py, other.py\n"
    )


def test_a_model_with_several_integrations_of_the_script_is_refused(folder: Path) -> None:
    model = folder / "out" / "model.json"
    document = json.loads(model.read_text(encoding="utf-8"))
    document["integrations"].append({**document["integrations"][1], "id": "copy"})
    model.write_text(json.dumps(document), encoding="utf-8")
    done = emitted(folder, folder / "scripts" / "other.py", "--model", model)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "several integrations come from other.py: other, copy; leave one of them\n" in done.stderr


@pytest.mark.parametrize("target", flow_targets())
@pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.folder.name)
def test_what_is_emitted_names_the_version_it_was_made_from(
    fixture: Fixture, target: str, tmp_path: Path
) -> None:
    extraction = fixture.extraction()
    (source,) = extraction.integration.sources
    emit(extraction.integration, target, tmp_path)
    assert with_configuration(extraction, tmp_path) == extraction
    for path in tmp_path.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(source.sha256, "0" * 64), encoding="utf-8")
    (stale,) = set(with_configuration(extraction, tmp_path).diagnostics) - set(extraction.diagnostics)
    assert (stale.code, stale.message) == (
        "HS302",
        f"{tmp_path.name} was made from {source.file} with SHA-256 000000000000, "
        f"the script now has {source.sha256[:12]}",
    )


def test_a_flow_exported_without_its_readme_still_names_its_version(tmp_path: Path) -> None:
    extraction = fixtures()[0].extraction()
    (source,) = extraction.integration.sources
    emit(extraction.integration, "node-red", tmp_path)
    (tmp_path / "README.md").unlink()
    assert f"{source.file} (SHA-256 {source.sha256})" in (tmp_path / "flows.json").read_text(encoding="utf-8")


def test_lines_of_a_script_are_found_below_the_folder_that_was_audited(folder: Path) -> None:
    night, other = read_model(folder / "out").integrations
    assert source_root(folder / "scripts" / "night" / "sync.py", night) == folder / "scripts"
    assert source_root(folder / "scripts" / "other.py", other) == folder / "scripts"
