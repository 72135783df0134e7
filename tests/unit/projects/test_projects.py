"""Projects of several scripts become what `cases/*.txt` says."""

from __future__ import annotations

import pytest

from tests.unit.projects.cases import FOLDER, Case, read


@pytest.mark.parametrize("case", read(FOLDER), ids=str)
def test_a_project_becomes_what_stands_beside_it(case: Case) -> None:
    assert case.made() == case.expected, "`python -m tests.unit.projects.cases`, then read the difference"
