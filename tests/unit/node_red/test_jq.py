"""jq's functions in emitted function nodes are those of the kernel, which are compared with jq itself elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from emitters.node_red.functions import LOWERINGS
from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError, UnmappedReached
from tests.unit.jq.test_jq import PATTERNS, PROGRAMS, SPELLINGS, VALUES
from tests.unit.node_red.conftest import tagged

pytestmark = pytest.mark.engine
Draw = Callable[..., list[tuple[Any, ...]]]

ARGUMENTS: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    **{name: strategy for name, (_, strategy) in PROGRAMS.items()},
    "jq.sort_by": st.lists(st.tuples(VALUES, VALUES), max_size=6).map(
        lambda rows: ([item for item, _ in rows], [key for _, key in rows])
    ),
    "jq.gsub": st.tuples(
        st.text("<>abcxé. []=*👩", max_size=12),
        st.one_of(st.sampled_from(PATTERNS), st.text("ab-[]^\\.*+?|x&é", max_size=6)),
        st.sampled_from(["", "$&", "x"]),
    ),
    "jq-1.6.raw_text": st.tuples(VALUES),
    "jq-1.6.json_value": st.tuples(st.one_of(SPELLINGS, st.text('{}[]",:1.eE- <\n\\u0d8', max_size=8))),
    "bash.read_lines": st.tuples(st.text(" \t\\a\n\r\0", max_size=8)),
}


def outcome(name: str, case: tuple[Any, ...]) -> Any:
    """The reference's answer, tagged, the kind of its error, or that it is not defined."""
    try:
        return tagged(FUNCTIONS[name](*case))
    except EvaluationError as error:
        return {"e": error.kind}
    except UnmappedReached:
        return {"e": "Gap"}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_function_of_jq_is_the_reference(name: str, semantics: Any, draw: Draw) -> None:
    cases = draw(ARGUMENTS[name], 1000)
    wrong = []
    answers = semantics.answers([(LOWERINGS[name].helper, *case) for case in cases])
    for case, answer in zip(cases, answers, strict=True):
        got = {"e": answer["e"]} if isinstance(answer, dict) and "e" in answer else answer
        if got != outcome(name, case):
            wrong.append(f"{name}{case!r:.300}: {outcome(name, case)!r:.300}, JavaScript {answer!r:.300}")
    assert wrong == []


def test_all_functions_of_jq_are_compared() -> None:
    assert {name for name in FUNCTIONS if name.startswith(("jq", "bash."))} == ARGUMENTS.keys()
