"""Every fixture: model, diagnostics and emitted files are those that somebody has read and committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.pipeline import emit
from tests.conformance.cases import TARGETS, Fixture, fixtures

CASES = fixtures()


@pytest.mark.parametrize("fixture", CASES, ids=lambda fixture: fixture.name)
def test_what_the_tool_makes_of_a_fixture_is_its_golden(fixture: Fixture) -> None:
    for path, text in fixture.goldens().items():
        assert path.is_file(), f"{path.name} is missing: run `make goldens` and read what it wrote"
        assert text == path.read_text(encoding="utf-8"), (
            f"{path} differs: `make goldens`, then read the difference"
        )


@pytest.mark.parametrize("fixture", CASES, ids=lambda fixture: fixture.name)
def test_no_golden_is_left_over(fixture: Fixture) -> None:
    emitted = {path for path in (fixture.folder / "emitted").rglob("*") if path.is_file()}
    assert emitted <= set(fixture.goldens())


@pytest.mark.parametrize("fixture", CASES, ids=lambda fixture: fixture.name)
def test_the_gaps_of_a_fixture_are_those_that_its_case_says(fixture: Fixture) -> None:
    diagnostics = fixture.extraction().diagnostics
    assert sorted({one.code for one in diagnostics if one.rule.severity == "gap"}) == list(fixture.case.gaps)


@pytest.mark.parametrize(
    "fixture", [one for one in CASES if not one.case.gaps], ids=lambda fixture: fixture.name
)
def test_the_targets_that_lose_a_part_of_a_fixture_are_those_that_its_case_says(fixture: Fixture) -> None:
    integration = fixture.extraction().integration
    losing = tuple(target for target in TARGETS if emit(integration, target).emission.losses)
    assert losing == fixture.case.losses


def test_there_are_fixtures() -> None:
    assert {fixture.name for fixture in CASES} >= {"contacts_to_mailing", "orders_to_erp"}
    assert all(isinstance(fixture.folder, Path) for fixture in CASES)
