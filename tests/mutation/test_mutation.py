"""Emitted flows that are wrong are found: the operators, the batch, and a sample of the mutants on the engine."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from emitters.node_red import install
from migrate.pipeline.shadowing import ShadowSettings, shadow
from migrate.shadow import sandbox
from tests.conformance.cases import fixtures
from tests.mutation.__main__ import missed
from tests.mutation.campaign import FlowResult, Result, Settings, campaign
from tests.mutation.hunt import Finding
from tests.mutation.operators import OPERATORS, mutants
from tests.mutation.plan import Mutant, Node
from tests.mutation.subject import Subject
from tests.mutation.yardsticks import Yardstick

MISSING = install.missing() or sandbox.probe()
engine = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))

KEEP = """const py = flow.get("python");
return py.compare("<", py.member(item, "age"), 18) ? [msg, null] : [null, msg];"""
FLOW: list[Node] = [
    {"id": "a", "type": "inject", "name": "Start", "wires": [["b"]]},
    {"id": "b", "type": "function", "name": "Filter", "func": KEEP, "wires": [["c"], []]},
    {"id": "c", "type": "http request", "name": "Send", "method": "POST", "ret": "bin", "wires": [[]]},
]
TEST = 'py.compare("<", py.member(item, "age"), 18)'
WHOLE = f"{TEST} ? [msg, null] : [null, msg]"


@pytest.mark.engine
@engine
def test_each_mutant_has_a_name_a_place_and_what_was_changed() -> None:
    assert [f"{one.id} {one.node}: {one.before} becomes {one.after}" for one in mutants("f", FLOW)] == [
        f"f/condition-dropped/filter.1 Filter:2: {WHOLE} becomes [msg, null]",
        f"f/condition-dropped/filter.2 Filter:2: {WHOLE} becomes [null, msg]",
        f"f/condition-inverted/filter.1 Filter:2: {WHOLE} becomes {TEST} ? [null, msg] : [msg, null]",
        'f/boundary/filter.1 Filter:2: "<" becomes "<="',
        'f/condition-inverted/filter.2 Filter:2: "<" becomes ">="',
        "f/function/filter.1 Filter:2: member becomes get",
        'f/field/filter.1 Filter:2: "age" becomes "agex"',
        "f/constant/filter.1 Filter:2: 18 becomes 19",
        "f/wire-dropped/filter.1 Filter: -> Send becomes ",
        "f/output-swapped/filter.1 Filter: 1, 2 becomes 2, 1",
        "f/method/send.1 Send: POST becomes PUT",
        "f/setting/send.1 Send: ret: bin becomes ret: txt",
    ]


@pytest.mark.engine
@engine
def test_all_operators_are_described_and_each_mutant_is_another() -> None:
    seen = set()
    for fixture in fixtures():
        if fixture.name in ("token_refresh", "webhook_in", "try_continue"):
            subject = Subject(fixture)
            seen |= {one.operator for one in subject.mutants}
            assert len({one.id for one in subject.changes}) == len(subject.changes)
            assert subject.changes == mutants(subject.name, subject.flow)
    assert seen <= OPERATORS.keys()


@pytest.mark.engine
@engine
def test_a_flow_in_a_batch_sends_what_it_sends_alone(tmp_path: Path) -> None:
    (fixture,) = (one for one in fixtures() if one.name == "find_or_create")
    subject = Subject(fixture)
    given = next(subject.recorded())
    alone = shadow(
        fixture.script,
        fixture.extraction(),
        given.recording,
        "node-red",
        subject.environment,
        ShadowSettings(writes_out=tmp_path),
    )
    (own,) = (leg for leg in alone.legs if leg.name == "node-red")
    yardstick = Yardstick(given, next(leg for leg in alone.legs if leg.name == "legacy"), None)
    baseline = subject.baseline([yardstick])
    assert baseline.legs == {given.name: own}
    assert subject.hunt(baseline.bases, subject.mutants[:40:4]).clean


@pytest.mark.engine
@engine
def test_a_sample_of_wrong_flows_is_found_and_kept(tmp_path: Path) -> None:
    (fixture,) = (one for one in fixtures() if one.name == "try_continue")
    settings = Settings(tmp_path, every=9, most_inputs=12, thorough=True)
    (found,) = campaign([fixture], settings)
    assert [one.mutant.id for one in found.results if one.finding.harmful and not one.finding.detected] == []
    assert found.harmful >= len(found.results) / 2
    assert (found.clean, found.disagreeing) == (True, ())
    (again,) = campaign([fixture], settings)
    assert (again.results, again.runs) == (found.results, 0)
    # Another comparison judges what was sent anew; a finding whose run is lost runs anew.
    (other,) = campaign([fixture], replace(settings, judging="another comparison"))
    assert (other.results, other.runs) == (found.results, 0)
    (lines,) = tmp_path.glob("*.findings")
    lines.write_text(re.sub(r'"evidence": "[^"]+"', '"evidence": ""', lines.read_text(), count=1))
    (lost,) = campaign([fixture], settings)
    assert lost.results == found.results
    assert 0 < lost.runs < found.runs


def finding(harmful: str | None, detected: str | None, reason: str | None = None) -> FlowResult:
    mutant = Mutant("f/constant/map.1", "constant", "Map:3", "1", "2", {})
    result = Result(mutant, Finding(mutant.id, harmful, detected), reason)
    found = Result(mutant, Finding(mutant.id, "recording", "recording"), None)
    return FlowResult("f", (result, *[found] * 19))


def test_a_harmful_mutant_that_is_not_detected_and_a_survivor_without_argument_are_missed_targets() -> None:
    assert missed([finding("recording", "recording")]) == []
    assert missed([finding(None, None, "the value is constant")]) == []
    assert [line.partition(":")[0] for line in missed([finding("recording", None)])] == ["not detected"]
    assert [line.partition(":")[0] for line in missed([finding(None, None)])] == ["not argued"]


def test_more_survivors_than_one_in_twenty_are_a_missed_target() -> None:
    one = finding(None, None, "the value is constant")
    both = FlowResult("f", (*one.results[:1], *one.results))
    assert missed([both]) == ["2 of 21 survive: more than 5%"]


ENDS = (
    ("print('x')", 0),
    ("import sys; sys.exit(3)", 3),
    ("import sys; sys.exit('why')", 1),
    ("import sys; sys.exit(-1)", 255),
    ("raise ValueError", 1),
    ("file = open('left', 'w'); file.write('x'); loop = [file]; loop.append(loop)", 0),
    ("import atexit; atexit.register(lambda: open('left', 'w').write('y'))", 0),
    ("import threading, time; threading.Thread(target=lambda: open('left', 'w').write('z')).start()", 0),
)


@pytest.mark.parametrize(("source", "status"), ENDS)
def test_a_script_that_was_forked_ends_as_python_ends_it(tmp_path: Path, source: str, status: int) -> None:
    (tmp_path / "script.py").write_text(source, encoding="utf-8")
    ran = []
    for before in ("from tests.mutation.run_legs import end_after as run", "run = lambda given: given()"):
        (tmp_path / "left").unlink(missing_ok=True)
        starting = f"{before}; import runpy; run(lambda: runpy.run_path('script.py', run_name='__main__'))"
        done = subprocess.run(
            [sys.executable, "-c", starting],
            cwd=tmp_path,
            env={"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            timeout=60,
        )
        left = tmp_path / "left"
        ran.append((done.returncode, done.stdout, left.read_text() if left.exists() else None))
    assert ran[0] == ran[1]
    assert ran[0][0] == status
