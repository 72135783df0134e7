"""What the evaluator understands: a snippet of Python becomes exactly these steps and these gaps."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.unit.evaluator.snippets import FOLDER, Snippet, made_of, read

CASES = read(FOLDER)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_snippet_becomes_these_steps(case: Snippet) -> None:
    assert case.expected, "the case says nothing of what is made: python -m tests.unit.evaluator.snippets"
    assert made_of(case.source) == case.expected


def test_each_case_has_a_title_of_its_own() -> None:
    assert [title for title, count in Counter(map(str, CASES)).items() if count > 1] == []
    assert len({case.topic for case in CASES}) > 5
