"""Every fixture, every recording: legacy = reference = engine, and a change by hand is found and explained."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from emitters.node_red import install
from fixtures.beside import contents, lay_out
from fixtures.case import Run, secrets_of
from fixtures.machine import lacking
from migrate.contracts import Extraction
from migrate.pipeline import read_script
from migrate.pipeline.emitting import emit
from migrate.pipeline.files import read_environment
from migrate.pipeline.origins import Origin, origin
from migrate.pipeline.shadowing import ShadowRun, ShadowSettings, shadow
from migrate.registry import emitter
from migrate.shadow import sandbox
from migrate.shadow.differences import Difference
from migrate.shadow.mails import read_mails
from migrate.shadow.messages import Answer, Request
from migrate.shadow.recording import Recorded, Recording, read_har
from migrate.shadow.verdict import Verdict
from migrate.shadow.written_files import TextFile
from tests.conformance.cases import TARGETS, Fixture, fixtures
from tests.extent import extent

WHOLE = [fixture for fixture in fixtures() if not fixture.case.gaps]
RUNS = [("node-red", fixture, one) for fixture in WHOLE for one in fixture.case.runs]
# A run of Camel takes several seconds, most of them the start of Java: a sample tries two recordings a flow.
RUNS += [
    ("camel", fixture, one)
    for fixture in WHOLE
    if "camel" not in fixture.case.losses
    for one in fixture.case.runs[: extent(len(fixture.case.runs), 2)]
]
MISSING = install.missing() or sandbox.probe()

pytestmark = [pytest.mark.engine, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]


def recorded_mails(fixture: Fixture, run: Run) -> tuple[Recorded, ...]:
    return read_mails(fixture.folder / run.mails) if run.mails else ()


def shadow_run(
    fixture: Fixture, run: Run, out: Path, configuration: Path | None = None, target: str = "node-red"
) -> ShadowRun:
    if missing := emitter(target).engine.missing():
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(missing)
    if lack := lacking(fixture.case.needs):
        # A script whose commands are missing, or of another version than recorded, is reported as not run.
        pytest.skip(lack)
    files = out / "files"
    files.mkdir(parents=True)
    lay_out(fixture.folder / run.before if run.before else None, files)
    return shadow(
        fixture.script,
        fixture.extraction(),
        replace(read_har(fixture.folder / run.recording), mails=recorded_mails(fixture, run)),
        target,
        read_environment(fixture.env_file),
        ShadowSettings(
            files=files,
            mail_server=run.mail_server,
            writes_out=out / "writes",
            configuration=configuration,
        ),
    )


def texts_left(folder: Path) -> list[str]:
    left = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())]
    assert left
    return left


def secrets_in(fixture: Fixture, texts: list[str]) -> list[str]:
    """The names of the secrets whose values stand in one of the texts."""
    secrets = secrets_of(fixture.case, fixture.folder)
    return [name for name, value in secrets.items() if any(value in text for text in texts)]


def answers_in(file: Path) -> Counter[str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    answers = [json.loads(line) for line in lines]
    return Counter(f"{one['method']} {one['status']}" for one in answers)


@pytest.mark.parametrize(
    ("target", "fixture", "run"),
    RUNS,
    ids=[f"{target}-{fixture.name}-{Path(run.recording).stem}" for target, fixture, run in RUNS],
)
def test_legacy_reference_and_engine_write_the_same_and_leave_no_secret(
    target: str, fixture: Fixture, run: Run, tmp_path: Path
) -> None:
    done = shadow_run(fixture, run, tmp_path, target=target)
    whole = [leg for leg in done.legs if leg.name not in fixture.case.losses]
    names = {leg.name for leg in whole}
    between = [one for one in done.judgement.comparisons if {one.left, one.right} <= names]
    assert [str(d) for one in between for d in one.differences] == []
    assert {leg.state for leg in whole} == {"failed" if run.exit else "completed"}
    writes = run.writes + len(recorded_mails(fixture, run))
    for name in names:
        assert (tmp_path / "writes" / f"{name}.jsonl").read_bytes().count(b"\n") == writes
        assert answers_in(tmp_path / "writes" / f"{name}.answers.jsonl") == Counter(run.answered)
    expected = {} if run.after is None else contents(fixture.folder / run.after)
    for leg in whole:
        found = {file.name: file.text.encode() for file in leg.files if isinstance(file, TextFile)}
        assert found == expected, f"{leg.name} left other files behind"
    left = texts_left(tmp_path / "writes")
    assert secrets_in(fixture, left) == []
    if fixture.case.secrets and run == fixture.case.runs[0]:
        assert any("{{" in text for text in left)
    if whole == list(done.legs):
        assert tuple(reason.code for reason in done.judgement.reasons) == run.review, done.judgement.reasons


@pytest.mark.parametrize(
    "fixture", [one for one in fixtures() if one.case.gaps], ids=lambda fixture: fixture.name
)
@pytest.mark.parametrize("target", TARGETS)
def test_a_flow_with_a_gap_fails_where_the_gap_is_reached_and_leaves_no_secret(
    target: str, fixture: Fixture, tmp_path: Path
) -> None:
    done = shadow_run(fixture, fixture.case.runs[0], tmp_path, target=target)
    states = {leg.name: leg.state for leg in done.legs}
    assert states == {"legacy": "completed", "reference": "unmapped", target: "failed"}
    assert done.judgement.verdict is Verdict.FAIL
    assert {"unmapped", "writes-differ", "gaps"} <= {reason.code for reason in done.judgement.reasons}
    gap = next(one for one in fixture.extraction().diagnostics if one.code == fixture.case.gaps[0])
    (engine,) = [leg.detail for leg in done.legs if leg.name == target]
    assert engine.endswith(f"({gap.span.file}:{gap.span.line})" if gap.span else "")
    reasons = [str(reason) for reason in done.judgement.reasons]
    assert secrets_in(fixture, [*texts_left(tmp_path / "writes"), *reasons, engine]) == []


def test_a_rule_changed_by_hand_is_found_with_field_rule_and_legacy_line(tmp_path: Path) -> None:
    fixture = next(one for one in WHOLE if one.name == "contacts_to_mailing")
    emit(fixture.extraction().integration, "node-red", tmp_path / "flow")
    flows = tmp_path / "flow" / "flows.json"
    text = flows.read_text(encoding="utf-8")
    assert text.count('py.get(item, \\"language\\", \\"en\\")') == 1
    changed = text.replace('py.get(item, \\"language\\", \\"en\\")', 'py.get(item, \\"language\\", \\"de\\")')
    flows.write_text(json.dumps(json.loads(changed)), encoding="utf-8")
    done = shadow_run(fixture, fixture.case.runs[0], tmp_path / "out", tmp_path / "flow")
    assert done.judgement.verdict is Verdict.FAIL
    reference = next(c for c in done.judgement.comparisons if (c.left, c.right) == ("reference", "node-red"))
    found = {
        (str(getattr(d, "path", "")), origin(d, fixture.extraction()).rule) for d in reference.differences
    }
    assert found == {("body.language", "map_members.language")}
    lines = {span.line for d in reference.differences if (span := origin(d, fixture.extraction()).span)}
    source = fixture.script.read_text(encoding="utf-8").splitlines()
    assert [source[line - 1].strip() for line in lines] == ['"language": c.get("language", "en"),']


def test_a_rule_changed_by_hand_in_a_route_is_found_with_field_rule_and_legacy_line(tmp_path: Path) -> None:
    fixture = next(one for one in WHOLE if one.name == "contacts_to_mailing")
    emit(fixture.extraction().integration, "camel", tmp_path / "flow")
    (route,) = (tmp_path / "flow").rglob("*.camel.yaml")
    text = route.read_text(encoding="utf-8")
    assert text.count("get(each_data.item, 'language', 'en')") == 1
    route.write_text(text.replace("'language', 'en')", "'language', 'de')"), encoding="utf-8")
    done = shadow_run(fixture, fixture.case.runs[1], tmp_path / "out", tmp_path / "flow", "camel")
    assert done.judgement.verdict is Verdict.FAIL
    reference = next(c for c in done.judgement.comparisons if (c.left, c.right) == ("reference", "camel"))
    found = {
        (str(getattr(d, "path", "")), origin(d, fixture.extraction()).rule) for d in reference.differences
    }
    assert found == {("body.language", "map_members.language")}


def test_a_cell_changed_by_hand_is_found_with_line_column_rule_and_legacy_line(tmp_path: Path) -> None:
    fixture = next(one for one in WHOLE if one.name == "sql_to_file")
    emit(fixture.extraction().integration, "node-red", tmp_path / "flow")
    flows = tmp_path / "flow" / "flows.json"
    text = flows.read_text(encoding="utf-8")
    assert text.count('py.row_item(item, \\"net\\"), \\".2f\\"') == 1
    changed = text.replace(
        'py.row_item(item, \\"net\\"), \\".2f\\"', 'py.row_item(item, \\"net\\"), \\".1f\\"'
    )
    flows.write_text(changed, encoding="utf-8")
    done = shadow_run(fixture, fixture.case.runs[0], tmp_path / "out", tmp_path / "flow")
    assert done.judgement.verdict is Verdict.FAIL
    reference = next(c for c in done.judgement.comparisons if (c.left, c.right) == ("reference", "node-red"))
    first = reference.differences[0]
    assert str(first) == (
        'file open_invoices.csv, line 2, column Net: "1000000000000000.00" became "1000000000000000.0"'
    )
    origins = {
        (found.rule, found.span.line) for d in reference.differences if (found := _from(d, fixture)).span
    }
    assert origins == {("map_open_invoices.Net", 36)}


def test_a_mail_changed_by_hand_is_found_with_the_field_and_the_legacy_line(tmp_path: Path) -> None:
    fixture = next(one for one in WHOLE if one.name == "sum_then_mail")
    emit(fixture.extraction().integration, "node-red", tmp_path / "flow")
    flows = tmp_path / "flow" / "flows.json"
    text = flows.read_text(encoding="utf-8")
    assert text.count('\\"cfo@humongous.example\\"') == 1
    changed = text.replace('\\"cfo@humongous.example\\"', '\\"ceo@humongous.example\\"').replace(
        "Open inv", "Due inv"
    )
    flows.write_text(changed, encoding="utf-8")
    done = shadow_run(fixture, fixture.case.runs[0], tmp_path / "out", tmp_path / "flow")
    assert done.judgement.verdict is Verdict.FAIL
    legacy = next(c for c in done.judgement.comparisons if (c.left, c.right) == ("legacy", "node-red"))
    found = {(str(getattr(d, "path", "")), _from(d, fixture).rule) for d in legacy.differences}
    assert found == {
        ("headers.subject", "send_mail"),
        ("body.recipients[1]", "send_mail"),
        ("body.text", "send_mail"),
    }
    assert {span.line for d in legacy.differences if (span := _from(d, fixture).span)} == {48}


def _from(difference: Difference, fixture: Fixture) -> Origin:
    return origin(difference, fixture.extraction())


def test_a_shell_script_whose_command_is_missing_is_not_run_though_it_ends_well(tmp_path: Path) -> None:
    fixture = next(one for one in WHOLE if one.script.suffix == ".sh")
    script = tmp_path / fixture.script.name
    script.write_text("no-such-command | cat\nexit 0\n", encoding="utf-8")
    environment = read_environment(fixture.env_file)
    done = shadow(script, fixture.extraction(), Recording(()), "node-red", environment)
    assert [(leg.state, leg.detail) for leg in done.legs if leg.name == "legacy"] == [
        ("not-run", "the script needs the command no-such-command, which this machine lacks")
    ]
    assert done.judgement.verdict is Verdict.NOT_RUN


DEFAULTED = """
import os
import requests

