"""Documents: the library of emitted function nodes reads CSV as CPython does."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

pytestmark = pytest.mark.engine

Draw = Callable[..., list[tuple[Any, ...]]]

CSV = st.text("ab1,\"'; \n\r", max_size=20)


FIXED: list[tuple[Any, ...]] = [
    ("id,name\n1,Ada,\n2\n\n3,Eve,x,y\n", {}, None),
    ("\nid,name\n1,Ada\n", {}, None),
    ("a,b", {}, ["c"]),
]


def _records(text: str, dialect: dict[str, str], names: list[str] | None) -> object:
    lines = io.StringIO(text, newline="")
    return list(csv.DictReader(lines, names, delimiter=dialect.get("delimiter", ",")))


def test_records_of_csv_with_cells_missing_and_too_many(semantics: Any, draw: Draw) -> None:
    names = st.sampled_from([None, ["a"], ["a", "b"]])
    drawn = draw(st.tuples(CSV, st.sampled_from([{}, {"delimiter": ";"}]), names), 200)
    semantics.agree("csv_records", _records, [*FIXED, *drawn])
