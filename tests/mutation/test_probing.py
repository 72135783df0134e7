"""What is tried beside a run says of no mutant that it is the flow itself where its run says otherwise."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from emitters.node_red import install
from migrate.shadow import sandbox
from tests.conformance.cases import fixtures
from tests.mutation.subject import Subject
from tests.mutation.trial import Trial

MISSING = install.missing() or sandbox.probe()
engine = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))


def trials(name: str, every: int, inputs: int) -> list[tuple[str, bool, bool]]:
    """What was tried and run of a fixture's mutants, on its first recorded inputs."""
    (fixture,) = (one for one in fixtures() if one.name == name)
    subject = Subject(fixture)
    recorded = [(one, False) for one in subject.recorded()][:inputs]
    yardsticks, _ = subject.yardsticks(recorded)
    bases = subject.baseline(yardsticks).bases
    found: list[tuple[str, bool, bool]] = subject.on_engine(
        Trial(bases, subject.mutants[::every], subject.flow)
    )
    return found


@pytest.mark.engine
@engine
def test_what_does_the_same_beside_a_run_sends_the_same() -> None:
    found = trials("find_or_create", 8, 2)
    assert [name for name, different, differs in found if differs and not different] == []
    assert {(different, differs) for _, different, differs in found} >= {(True, True), (False, False)}


SAME = """
const { same } = require(process.argv[1]);
class Tagged { constructor(value) { this.value = value; } get [Symbol.toStringTag]() { return "PythonFloat"; } }
const shared = { x: 1 };
const pairs = [
  [{ a: 1, b: [1n, -0, NaN, undefined, null] }, { a: 1, b: [1n, -0, NaN, undefined, null] }, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, false],
  [[0], [-0], false], [[1], [1n], false], [[1], ["1"], false], [{ a: undefined }, {}, false],
  [Buffer.from("x"), Buffer.from("x"), true], [Buffer.from("x"), Buffer.from("y"), false],
  [new Map([["7", 1], ["1", 2]]), new Map([["7", 1], ["1", 2]]), true],
  [new Map([["7", 1], ["1", 2]]), new Map([["1", 2], ["7", 1]]), false],
  [[shared, shared], [{ x: 1 }, { x: 1 }], false], [[{ x: 1 }, { x: 1 }], [{ x: 1 }, { x: 1 }], true],
  [new Tagged(1), new Tagged(1), true], [new Tagged(1), new Tagged(2), false], [new Tagged(1), { value: 1 }, false],
  [[1].values(), [1].values(), false], [() => 1, () => 1, false], [new Date(0), new Date(0), false],
];
const wrong = pairs.filter(([a, b, wanted]) => same(a, b) !== wanted);
console.log(JSON.stringify(wrong.map(([a, b]) => [String(a), String(b)])));
"""


def test_values_are_the_same_in_type_order_and_sharing() -> None:
    node = install.node()
    if node is None:
        # Node.js comes with the engine; without it nothing of the campaign runs.
        pytest.skip(str(MISSING))
    probe = Path(__file__).with_name("probe.js")
    done = subprocess.run([node, "-e", SAME, str(probe)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
