"""Second runs are made where they can tell noise from difference, and not where they cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from migrate.pipeline.repeating import Repeat, second_runs
from migrate.shadow.sandbox import SandboxUnavailable
from migrate.shadow.verdict import LegResult, judge
from migrate.shadow.writes import Write


def leg(name: str, value: int) -> LegResult:
    return LegResult(
        name, "completed", (Write(0, "POST", "https://b.example/m", (), {"v": value}, 201, "exact"),)
    )


NAMES = ("legacy", "reference", "node-red")


@pytest.mark.parametrize(
    ("repeat", "first", "second", "ran"),
    [
        ("auto", (1, 1, 1), (1, 1, 1), ""),
        ("auto", (1, 2, 2), (1, 2, 2), "legacy"),
        ("auto", (1, 2, 3), (4, 5, 6), "legacy reference node-red"),
        ("never", (1, 2, 3), (4, 5, 6), ""),
        ("always", (1, 1, 1), (1, 1, 1), "legacy reference node-red"),
        ("always", (1, 2, 1), (1, 1, 1), "legacy reference node-red"),
    ],
)
def test_the_legs_that_run_again(
    repeat: Repeat, first: tuple[int, ...], second: tuple[int, ...], ran: str
) -> None:
    legs: dict[str, Callable[[], LegResult]] = {
        name: (lambda name=name, value=value: leg(name, value))  # type: ignore[misc]  # defaults bind the loop's names
        for name, value in zip(NAMES, second, strict=True)
    }
    told: list[str] = []
    results = [leg(name, value) for name, value in zip(NAMES, first, strict=True)]
    again = second_runs(legs, results, judge(results), repeat, told.append)
    assert [one.name for one in again] == ran.split()
    assert told == [f"{name} again" for name in ran.split()]


def test_a_leg_that_did_not_run_does_not_run_again() -> None:
    def unavailable() -> LegResult:
        raise SandboxUnavailable("no namespaces")

    results = [leg("legacy", 1), leg("reference", 2), LegResult("node-red", "not-run")]
    legs = {"legacy": lambda: leg("legacy", 3), "reference": unavailable}
    again = second_runs(legs, results, judge(results), "auto", lambda name: None)
    assert [(one.name, one.state) for one in again] == [("legacy", "completed"), ("reference", "not-run")]
