"""What the extractor cannot read yet, the model can say: legacy = the model by hand on the runner = on the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

import fixtures.token_refresh.by_hand
from emitters.node_red import install
from fixtures.case import FOLDER, Run, cases
from migrate.contracts import Extraction
from migrate.model import Integration
from migrate.pipeline.files import read_environment
from migrate.pipeline.shadowing import shadow
from migrate.shadow import sandbox
from migrate.shadow.recording import read_har

MODELS: dict[str, Integration] = {
    "token_refresh": fixtures.token_refresh.by_hand.INTEGRATION,
}
RUNS = [(name, run) for name in MODELS for run in cases()[name].runs]
MISSING = install.missing() or sandbox.probe()

pytestmark = [pytest.mark.engine, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_by_hand_stands_in_for_a_script_with_gaps_alone(name: str) -> None:
    assert cases()[name].gaps


@pytest.mark.parametrize(("name", "run"), RUNS, ids=[f"{n}-{Path(run.recording).stem}" for n, run in RUNS])
def test_legacy_script_and_model_by_hand_write_the_same(name: str, run: Run, tmp_path: Path) -> None:
    folder, case = FOLDER / name, cases()[name]
    done = shadow(
        folder / case.script,
        Extraction(MODELS[name], ()),
        read_har(folder / run.recording),
        "node-red",
        read_environment(folder / case.env_file),
        writes_out=tmp_path,
    )
    assert [str(d) for one in done.judgement.comparisons for d in one.differences] == []
    assert tuple(reason.code for reason in done.judgement.reasons) == run.review, done.judgement.reasons
    assert {leg.state for leg in done.legs} == {"failed" if run.exit else "completed"}
    assert (tmp_path / "legacy.jsonl").read_bytes().count(b"\n") == run.writes
