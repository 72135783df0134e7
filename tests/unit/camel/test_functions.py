"""Every kernel function that Camel has a counterpart of, on odd values: the reference and Groovy agree."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from emitters.camel.expressions_groovy import Groovy
from emitters.camel.functions import LOWERINGS
from emitters.camel.library import functions
from migrate.model.functions import FUNCTIONS
from migrate.model.values import ErrorValue, EvaluationError, UnmappedReached, type_name
from tests.unit.camel.conftest import Library, tagged
from tests.unit.model.values import ODD, calls
from tests.unit.node_red_emitter.models import call, const, integration

pytestmark = pytest.mark.engine

Case = tuple[Any, ...]


def cases_of(name: str) -> list[Case]:
    """Arguments that tell the function apart."""
    cases = list(calls(name))
    if name == "identical_type":
        cases = [case for case in cases if isinstance(case[1], str)]
        cases += [(each, type_) for each in ODD for type_ in {type_name(odd) for odd in ODD}]
    if name == "python.integer":
        cases = [case for case in cases if len(case) == 1]  # with a base it is a loss
    return cases


@pytest.fixture(scope="module")
def answers(groovy_library: Library) -> dict[str, list[Any]]:
    """What the library answers to all cases, by function: one process of Java for all of them."""
    asked = [(name, case) for name in sorted(LOWERINGS) for case in cases_of(name)]
    found = defaultdict(list)
    given = groovy_library.answers([(LOWERINGS[name].helper, case) for name, case in asked])
    for (name, _), answer in zip(asked, given, strict=True):
        found[name].append(answer)
    return found


def wanted(name: str, case: Case) -> Any:
    """What the reference makes of a case."""
    try:
        made: object = FUNCTIONS[name](*case)
        return {"e": "Gap"} if isinstance(made, ErrorValue) else tagged(made)
    except EvaluationError as error:
        return {"e": error.kind}
    except UnmappedReached:
        return {"e": "Gap"}


@pytest.mark.parametrize("name", sorted(LOWERINGS))
def test_the_function_of_the_library_is_the_reference_or_refuses_by_name(
    name: str, answers: dict[str, list[Any]]
) -> None:
    cases, wrong, refused = cases_of(name), [], 0
    for case, answer in zip(cases, answers[name], strict=True):
        expected = wanted(name, case)
        got = {"e": answer["e"]} if isinstance(answer, dict) and "e" in answer else answer
        refused += got == {"e": "Gap"} != expected
        if got not in (expected, {"e": "Gap"}):
            wrong.append(f"{name}{case!r:.200}: {expected!r:.200} in Python, {answer!r:.300} in Groovy")
    assert not wrong, f"{len(wrong)} of {len(cases)}\n" + "\n".join(wrong[:12])
    assert refused * 3 <= len(cases), f"{refused} of {len(cases)} refused"
    assert not refused or LOWERINGS[name].limits, f"{refused} refused, which the table does not say"


def test_a_function_without_a_counterpart_is_a_stated_loss() -> None:
    for name in sorted(FUNCTIONS.keys() - LOWERINGS.keys()):
        groovy = Groovy(integration())
        groovy.value(call(name, *(const(None) for _ in range(FUNCTIONS[name].minimum))))
        assert groovy.reasons == [f"the function {name} has no exact counterpart on Camel yet"]


def test_each_counterpart_is_a_function_of_the_library() -> None:
    assert {one.helper for one in LOWERINGS.values()} <= functions().keys()
