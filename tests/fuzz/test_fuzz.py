"""Damaged scripts never crash the extractor, never hang it, and what cannot be read is said."""

from __future__ import annotations

from random import Random

from tests.extent import extent
from tests.fuzz import damage
from tests.fuzz.trials import Trial, trials


def test_no_damaged_script_crashes_or_hangs() -> None:
    series: list[Trial] = list(trials(1, extent(10_000, 150)))
    assert [f"{one.number} {one.damage}: {one.fault}" for one in series if one.fault] == []
    assert {one.outcome for one in series} >= {"findings", "integration"}


def test_every_damage_changes_a_text() -> None:
    text = (
        b'import requests\nfor x in requests.get("https://a.example/x").json():\n    print(x["a"], len(x))\n'
    )
    for one in (*damage.OFTEN, *damage.SELDOM):
        assert any(one(text, Random(seed)) != text for seed in range(20)), one.__name__
