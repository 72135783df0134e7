"""Each construct has a script that runs or is a stated gap, and each script stands for a construct."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from tests.idioms.coverage import HERE, each

GAPS = sorted((name, says) for _, item in each() for name, says in item.gaps.items())
FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_every_construct_has_a_script() -> None:
    assert [name for name, item in each() if not (item.runs or item.fixtures or item.gaps)] == []


@pytest.mark.parametrize("folder", ["scripts", "gaps"])
def test_the_scripts_are_those_of_the_constructs(folder: str) -> None:
    named = {one for _, item in each() for one in (item.runs if folder == "scripts" else item.gaps)}
    assert named == {path.parent.name for path in (HERE / folder).glob("*/main.py")}


def test_the_fixtures_of_the_constructs_are_there() -> None:
    fixtures = {one for _, item in each() for one in item.fixtures}
    assert fixtures <= {path.parent.name for path in FIXTURES.glob("*/case.yaml")}


@pytest.mark.parametrize(("name", "says"), GAPS)
def test_what_is_not_carried_over_is_said(name: str, says: str) -> None:
    source = HERE / "gaps" / name
    found = EXTRACTOR.extract(source / "main.py", source)
    assert isinstance(found, Extraction), found
    assert says in [f"{one.code} {one.message}" for one in found.diagnostics if one.is_gap]