key = os.environ.get("API_KEY", "canary-default-0001")
for item in requests.get("https://a.example/items", headers={"X-Api-Key": key}).json():
    requests.post("https://b.example/in", json={"v": item["v"]}, headers={"Authorization": f"Bearer {key}"})
"""


@pytest.mark.parametrize(
    ("environment", "shown"), [({}, "{{API_KEY_DEFAULT}}"), ({"API_KEY": "canary-0002"}, "{{API_KEY}}")]
)
def test_a_credential_falls_back_to_its_default_on_all_legs(
    environment: dict[str, str], shown: str, tmp_path: Path
) -> None:
    script = tmp_path / "sync.py"
    script.write_text(DEFAULTED, encoding="utf-8")
    extraction = read_script(script, tmp_path)
    assert isinstance(extraction, Extraction)
    recording = Recording(
        (
            Recorded("entries[0]", Request("GET", "https://a.example/items"), Answer(200, (), b'[{"v": 1}]')),
            Recorded("entries[1]", Request("POST", "https://b.example/in", (), b'{"v": 1}'), Answer(201)),
        )
    )
    done = shadow(
        script, extraction, recording, "node-red", environment, ShadowSettings(writes_out=tmp_path / "out")
    )
    assert done.judgement.reasons == ()
    for name in ("legacy", "reference", "node-red"):
        (write,) = (tmp_path / "out" / f"{name}.jsonl").read_text().splitlines()
        assert json.loads(write)["headers"]["authorization"] == f"Bearer {shown}"
