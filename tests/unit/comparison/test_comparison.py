"""Each kind of damage shows as its kind of difference, at its path, and from both sides."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from time import process_time
from typing import Any

import pytest

from migrate.shadow.bodies import Json
from migrate.shadow.comparison import compare, compare_outcomes
from migrate.shadow.differences import Difference, ReadDiffers, rendered
from migrate.shadow.read_differences import compare_reads
from migrate.shadow.tolerance import RuleHit
from migrate.shadow.writes import Write

URL = "https://erp.example/v1/orders"
HEADERS = (("accept", "*/*"), ("authorization", "Bearer {{T}}"), ("content-type", "application/json"))


def write(body: Json, number: int = 0, *, url: str = URL, method: str = "POST", status: int = 201) -> Write:
    return Write(number, method, url, HEADERS, body, status, "exact")


def order(number: int) -> dict[str, Json]:
    return {
        "id": number,
        "email": f"p{number}@example.org",
        "address": {"city": f"city {number}", "zip": None},
        "tags": ["a", "b", f"t{number}"],
        "total": 10.0,
        "paid": True,
        "note": "",
    }


def orders(count: int = 6) -> list[Write]:
    return [write(order(number), number) for number in range(count)]


def texts(differences: tuple[Difference, ...]) -> list[str]:
    return [f"{type(one).__name__} {one.path}".rstrip() for one in differences]


def changed(name: str, value: Json) -> Callable[[list[Write]], list[Write]]:
    def damage(writes: list[Write]) -> list[Write]:
        body = writes[2].body
        assert isinstance(body, dict)
        return [*writes[:2], replace(writes[2], body={**body, name: value}), *writes[3:]]

    return damage


def without(name: str) -> Callable[[list[Write]], list[Write]]:
    def damage(writes: list[Write]) -> list[Write]:
        body = writes[2].body
        assert isinstance(body, dict)
        left = {key: value for key, value in body.items() if key != name}
        return [*writes[:2], replace(writes[2], body=left), *writes[3:]]

    return damage


def third(**fields: Any) -> Callable[[list[Write]], list[Write]]:
    def damage(writes: list[Write]) -> list[Write]:
        one = writes[2]
        return [*writes[:2], replace(one, **fields), *writes[3:]]

    return damage


DAMAGE: dict[str, tuple[Callable[[list[Write]], list[Write]], list[str]]] = {
    "other case": (changed("email", "P2@example.org"), ["Different body.email"]),
    "integer to text": (changed("id", "2"), ["TypeChanged body.id"]),
    "integer to float": (changed("id", 2.0), ["TypeChanged body.id"]),
    "boolean to integer": (changed("paid", 1), ["TypeChanged body.paid"]),
    "float to integer": (changed("total", 10), ["TypeChanged body.total"]),
    "value to null": (changed("email", None), ["Different body.email"]),
    "empty to null": (changed("note", None), ["Different body.note"]),
    "record to list": (changed("address", []), ["TypeChanged body.address"]),
    "large integer": (changed("id", 2**80), ["Different body.id"]),
    "nested value": (changed("address", {"city": "x", "zip": None}), ["Different body.address.city"]),
    "null to absent": (changed("address", {"city": "city 2"}), ["Different body.address.zip"]),
    "field left out": (without("note"), ["Different body.note"]),
    "field added": (changed("more", None), ["Different body.more"]),
    "strange key": (changed("a.b", 1), ['Different body["a.b"]']),
    "list item": (changed("tags", ["a", "b", "x"]), ["Different body.tags[2]"]),
    "list order": (changed("tags", ["b", "a", "t2"]), ["ItemDiffers body.tags[0]"]),
    "list shorter": (changed("tags", ["a", "b"]), ["ItemDiffers body.tags[2]"]),
    "body to text": (third(body="x"), ["TypeChanged body"]),
    "no body": (third(body=None), ["Different body"]),
    "status": (third(status=422), ["Different status"]),
    "wrong secret": (
        third(headers=(HEADERS[0], ("authorization", "Bearer {{U}}"), HEADERS[2])),
        ["Different headers.authorization"],
    ),
    "content type parameter": (
        third(headers=(*HEADERS[:2], ("content-type", "application/json; charset=utf-8"))),
        ["Different headers.content-type"],
    ),
    "header added": (third(headers=(*HEADERS, ("x-kind", "k"))), ["Different headers.x-kind"]),
    "accept that no client sends by itself": (
        third(headers=(("accept", "text/xml"), *HEADERS[1:])),
        ["Different headers.accept"],
    ),
    "url": (third(url=URL + "/"), ["Different url"]),
    "url of a record with an altered field": (
        third(url="https://other.example/v1/orders", body={**order(2), "note": "n"}),
        ["Different url", "Different body.note"],
    ),
    "one dropped": (lambda w: [*w[:2], *w[3:]], ["Missing"]),
    "one added": (lambda w: [*w, write(order(99))], ["Extra"]),
    "one sent twice": (lambda w: [*w[:3], *w[2:]], ["Duplicated"]),
    "all dropped": (lambda w: [], ["Missing"] * 6),
    "two swapped": (lambda w: [w[1], w[0], *w[2:]], ["Reordered"]),
    "first moved to the end": (lambda w: [*w[1:], w[0]], ["Reordered"]),
    "one dropped and all altered": (
        lambda w: [replace(o, body={**order(n), "paid": False}) for n, o in enumerate(w) if n != 1],
        ["Different body.paid"] * 5 + ["Missing"],
    ),
    "another method": (third(method="PUT"), ["Different method"]),
    "unlike record to another url": (
        third(url="https://erp.example/v1/else", body={"x": 1}),
        ["Missing", "Extra"],
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_shows_as(name: str) -> None:
    damage, expected = DAMAGE[name]
    left, right = orders(), damage(orders())
    comparison = compare(left, right)
    assert texts(comparison.differences) == expected
    assert all(str(difference) for difference in comparison.differences)
    mirror = {"Missing": "Extra", "Extra": "Missing"}
    back = Counter(mirror.get(text, text) for text in texts(compare(right, left).differences))
    assert back == Counter(expected)


def test_equal_legs_have_no_difference_whatever_the_order_of_keys() -> None:
    shuffled = [replace(one, body=dict(reversed(list(order(n).items())))) for n, one in enumerate(orders())]
    comparison = compare(orders(), shuffled)
    assert (comparison.equal, comparison.left_count, comparison.right_count) == (6, 6, 6)
    assert (comparison.differences, comparison.hits) == ((), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [(0.0, -0.0), (1, True), (0, False), (1, 1.0), (None, ""), (None, False), ("1", 1), (2**63, 2**63 + 1),
     ([], {}), ([None], []), (0.1, 0.1 + 1e-17 * 2), ("é", "e\u0301"), ("", [])],
)  # fmt: skip
def test_values_that_python_or_a_person_may_take_for_equal_differ(one: Json, other: Json) -> None:
    assert len(compare([write({"v": one})], [write({"v": other})]).differences) == 1
    assert len(compare([write(one)], [write(other)]).differences) == 1


def test_absent_and_null_are_told_apart_in_words() -> None:
    (difference,) = compare([write({"a": None})], [write({})]).differences
    assert str(difference) == f"POST {URL}: body.a: null became absent"


def test_headers_that_clients_send_by_themselves_are_not_compared_but_counted() -> None:
    ours = (
        ("accept", "*/*"),
        ("content-type", "application/JSON"),
        ("host", "a"),
        ("user-agent", "curl/8.1"),
    )
    theirs = (("content-type", "application/json"), ("host", "b"), ("user-agent", "got/11.8"))
    left, right = replace(write(1), headers=ours), replace(write(1), headers=theirs)
    comparison = compare([left, left], [right, right])
    assert comparison.differences == ()
    assert comparison.hits == (
        RuleHit("content-type-case", "content-type", 2),
        RuleHit("transport-headers", "accept", 2),
        RuleHit("transport-headers", "host", 2),
        RuleHit("transport-headers", "user-agent", 2),
    )


def test_a_user_agent_that_the_script_sets_is_compared() -> None:
    left = replace(write(1), headers=(("user-agent", "acme-sync/1.0"),))
    right = replace(write(1), headers=(("user-agent", "got/11.8"),))
    assert texts(compare([left], [right]).differences) == ["Different headers.user-agent"]


@pytest.mark.parametrize(("url", "same"), [(URL, True), ("https://mail.example/send", False)])
def test_order_among_other_urls_is_reported_as_such(url: str, same: bool) -> None:
    first, second = write({"a": 1}, 0), write({"b": 1}, 1, url=url)
    (difference,) = compare([first, second], [second, first]).differences
    assert getattr(difference, "same_target", None) is same


def test_a_body_less_write_to_a_damaged_url_is_found_by_its_place() -> None:
    left = [write(None, n, method="DELETE", url=f"https://a.example/m/{n}") for n in (1, 2)]
    right = [write(None, n, method="DELETE", url=f"https://a.example/m/0{n}") for n in (1, 2)]
    assert texts(compare(left, right).differences) == ["Different url", "Different url"]
    assert texts(compare(left, right[:1]).differences) == ["Missing", "Missing", "Extra"]


def test_deeply_nested_bodies_are_compared() -> None:
    def nested(depth: int, end: int) -> Json:
        body: Json = end
        for _ in range(depth):
            body = [body]
        return body

    assert compare([write(nested(3000, 1))], [write(nested(3000, 1))]).differences == ()
    (difference,) = compare([write(nested(3000, 1))], [write(nested(3000, 2))]).differences
    assert difference.path == "body" + "[0]" * 3000


def test_thirty_thousand_writes_with_mixed_damage_take_time_in_proportion() -> None:
    left = orders(30_000)
    right = [
        replace(one, body={**order(n), "paid": False}) if n % 10 == 0 else one
        for n, one in enumerate(left)
        if n % 1000 != 1
    ]
    random.Random(1).shuffle(right)
    start = process_time()
    counts = Counter(type(one).__name__ for one in compare(left, right).differences)
    assert (counts["Different"], counts["Missing"], counts["Extra"]) == (3_000, 30, 0)
    assert process_time() - start < 20


def test_many_copies_and_many_equal_urls_do_not_slow_the_pairing_down() -> None:
    left = [write({"a": 1}, n) for n in range(20_000)]
    right = [write({"a": 2}, n) for n in range(30_000)]
    counts = Counter(texts(compare(left, right).differences))
    assert counts == {"Different body.a": 20_000, "Extra": 10_000}
    assert Counter(texts(compare(left, left[:5]).differences)) == {"Duplicated": 19_995}


def test_paths_are_written_as_people_write_them() -> None:
    assert rendered(("body", "address", "city")) == "body.address.city"
    assert rendered(("body", "tags", 2, "x y")) == 'body.tags[2]["x y"]'
    assert rendered(("headers", "x-kind")) == "headers.x-kind"


@pytest.mark.parametrize(("left", "right", "count"), [(True, True, 0), (False, False, 0), (True, False, 1)])
def test_outcomes(left: bool, right: bool, count: int) -> None:
    assert len(compare_outcomes(left, right)) == len(compare_outcomes(right, left)) == count


def read(path: str, token: str = "T", **headers: str) -> Write:
    lines = {"authorization": f"Bearer {{{{{token}}}}}", "accept": "*/*", **headers}
    return Write(0, "GET", f"https://crm.example{path}", tuple(sorted(lines.items())), None, 200, "exact")


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ([read("/a"), read("/b")], [read("/b"), read("/a")], []),
        ([read("/a")], [read("/a", accept="application/json, text/plain, */*")], []),
        ([read("/a"), read("/a")], [read("/a")], [("times", 2, 1)]),
        ([read("/a")], [read("/b")], [("times", 0, 1), ("times", 1, 0)]),
        ([read("/a")], [read("/a", "U")], [("credentials", 1, 0)]),
        ([read("/a")], [read("/b", "U")], [("credentials", 1, 0), ("times", 0, 1), ("times", 1, 0)]),
        ([read("/a", accept="text/csv")], [read("/a")], [("headers", 1, 0)]),
        ([], [read("/a")], [("times", 0, 1)]),
    ],
)
def test_reads(left: list[Write], right: list[Write], found: list[tuple[str, int, int]]) -> None:
    def told(differences: tuple[ReadDiffers, ...]) -> list[tuple[str, int, int]]:
        return sorted((one.what, one.left_times, one.right_times) for one in differences)

    assert told(compare_reads(left, right)) == found
    assert [row[0] for row in told(compare_reads(right, left))] == [row[0] for row in found]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Application/JSON; Charset=UTF-8", "application/json; charset=utf-8", True),
        ("text/csv;CHARSET=\"UTF-8\"", "text/csv;charset=\"utf-8\"", True),
        ("text/csv; header=Present", "text/csv; header=present", False),
        ("multipart/form-data; boundary=abcDEF", "multipart/form-data; boundary=abcdef", False),
        ("multipart/form-data; BOUNDARY=abcDEF", "multipart/Form-Data; boundary=abcDEF", True),
        ('multipart/form-data; boundary="a;charset=X"', 'multipart/form-data; boundary="a;charset=x"', False),
        ("application/json; charset=utf-8", "application/json;charset=utf-8", False),
        ("application/json; charset=utf-8", "application/json", False),
    ],
)  # fmt: skip
def test_content_types_are_the_same_in_any_case_and_boundaries_are_not(
    one: str, other: str, same: bool
) -> None:
    left, right = (replace(write(1), headers=(("content-type", value),)) for value in (one, other))
    found = compare([left], [right])
    assert texts(found.differences) == ([] if same else ["Different headers.content-type"])
    assert found.hits == ((RuleHit("content-type-case", "content-type", 1),) if same else ())
