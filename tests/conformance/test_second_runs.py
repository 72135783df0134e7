"""On the real engine: all sides run again where they differ, and a named rule accepts what it names, with its count."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import certifi
import pytest

from emitters.node_red import install
from migrate.pipeline.emitting import emit
from migrate.pipeline.files import read_environment
from migrate.pipeline.repeating import Repeat
from migrate.pipeline.shadowing import ShadowRun, ShadowSettings, shadow
from migrate.shadow import sandbox
from migrate.shadow.classification import Classification
from migrate.shadow.comparison_settings import NOTHING_DECLARED, ComparisonSettings, DeclaredRule
from migrate.shadow.legs import Leg
from migrate.shadow.recording import Recording, read_har
from migrate.shadow.tolerance import RuleHit
from migrate.shadow.verdict import LegResult, judge
from migrate.shadow.writes import records
from tests.conformance.cases import fixtures

MISSING = install.missing() or sandbox.probe()
pytestmark = [pytest.mark.engine, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

CASE = DeclaredRule(rule="case", at="body.language", reason="languages are read in any case", owner="Ann")


def run(
    out: Path, repeat: Repeat, settings: ComparisonSettings, told: list[str], default: str = "en"
) -> ShadowRun:
    """A shadow run of the contacts with another default language in the emitted flow."""
    fixture = next(one for one in fixtures() if one.name == "contacts_to_mailing")
    emit(fixture.extraction().integration, "node-red", out)
    flows = out / "flows.json"
    text = flows.read_text(encoding="utf-8")
    changed = text.replace('\\"language\\", \\"en\\")', f'\\"language\\", \\"{default}\\")')
    assert (changed != text) == (default != "en")
    flows.write_text(json.dumps(json.loads(changed)), encoding="utf-8")
    return shadow(
        fixture.script,
        fixture.extraction(),
        read_har(fixture.folder / fixture.case.runs[0].recording),
        "node-red",
        read_environment(fixture.env_file),
        ShadowSettings(configuration=out, comparison=settings, repeat=repeat),
        progress=told.append,
    )


LEGS = ["legacy", "reference", "node-red"]


def test_sides_that_differ_run_again_and_the_difference_stays_one(tmp_path: Path) -> None:
    told: list[str] = []
    done = run(tmp_path, "auto", NOTHING_DECLARED, told, default="EN")
    assert told == [*LEGS, "legacy again"]
    assert done.judgement.verdict.name == "FAIL"
    last = done.judgement.comparisons[-1]
    assert set(last.classes) == {"equal", "different"}


def test_a_rule_accepts_what_it_names_and_is_counted(tmp_path: Path) -> None:
    told: list[str] = []
    settings = ComparisonSettings(rules=(CASE,))
    done = run(tmp_path, "auto", settings, told, default="EN")
    assert told == LEGS
    # The recording has no answer for the writes that differ, so a person has to look nevertheless.
    assert [reason.code for reason in done.judgement.reasons] == ["synthetic", "unused"]
    last = done.judgement.comparisons[-1]
    counts = {hit.rule: hit.count for hit in last.hits}
    assert counts["case"] > 0
    assert RuleHit("case", "body.language", counts["case"]) in last.hits
    assert done.judgement.unused_rules == ()


def test_sides_that_do_the_same_twice_pass(tmp_path: Path) -> None:
    told: list[str] = []
    done = run(tmp_path, "always", NOTHING_DECLARED, told)
    assert told == [*LEGS, *(f"{leg} again" for leg in LEGS)]
    assert done.judgement.verdict.name == "PASS"
    assert all(not one.noise for one in done.judgement.comparisons)


VARYING = """
import uuid
from datetime import datetime, timezone
import requests

for number in range(2):
    at = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    record = {"no": number, "run": str(uuid.uuid4()), "at": at}
    requests.post("https://b.example/in", json=record, timeout=10)
"""


def test_values_that_a_script_makes_anew_in_each_run_are_held_to_their_shape(tmp_path: Path) -> None:
    (tmp_path / "sync.py").write_text(VARYING, encoding="utf-8")

    def leg(name: str) -> LegResult:
        command = (sys.executable, "sync.py")
        certificates = (Path(certifi.where()),)
        started = Leg(name, command, tmp_path, 60.0, certificate_files=certificates)
        done = sandbox.run(started, Recording(()), Classification(), {})
        writes, reads = records(done.exchanges, Classification())
        return LegResult(name, "completed", writes, reads)

    first, again = [leg("legacy"), leg("copy")], [leg("legacy"), leg("copy")]
    judgement = judge(first, again=again)
    assert [reason.code for reason in judgement.reasons] == ["synthetic", "synthetic"]
    (one,) = judgement.comparisons
    assert one.classes == {"equal": 2, "noise": 4}
    assert {(noise.path, noise.why) for noise in one.noise} == {
        ("body.run", "text, uuid 4, lower case"),
        ("body.at", "text, date-time T, 6 digits, +00:00"),
    }
    assert "writes-differ" in [reason.code for reason in judge(first).reasons]
