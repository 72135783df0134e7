"""Lists and maps as wholes: the library of emitted function nodes does what CPython does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.unit.node_red.test_python_values import KEYS, NUMBERS, SCALARS, TEXTS, VALUES, holds_nan

pytestmark = pytest.mark.engine

Draw = Callable[..., list[tuple[Any, ...]]]

SMALL = st.integers(-6, 6)
LISTS = st.one_of(
    st.lists(SMALL, max_size=6),
    st.lists(NUMBERS, max_size=5),
    st.lists(TEXTS, max_size=5),
    st.lists(
        st.sampled_from([0, 0.0, False, 1, 1.0, True, "1", "", None, 2**53 + 1, float(2**53)]), max_size=6
    ),
    st.lists(st.lists(st.one_of(SMALL, TEXTS), max_size=3), max_size=4),
    st.lists(VALUES, max_size=4),
)
ANYTHING = st.one_of(LISTS, VALUES, TEXTS, st.dictionaries(KEYS, SCALARS, max_size=4))


def test_order_is_stable_and_by_less_than(semantics: Any, draw: Draw) -> None:
    semantics.agree("sorted", lambda v: sorted(v), draw(st.tuples(ANYTHING), 300), gap=holds_nan)
    cases = draw(st.tuples(ANYTHING, st.booleans()), 300)
    semantics.agree("sorted", lambda v, reverse: sorted(v, reverse=reverse), cases, gap=holds_nan)


def test_order_by_keys(semantics: Any, draw: Draw) -> None:
    pairs = st.lists(st.tuples(VALUES, st.one_of(SMALL, st.sampled_from(["a", "B"]))), max_size=7)
    numbers = st.lists(st.tuples(VALUES, NUMBERS), max_size=7)
    drawn = draw(st.tuples(st.one_of(pairs, numbers), st.booleans()), 300)
    cases = [([a for a, _ in rows], [b for _, b in rows], reverse) for rows, reverse in drawn]

    def by_keys(values: list[Any], keys: list[Any], reverse: bool) -> list[Any]:
        rows = sorted(zip(values, keys, strict=True), key=lambda row: row[1], reverse=reverse)
        return [value for value, _ in rows]

    semantics.agree("sorted_by", by_keys, cases, gap=holds_nan)


def test_extremes_and_sums(semantics: Any, draw: Draw) -> None:
    lists = draw(st.tuples(ANYTHING), 400)
    semantics.agree("maximum", max, lists, gap=holds_nan)
    semantics.agree("minimum", min, lists, gap=holds_nan)
    semantics.agree(
        "maximum",
        lambda v, other: max(v, default=other),
        [(*case, "none") for case in lists[:200]],
        gap=holds_nan,
    )

    def added(values: Any, total: Any = 0) -> Any:
        if isinstance(total, str):
            raise TypeError
        for value in values:  # as `sum` up to Python 3.11, without the corrections of later ones
            total = total + value
        return total

    semantics.agree("sum", added, lists + draw(st.tuples(st.lists(NUMBERS, max_size=8)), 400))
    semantics.agree("sum", added, draw(st.tuples(ANYTHING, st.one_of(VALUES, st.just([])))))
    semantics.agree("any", any, lists)
    semantics.agree("all", all, lists)


def test_each_value_once_and_where_it_stands(semantics: Any, draw: Draw) -> None:
    semantics.agree("unique", lambda v: list(dict.fromkeys(v)), draw(st.tuples(ANYTHING), 400), gap=holds_nan)
    cases = draw(st.tuples(ANYTHING, st.one_of(SCALARS, SMALL, VALUES)), 300)
    cases += [(case, case[0]) for (case, _) in cases if isinstance(case, list) and case]
    cases += [("aaa", "a"), ("aaa", "aa"), ("", ""), ("a\U0001f642b", ""), ("a\U0001f642b", "b")]
    semantics.agree("count", lambda v, x: v.count(x), cases, gap=holds_nan)
    semantics.agree("index", lambda v, x: v.index(x), cases, gap=holds_nan)


def test_pairs_become_a_map(semantics: Any, draw: Draw) -> None:
    pair = st.one_of(st.tuples(KEYS, VALUES).map(list), st.just("ab"), st.just({"a": 1, "b": 2}), VALUES)

    def other_keys(value: Any) -> bool:
        return any(isinstance(key, bool | float) for key in dict(value))

    semantics.agree(
        "to_dict", dict, draw(st.tuples(st.one_of(st.lists(pair), ANYTHING)), 300), gap=other_keys
    )


def test_ranges_and_rows(semantics: Any, draw: Draw) -> None:
    far = st.sampled_from([2**53, 2**53 + 3, -(2**60), None, 1.0, "1"])
    bounds = st.one_of(st.integers(-30, 30), st.booleans(), far)
    near = st.integers(2**53 - 5, 2**53 + 5)
    steps = st.one_of(st.integers(-4, 4), st.sampled_from([2**60, -(2**54), 2.0]))

    def too_many(start: Any, stop: Any, step: Any) -> bool:
        return bool(range(start, stop, step)[10_000_000:])

    def numbers(start: Any, stop: Any, step: Any) -> list[int]:
        return [] if too_many(start, stop, step) else list(range(start, stop, step))

    cases = draw(st.tuples(bounds, bounds, steps), 300) + draw(st.tuples(near, near, steps))
    semantics.agree("range", numbers, cases, gap=too_many)

    def rows(*values: Any) -> list[Any]:
        return [list(row) for row in zip(*values, strict=False)]

    semantics.agree("zip", rows, draw(st.tuples(ANYTHING, ANYTHING)))
    semantics.agree("zip", rows, draw(st.tuples(LISTS, LISTS, LISTS)))
    semantics.agree("reversed", lambda v: list(reversed(v)), draw(st.tuples(ANYTHING)))


def test_unpacking(semantics: Any, draw: Draw) -> None:
    def values(value: Any, before: int, after: int | None = None) -> list[Any]:
        if after is None:
            if len(list(value)) != before:
                raise ValueError
            return list(value)
        if before == 1 and after == 1:
            first, *rest, last = value
            return [first, rest, last]
        first, *rest = value
        return [first, rest]

    semantics.agree("unpack", values, draw(st.tuples(ANYTHING, st.integers(0, 4)), 300))
    semantics.agree("unpack", values, draw(st.tuples(ANYTHING, st.just(1), st.integers(0, 1)), 300))


def test_slices_with_a_step(semantics: Any, draw: Draw) -> None:
    bounds = st.one_of(st.none(), SMALL, st.sampled_from([2**60, -(2**60), True, 1.0]))
    steps = st.one_of(SMALL, st.none(), st.sampled_from([2**60, -(2**60), False, "1"]))
    cases = draw(st.tuples(ANYTHING, bounds, bounds, steps), 800)
    semantics.agree("slice", lambda value, start, stop, step: value[start:stop:step], cases)
