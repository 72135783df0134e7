"""Many kinds of damage to a result set: each is found, in its class, at its place, and as one cause."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.shadow import pairing, values
from migrate.shadow.bodies import Json
from migrate.shadow.comparison import Comparison, compare
from migrate.shadow.exactness import exact
from migrate.shadow.writes import Write
from tests.unit.comparison.records import BULK, SHIPS, batches, contacts, numbered, order, result_set, write

Writes = list[Write]
AT = 3
"""The order that is damaged."""


@dataclass(frozen=True)
class Damage:
    """What is done to the right side, and what the comparison has to say: class and path of each finding."""

    name: str
    do: Callable[[Writes], Writes]
    found: tuple[str, ...]


def field(*path: str | int, to: Any) -> Callable[[Writes], Writes]:
    """Sets a field of one order; a function is given the value before."""

    def do(writes: Writes) -> Writes:
        body = changed(writes[AT].body, path, to)
        return [*writes[:AT], replace(writes[AT], body=body), *writes[AT + 1 :]]

    return do


GONE = object()


def changed(value: Any, path: tuple[str | int, ...], to: Any) -> Any:
    if not path:
        return to(value) if callable(to) else to
    first, *rest = path
    inner = changed(value[first], tuple(rest), to) if rest or not isinstance(value, dict) else to
    if callable(inner):
        inner = inner(value[first])
    if isinstance(value, list):
        return [inner if index == first else item for index, item in enumerate(value)]
    if inner is GONE:
        return {key: item for key, item in value.items() if key != first}
    return {**value, first: inner}


def of(at: int = AT, **parts: Any) -> Callable[[Writes], Writes]:
    """Changes other parts of one write."""
    return lambda writes: [*writes[:at], replace(writes[at], **parts), *writes[at + 1 :]]


def header(name: str, value: str | None) -> Callable[[Writes], Writes]:
    def do(writes: Writes) -> Writes:
        lines = {**dict(writes[AT].headers), name: value}
        kept = tuple(sorted((key, text) for key, text in lines.items() if text is not None))
        return of(headers=kept)(writes)

    return do


def moved(start: int, to: int) -> Callable[[Writes], Writes]:
    def do(writes: Writes) -> Writes:
        rest = [*writes[:start], *writes[start + 1 :]]
        return [*rest[:to], writes[start], *rest[to:]]

    return do


def without(*positions: int) -> Callable[[Writes], Writes]:
    return lambda writes: [one for at, one in enumerate(writes) if at not in positions]


def members(make: Callable[[list[Json]], list[Json]], size: int = 4) -> Callable[[Writes], Writes]:
    """Other contacts, in batches of a size."""
    return lambda writes: [*writes[:12], *batches(make(contacts()), size), *writes[15:]]


def swapped(writes: Writes) -> Writes:
    """The ids of two orders."""
    one, other = order(2), order(5)
    bodies = {2: {**one, "id": other["id"]}, 5: {**other, "id": one["id"]}}
    return [replace(w, body=bodies[n]) if n in bodies else w for n, w in enumerate(writes)]


def merged(writes: Writes) -> Writes:
    """Two orders became one, with the lines of both."""
    one, other = order(2), order(3)
    lines: Any = one["lines"]
    both = {**one, "lines": [*lines, *other["lines"]]}  # type: ignore[misc]  # a list
    return [*writes[:2], replace(writes[2], body=both), *writes[4:]]


def text(change: Callable[[str], str]) -> Callable[[Writes], Writes]:
    return field("customer", "name", to=change)


def at(*path: str) -> tuple[str, ...]:
    return tuple(f"different body.{one}" for one in path)


DAMAGES = [
    # values
    Damage("wrong value", field("currency", to="USD"), at("currency")),
    Damage("two fields swapped", lambda w: field("cents", to=0)(field("open", to=10325)(w)), at("cents", "open")),
    Damage("one cent off", field("cents", to=lambda v: v + 1), at("cents")),
    Damage("rounded", field("total", to=103.3), at("total")),
    Damage("float error", field("lines", 0, "price", to=12.500000000000002), at("lines[0].price")),
    Damage("low digit of a large integer", field("ledger", to=lambda v: v - 1), at("ledger")),
    Damage("more digits than a float has", field("total", to=Decimal("103.25000000000000000001")), at("total")),
    Damage("negative zero", lambda w: field("lines", 2, "price", to=lambda v: -v)(w), at("lines[2].price")),
    Damage("zone of a time lost", field("placed", to=lambda v: v[:19]), at("placed")),
    Damage("time in another zone", field("placed", to="2026-03-04T07:30:00Z"), at("placed")),
    Damage("leading zero lost", field("customer", "address", "zip", to="5003"), at("customer.address.zip")),
    Damage("nested deep", field("customer", "address", "geo", "lat", to=51.0), at("customer.address.geo.lat")),
    Damage("other branch of a condition", field("paid", to=False), at("paid")),
    # text
    Damage("mojibake", text(lambda v: v.encode().decode("latin-1")), at("customer.name")),
    Damage("decomposed", text(lambda v: unicodedata.normalize("NFD", v)), at("customer.name")),
    Damage("transliterated", text(lambda v: v.replace("ü", "ue")), at("customer.name")),
    Damage("trailing space", text(lambda v: v + " "), at("customer.name")),
    Damage("non-breaking space", text(lambda v: v.replace(" ", "\xa0")), at("customer.name")),
    Damage("upper case", text(str.upper), at("customer.name")),
    Damage("cut off", text(lambda v: v[:5]), at("customer.name")),
    Damage("emoji lost", text(lambda v: v + "☕"), at("customer.name")),
    Damage("escaped twice", text(lambda v: v + "&amp;"), at("customer.name")),
    # null, absent, empty
    Damage("field dropped", field("currency", to=GONE), at("currency")),
    Damage("null for a value", field("currency", to=None), at("currency")),
    Damage("null dropped", field("coupon", to=GONE), at("coupon")),
    Damage("empty for null", field("coupon", to=""), at("coupon")),
    Damage("null for empty", field("note", to=None), at("note")),
    Damage("false for null", field("coupon", to=False), at("coupon")),
    Damage("empty list dropped", field("refunds", to=GONE), at("refunds")),
    Damage("field added", lambda w: of(body={**order(AT), "more": 1})(w), at("more")),
    Damage("record dropped", field("customer", to=GONE), at("customer")),
    # types
    Damage("integer as text", field("id", to=str), ("type changed body.id",)),
    Damage("integer as float", field("id", to=float), ("type changed body.id",)),
    Damage("float as integer", field("lines", 0, "price", to=12), ("type changed body.lines[0].price",)),
    Damage("true as 1", field("paid", to=1), ("type changed body.paid",)),
    Damage("true as text", field("paid", to="true"), ("type changed body.paid",)),
    Damage("zero as false", field("open", to=False), ("type changed body.open",)),
    Damage("text as list", field("currency", to=["EUR"]), ("type changed body.currency",)),
    Damage("body sent as text", of(body="{}"), ("type changed body",)),
    Damage("list as map", field("refunds", to={}), ("type changed body.refunds",)),
    # lists
    Damage("items in another order", field("tags", to=lambda v: [v[1], v[0], v[2]]), ("reordered body.tags[0]",)),
    Damage("first item dropped", field("lines", to=lambda v: v[1:]), ("missing body.lines[0]",)),
    Damage("last item dropped", field("lines", to=lambda v: v[:-1]), ("missing body.lines[2]",)),
    Damage("item added", field("tags", to=lambda v: ["x", *v]), ("extra body.tags[0]",)),
    Damage("item doubled", field("lines", to=lambda v: [*v, v[0]]), ("duplicated body.lines[3]",)),
    Damage("item changed", field("lines", 1, "quantity", to=3), at("lines[1].quantity")),
    Damage("item of a list null", field("tags", 1, to=None), at("tags[1]")),
    # requests
    Damage("other method", of(method="PUT"), ("different method",)),
    Damage("id in the URL", of(9, url=f"{SHIPS}/7010?notify=1&lang=de"), ("different url",)),
    Damage("parameter dropped", of(9, url=f"{SHIPS}/701?lang=de"), ("different url",)),
    Damage("parameters in another order", of(9, url=f"{SHIPS}/701?lang=de&notify=1"), ("different url",)),
    Damage("trailing slash", of(9, url=f"{SHIPS}/701/?notify=1&lang=de"), ("different url",)),
    Damage("other server", of(url="https://erp.test.example/v1/orders"), ("different url",)),
    Damage("header changed", header("x-source", "crm"), ("different headers.x-source",)),
    Damage("header dropped", header("x-source", None), ("different headers.x-source",)),
    Damage("other credential", header("authorization", "Bearer {{CRM_TOKEN}}"), ("different headers.authorization",)),
    Damage("credential dropped", header("authorization", None), ("different headers.authorization",)),
    Damage("content type", header("content-type", "text/json; charset=utf-8"), ("different headers.content-type",)),
    Damage("charset", header("content-type", "application/json"), ("different headers.content-type",)),
    Damage("answer", of(status=422), ("different status",)),
    Damage("mail to another", of(16, body={"sender": "a@a.example", "recipients": ["c@example.org"],
                                           "text": "Hello b@example.org\n"}), at("recipients[0]")),
    # sets of writes
    Damage("write lost", without(AT), ("missing",)),
    Damage("last page lost", without(5, 6, 7), ("missing",) * 3),
    Damage("write added", lambda w: [*w[:8], write(order(99)), *w[8:]], ("extra",)),
    Damage("write sent twice", lambda w: [*w[:4], *w[3:]], ("duplicated",)),
    Damage("write sent again at the end", lambda w: [*w, w[3]], ("duplicated",)),
    Damage("two writes swapped", moved(2, 3), ("reordered",)),
    Damage("first write last", moved(0, 7), ("reordered",)),
    Damage("write before that of another system", moved(12, 11), ("reordered",)),
    Damage("ids of two records swapped", swapped, at("id", "id")),
    Damage("two records merged into one", merged,
           ("extra body.lines[3]", "extra body.lines[4]", "extra body.lines[5]", "missing")),
    # batches
    Damage("batches of another size", members(list, 3), ("batch size",)),
    Damage("one by one", members(list, 1), ("batch size",)),
    Damage("all at once", members(list, 100), ("batch size",)),
    Damage("record of a batch lost", members(lambda c: [*c[:2], *c[3:]]), ("missing body.members[2]",)),
    Damage("record lost where a batch ends", lambda w: [
        *w[:12], *batches(contacts()[:3]), *batches(contacts()[4:]), *w[15:]], ("missing body.members[3]",)),
    Damage("rest of the batches lost", without(14), ("missing",)),
    Damage("record of a batch twice", members(lambda c: [*c[:2], *c[1:]]), ("duplicated body.members[2]",)),
    Damage("record of a batch moved", members(lambda c: [*c[1:6], c[0], *c[6:]]), ("reordered body.members[0]",)),
    Damage("field of a record in batches of another size", members(
        lambda c: [*c[:5], {**c[5], "age": 1}, *c[6:]], 3), ("different body.members[1].age", "batch size")),  # type: ignore[dict-item]  # a map
    Damage("list of the batches", of(13, body={"list": 8, "members": contacts()[4:8]}), at("list")),
]  # fmt: skip


def findings(comparison: Comparison) -> list[str]:
    return sorted(f"{one.kind} {one.path}".rstrip() for one in comparison.differences)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_damage_is_found_in_its_class_at_its_place_and_nothing_else(damage: Damage) -> None:
    left, right = result_set(), numbered(damage.do(result_set()))
    found = compare(left, right)
    assert findings(found) == sorted(damage.found), [str(one) for one in found.differences]
    assert all(str(one) for one in found.differences)


_MIRROR = {"missing": "extra", "extra": "missing"}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_what_is_found_from_one_side_is_found_from_the_other(damage: Damage) -> None:
    left, right = result_set(), numbered(damage.do(result_set()))
    there = Counter(_MIRROR.get(one.kind, one.kind) for one in compare(left, right).differences)
    assert Counter(one.kind for one in compare(right, left).differences) == there


def test_there_are_more_than_forty_kinds_of_damage() -> None:
    assert len({damage.name for damage in DAMAGES}) == len(DAMAGES) > 60


# --- what is no damage ---------------------------------------------------------------------------------------------


def shuffled(value: Any) -> Any:
    """The same with the keys of all maps the other way round."""
    if isinstance(value, dict):
        return {key: shuffled(item) for key, item in reversed(value.items())}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "harmless",
    [
        list,
        lambda writes: [replace(one, body=shuffled(one.body)) for one in writes],
        lambda writes: [replace(one, headers=(*one.headers, ("user-agent", "got/11.8"))) for one in writes],
        lambda writes: [replace(one, source="canonical") for one in writes],
    ],
    ids=["nothing done", "order of keys", "header of a client", "source of an answer"],
)
def test_an_unharmed_set_has_no_difference(harmless: Callable[[Writes], Writes]) -> None:
    found = compare(result_set(), harmless(result_set()))
    assert (found.differences, found.batch_sizes, found.open_order) == ((), (), ())
    assert found.classes == {"equal": len(result_set())}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_the_records_of_batches_are_compared_whatever_their_size(size: int) -> None:
    odd: list[Json] = [{"email": "new@example.org"} if n == 6 else one for n, one in enumerate(contacts())]
    found = compare(batches(contacts()), batches(odd, size))
    place = f"body.members[{6 % 4}]"
    kinds = Counter(one.kind for one in found.differences)
    assert kinds == {"different": 4, "batch size": 1}
    paths = {one.path for one in found.differences if one.kind == "different"}
    assert paths == {f"{place}.{name}" for name in ("email", "name", "age", "city")}


SMALL: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([0.0, -0.0, 1.0, 1.5, "", "1", "a", "A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
"""Values that are easily taken for one another."""
LEGS = st.lists(
    st.tuples(SMALL, st.sampled_from(["POST", "PUT"]), st.sampled_from(["https://a.example/1", BULK])),
    max_size=6,
)


def legs(rows: list[tuple[Json, str, str]]) -> Writes:
    return numbered([write(body, method, url) for body, method, url in rows])


@given(LEGS, LEGS)
def test_whatever_two_legs_send_a_difference_is_found_if_and_only_if_they_differ(
    ours: list[tuple[Json, str, str]], theirs: list[tuple[Json, str, str]]
) -> None:
    left, right = legs(ours), legs(theirs)
    same = repr([shuffled(sorted_keys(row)) for row in ours]) == repr(
        [shuffled(sorted_keys(row)) for row in theirs]
    )
    there, back = compare(left, right), compare(right, left)
    assert (not there.differences) == same
    assert (not back.differences) == same


def sorted_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    return [sorted_keys(item) for item in value] if isinstance(value, list | tuple) else value


@given(LEGS, st.randoms(use_true_random=False))
def test_what_is_sent_in_another_order_is_only_reordered(
    rows: list[tuple[Json, str, str]], random: Any
) -> None:
    left, right = legs(rows), legs(random.sample(rows, len(rows)))
    assert {one.kind for one in compare(left, right).differences} <= {"reordered"}


TOGETHER = {"ids of two records swapped", "mail to another", "list of the batches", "field added"}
"""Damages to a whole body, or to several writes."""
INDEPENDENT = [
    damage
    for damage in DAMAGES
    if all(found.startswith(("different body.", "type changed body.")) for found in damage.found)
    and damage.name not in TOGETHER
]


@given(st.sets(st.sampled_from(range(len(INDEPENDENT))), min_size=1, max_size=5))
def test_damages_to_several_fields_are_found_together(chosen: set[int]) -> None:
    damages = [INDEPENDENT[number] for number in sorted(chosen)]
    tops = [{found.split(".")[1].partition("[")[0] for found in damage.found} for damage in damages]
    apart = [damage for n, damage in enumerate(damages) if not any(tops[n] & other for other in tops[:n])]
    right = result_set()
    for damage in apart:
        right = damage.do(right)
    found = compare(result_set(), numbered(right))
    assert findings(found) == sorted(text for damage in apart for text in damage.found)


def test_time_and_work_grow_with_the_number_of_writes_and_not_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    def keys_made(count: int) -> int:
        made = 0

        def counted(value: Any) -> bytes:
            nonlocal made
            made += 1
            return exact(value)

        for module in (pairing, values):
            monkeypatch.setattr(module, "exact", counted)
        left = [write(order(n), url=f"https://erp.example/{n % 3}") for n in range(count)]
        right = [replace(one, body={**order(n), "paid": n % 10 > 0}) for n, one in enumerate(left) if n % 97]
        assert len(compare(left, right).differences) > count / 10
        return made

    assert keys_made(1200) < 2.2 * keys_made(600)
