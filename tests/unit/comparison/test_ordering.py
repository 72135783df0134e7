"""Of any two writes that must not have changed places one is told, and none is told that did nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.shadow.identities import Identity, Records
from migrate.shadow.ordering import Moves
from tests.unit.comparison.records import numbered, write

GROUP = st.sampled_from([None, "a", "b"])
ROWS = st.lists(
    st.tuples(
        GROUP,
        GROUP,
        st.sets(st.sampled_from("xyz"), max_size=2),
        st.sets(st.sampled_from("xyz"), max_size=1),
        st.sampled_from(["https://a.example/m", "https://a.example/n", "https://b.example/m"]),
    ),
    max_size=7,
)
Row = tuple[str | None, str | None, set[str], set[str], str]


def moves(rows: list[Row], order: list[int]) -> Moves:
    left = numbered([write({"n": n}, url=row[4]) for n, row in enumerate(rows)])
    identities = {n: Identity(set(row[2]), set(row[3])) for n, row in enumerate(rows)}
    return Moves(
        left,
        [left[order.index(n)] for n in range(len(rows))],
        list(enumerate(order)),
        Records(identities, ()),
        [row[0] for row in rows],
        # Only what is known to be of a record is in a group of the rule.
        [row[1] if row[2] else None for row in rows],
    )


def of_one_record(one: Row, other: Row) -> bool:
    return bool(one[2] & (other[2] | other[3]) or other[2] & one[3])


def must_keep(one: Row, other: Row) -> bool:
    """Whether the order of two writes counts, as the rules say."""
    if one[0] is not None and one[0] == other[0]:
        return False
    freed = one[1] is not None and one[1] == other[1] and one[2] and other[2]
    return not freed or of_one_record(one, other)


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(range(len(rows))))))
def test_what_must_not_have_changed_places_is_told(drawn: tuple[list[Row], list[int]]) -> None:
    rows, order = drawn
    crossed = {
        (i, j)
        for i in range(len(rows))
        for j in range(i + 1, len(rows))
        if order[i] > order[j] and must_keep(rows[i], rows[j])
    }
    found = moves(rows, order).reordered()
    told = {one.left_position for one in found}
    assert all(told & set(pair) for pair in crossed)
    assert told <= {index for pair in crossed for index in pair}
    for one in found:
        own = {pair for pair in crossed if one.left_position in pair}
        others = [rows[i if j == one.left_position else j] for i, j in own]
        row = rows[one.left_position]
        assert one.same_key == any(of_one_record(row, other) for other in others)
        assert len(one.passed) == len({other[4] for other in others})
        assert len(one.passed_in_key) == len({other[4] for other in others if of_one_record(row, other)})
        unknown = {
            other[4]
            for other in others
            if not (row[2] and other[2]) and row[4].split("/")[2] == other[4].split("/")[2]
        }
        assert len(one.passed_unknown) == len(unknown)
