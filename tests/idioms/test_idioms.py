"""Each idiom under `scripts/`: the script and its model do the same on good, null, missing, empty and failing input.

`scripts/NAME/main.py` is the script, with other modules and files beside it; `scripts/NAME/vendor.yaml` holds
`answers` (see `vendor.Answers`; `{API}` stands for the vendor's own base), and where needed `environment`, `arguments`,
`unordered: true` for scripts that send several requests at a time, and `gaps`: what is said of a script that no run of
it comes to. `API` is always in the environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from tests.idioms.inputs import inputs_of
from tests.idioms.legs import Legacy, leg_of, run_model
from tests.idioms.vendor import Vendor

SCRIPTS = Path(__file__).with_name("scripts")
IDIOMS = sorted(path.parent.name for path in SCRIPTS.glob("*/main.py"))


@pytest.fixture(scope="module")
def legacy() -> Iterator[Legacy]:
    with Legacy() as runs:
        yield runs


@pytest.mark.parametrize("idiom", IDIOMS)
def test_the_script_and_its_model_do_the_same(idiom: str, legacy: Legacy, tmp_path: Path) -> None:
    source = SCRIPTS / idiom
    case: dict[str, Any] = yaml.safe_load((source / "vendor.yaml").read_text())
    extraction = _extraction(source, case.get("gaps", []))
    arguments = case.get("arguments", [])
    with Vendor() as vendor:
        environment = {"API": vendor.base, **case.get("environment", {})}
        for name, answers in inputs_of(case["answers"]):
            script = leg_of(
                vendor,
                answers,
                source,
                tmp_path / "run",
                lambda folder: legacy.run(folder, "main.py", environment, arguments),
            )
            model = leg_of(
                vendor,
                answers,
                source,
                tmp_path / "run",
                lambda folder: run_model(extraction, folder, environment),
            )
            ends = f"{idiom}, {name}: the script ended with {script.reason or 'success'}, the model with {model.reason}"
            if case.get("unordered"):
                script, model = script.sorted(), model.sorted()
            assert model.sent == script.sent, ends
            assert model.files == script.files, ends
            assert model.failed == script.failed, ends
            if name == "good":
                assert not script.failed, f"{idiom} fails on good input: {script.reason}"
                assert script.sent, f"{idiom} sends nothing"


def _extraction(source: Path, expected: list[str]) -> Extraction:
    found = EXTRACTOR.extract(source / "main.py", source)
    assert isinstance(found, Extraction), found
    gaps = [f"{one.code}: {one.message}" for one in found.diagnostics if one.is_gap]
    assert gaps == expected, "an idiom that stands here has no gaps but those that its vendor.yaml names"
    return found
