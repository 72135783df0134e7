"""Generated scripts either mean the same as their model, or the extractor says what it could not read."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from extractors.python.extractor import EXTRACTOR, PythonExtractor
from migrate.model import HttpOperation, Write, walk_steps
from tests.extent import extent
from tests.generated import differential
from tests.generated.differential import examine
from tests.generated.probes import probes
from tests.generated.scripts import Script, generate
from tests.generated.series import Case, Tally, examined
from tests.generated.shrink import likeness, shrink
from tests.generated.vendors import Fault, World

SEED, COUNT = 20_240, extent(300, 120)


@pytest.fixture(scope="module")
def series() -> list[Case]:
    return list(examined(SEED, COUNT))


def test_no_script_differs_silently(series: list[Case]) -> None:
    silent = [
        f"{SEED}/{case.number}: {one.detail}"
        for case in series
        for one in case.outcomes
        if one.verdict == "SILENT"
    ]
    assert silent == []


def test_the_scripts_write_and_fail_in_every_way(series: list[Case]) -> None:
    tally = Tally()
    for case in series:
        tally.add(case)
    assert tally.verdicts["equal"] > 0
    for way in ("ended well", "failed after writes", "failed before a write"):
        assert tally.runs[way] > COUNT * 4 * 0.05
    assert sum(one.writes for case in series for one in case.outcomes) > COUNT * 4


def test_no_idiom_by_itself_differs_on_an_odd_value() -> None:
    """A sample that meets every idiom; `python -m tests.generated --probes` takes every value."""
    random = Random(SEED)
    silent = [
        f"{idiom}: {one.detail}"
        for idiom, script, worlds in probes()
        for one in examine(script, tuple(random.sample(worlds, extent(10, 5))))
        if one.verdict == "SILENT"
    ]
    assert silent == []


def test_the_same_seed_gives_the_same_script() -> None:
    assert generate(Random("a")) == generate(Random("a"))
    assert generate(Random("a")) != generate(Random("b"))


def test_a_wrong_model_is_found_and_shrunk(monkeypatch: pytest.MonkeyPatch, series: list[Case]) -> None:
    """The test can fail: a model that writes with another method is no longer equal."""

    class Wrong(PythonExtractor):
        def extract(self, path, root):  # type: ignore[no-untyped-def]  # as the class above
            found = EXTRACTOR.extract(path, root)
            if found is None or isinstance(found, tuple):
                return found
            text = found.integration.model_dump_json().replace('"method":"POST"', '"method":"PUT"')
            return replace(found, integration=type(found.integration).model_validate_json(text))

    case = next(
        case for case in series if case.verdict == "equal" and case.outcomes[0].writes and _posts(case.script)
    )
    monkeypatch.setattr(differential, "EXTRACTOR", Wrong())
    outcome = examine(case.script, case.worlds[:1])[0]
    assert outcome.verdict == "SILENT"
    assert "method 'POST' became 'PUT'" in outcome.detail
    smallest, _, again = shrink(case.script, case.worlds[0], outcome, 120)
    assert likeness(again) == likeness(outcome)
    assert len(smallest.source) < len(case.script.source) * 0.7


def _posts(script: Script) -> bool:
    extraction = differential.extracted(script.source)
    assert extraction is not None
    assert not isinstance(extraction, tuple)
    writes = [step.operation for step in walk_steps(extraction.integration.steps) if isinstance(step, Write)]
    return {one.method for one in writes if isinstance(one, HttpOperation)} == {"POST"}


def test_a_refused_write_ends_both_runs_at_the_same_request() -> None:
    script = replace(
        generate(Random("a")),
        source="import requests\nfor n in (1, 2, 3):\n"
        "    requests.post('https://erp.globex.example/things', json={'n': n}).raise_for_status()\n",
    )
    refused = World((), writes={2: Fault(422)})
    outcome = examine(script, (refused,))[0]
    assert (outcome.verdict, outcome.writes, outcome.ended) == ("equal", 2, "HTTPError")
