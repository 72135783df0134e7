"""A write is of the same record whatever URL of the resource it goes to; the order of such writes counts."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.shadow.comparison import compare
from migrate.shadow.comparison_settings import BusinessKey, ComparisonSettings, DeclaredRule
from migrate.shadow.messages import Answer
from migrate.shadow.verdict import LegResult, judge
from migrate.shadow.writes import Write

HOST = "https://erp.example/v1"
ANY_ORDER = DeclaredRule(
    rule="write-order", operation="* https://erp.example/**", reason="agreed", owner="Ann"
)


def sent(request: str, body: Any = None, answer: str = "", location: str = "") -> Write:
    """A write such as `PUT /orders/7`."""
    method, _, path = request.partition(" ")
    headers = (("Content-Type", "application/json"), *([("Location", location)] if location else []))
    given = Answer(200, headers, answer.encode())
    return Write(0, method, path if "://" in path else HOST + path, (), body, 200, "exact", answer=given)


SAME = [
    [sent("PUT /orders/7", {"state": 1}), sent("PUT /orders/7", {"state": 2})],
    [sent("PUT /orders/7", {"customerId": 3}), sent("PUT /orders/7", {"customerId": 4})],
    [sent("PUT /orders/7?notify=1", {"state": 1}), sent("PATCH /orders/7", {"state": 2})],
    [sent("POST /orders", {"id": 7}), sent("PUT /orders/7", {"state": 2})],
    [sent("POST /orders", {"id": "7"}), sent("PATCH /orders/7/", {"state": 2})],
    [sent("POST /orders", {"id": 7}), sent("DELETE /orders/7")],
    [sent("POST /graphql", {"query": "a", "variables": {"input": {"id": 7, "customerId": 3}}}),
     sent("POST /graphql", {"query": "b", "variables": {"input": {"id": 7, "customerId": 4}}})],
    [sent("POST /orders", {"id": 7, "customerId": 3}), sent("POST /orders", {"id": 7, "customerId": 4})],
    [sent("PUT /orders", {"id": 7, "sku": "A"}), sent("PUT /orders", {"id": 7, "sku": "B"})],
    [sent("POST /orders", {"order": {"orderId": 7}}), sent("DELETE /orders/7")],
    [sent("POST /orders", {"ref": "A"}, '{"id": 7}'), sent("PUT /orders/7", {"state": 2})],
    [sent("POST /orders", {"state": 1}, '{"data": {"id": 7}}'), sent("PUT /orders/7", {"state": 2})],
    [sent("POST /orders", {"state": 1}, "", "/v1/orders/7"), sent("PUT /orders/7", {"state": 2})],
    [sent("POST /sales", {"customerId": 3, "ticketNo": 7}), sent("PUT /sales/7", {"state": 2})],
    [sent("POST /orders", {"id": 7}), sent("POST /orders", {"id": 7, "state": 2})],
    [sent("POST /orders", {"state": 1}), sent("PUT /orders/7", {"state": 2})],
    [sent("POST /orders", {"state": 1}), sent("POST /orders", {"state": 2})],
    [sent("POST /orders/7", {"customerId": 3}), sent("POST /orders/7", {"customerId": 4})],
    [sent("POST /orders/7/confirm"), sent("POST /orders/7/pay")],
    [sent("PUT /orders/7", {"state": 1}), sent("POST /orders/7/lines", {"sku": "A"})],
    [sent("POST /orders", {"id": 7}), sent("PUT /orders/7/lines/1", {"n": 2})],
    [sent("PUT /orders(7)", {"state": 1}), sent("POST /orders", {"orderNo": 7})],
    [sent("PUT /orders/a%2F7", {"state": 1}), sent("POST /orders", {"id": "A/7"})],
    [sent("DELETE /orders?id=7"), sent("PUT /orders/7", {"state": 1})],
    [sent("PUT /settings/main", {"accountId": 1}), sent("PUT /settings/main", {"accountId": 2})],
    [sent("MAIL smtp://erp.example:25", {"recipients": ["a", "b"], "text": "1"}),
     sent("MAIL smtp://erp.example:25", {"recipients": ["b"], "text": "2"})],
]  # fmt: skip
OTHERS = [
    [sent("PUT /orders/7", {"state": 1}), sent("PUT /orders/8", {"state": 1})],
    [sent("POST /orders", {"id": 7}), sent("PUT /orders/8", {"state": 2})],
    [sent("POST /orders", {"id": 7, "customerId": 8}), sent("POST /orders", {"id": 8, "customerId": 7})],
    [sent("POST /orders", {"ref": "A"}, '{"id": 7}'), sent("PUT /orders/8", {"state": 2})],
    [sent("POST /orders", {"id": 7}), sent("PUT /customers/7", {"state": 2})],
    [sent("POST /lists/7/members", {"email": "a"}), sent("POST /lists/7/members", {"email": "b"})],
    [sent("PUT /contacts", {"email": "a"}), sent("PUT /contacts", {"email": "b"})],
    [sent("DELETE /contacts?id=1"), sent("DELETE /contacts?id=2")],
    [sent("PUT /orders/7/lines/1", {"n": 2}), sent("PUT /orders/7/lines/2", {"n": 2})],
    [sent("POST /orders/7/confirm"), sent("POST /orders/8/confirm")],
]


@pytest.mark.parametrize("writes", SAME)
def test_the_rule_for_order_holds_for_no_two_writes_that_may_be_of_one_record(writes: list[Write]) -> None:
    settings = ComparisonSettings(rules=(ANY_ORDER.model_copy(update={"operation": "* **"}),))
    for left in (writes, writes[::-1]):
        found = compare(left, left[::-1], settings=settings)
        assert ([one.kind for one in found.differences], found.hits) == (["reordered"], ())


@pytest.mark.parametrize("writes", OTHERS)
def test_it_holds_for_writes_of_different_records(writes: list[Write]) -> None:
    for left in (writes, writes[::-1]):
        found = compare(left, left[::-1], settings=ComparisonSettings(rules=(ANY_ORDER,)))
        assert (found.differences, [hit.count for hit in found.hits]) == ((), [1])


def test_a_business_key_that_people_name_tells_records_where_the_url_is_one() -> None:
    writes = [sent("PUT /lists/7", {"email": email}) for email in ("a", "b")]
    key = BusinessKey(operation=f"PUT {HOST}/lists/7", key=("body.email",))
    for keys, count in (((), 1), ((key,), 0)):
        settings = ComparisonSettings(rules=(ANY_ORDER,), keys=keys)
        assert len(compare(writes, writes[::-1], settings=settings).differences) == count


FREE = [sent("POST /orders", {"id": n}) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "between",
    [
        sent("POST https://books.example/close", {"id": 9}),
        sent("POST /batch/close"),
        sent("POST /orders", {"state": 1}),
    ],
)
def test_what_may_pass_each_other_may_not_pass_what_stands_between(between: Write) -> None:
    rule = ANY_ORDER.model_copy(update={"operation": f"POST {HOST}/orders"})
    first, second, third = FREE
    for left, right, count in (
        ([first, between, second], [second, between, first], 2),
        ([first, second, between, third], [second, first, between, third], 0),
        ([first, second, between, third], [second, between, first, third], 1),
    ):
        found = compare(left, right, settings=ComparisonSettings(rules=(rule,)))
        if between.body == {"state": 1}:
            assert len(found.differences) >= count
        else:
            assert len(found.differences) == count


def leg(name: str, *writes: Write) -> LegResult:
    return LegResult(name, "completed", writes)


def verdict(first: list[Write], again: list[Write], right: list[Write]) -> str:
    """The verdict where the script sent other orders in two runs, and the other side sends a third."""
    found = judge(
        [leg("legacy", *first), leg("node-red", *right)],
        again=[leg("legacy", *again), leg("node-red", *right)],
    )
    return " ".join([found.verdict.name, *(reason.code for reason in found.reasons)])


def of_order(number: int, *states: int) -> list[Write]:
    return [sent(f"PATCH /orders/{number}", {"state": state}) for state in states]


@pytest.mark.parametrize("writes", SAME)
def test_writes_that_may_be_of_one_record_are_no_noise_where_the_order_of_records_varies(
    writes: list[Write],
) -> None:
    others = [sent("PUT /orders/8", {"x": 1}), sent("PUT /orders/9", {"x": 2})]
    found = verdict([*others, *writes], [*others[::-1], *writes], [*others, *writes[::-1]])
    assert found.split()[0] in ("FAIL", "REVIEW")


def test_order_that_varies_is_noise_among_the_operations_where_it_varies() -> None:
    seven, eight = of_order(7, 1, 2), of_order(8, 1, 2)
    close = [sent("POST /close")]
    mixed = [seven[0], eight[0], eight[1], seven[1]]
    assert verdict([*seven, *eight], [*eight, *seven], mixed) == "PASS"
    assert verdict([*seven, *eight], [*eight, *seven], [seven[1], seven[0], *eight]) == "FAIL writes-differ"
    # What the script always sends last is no part of what varies.
    assert verdict([*seven, *eight, *close], [*eight, *seven, *close], [*eight, *seven, *close]) == "PASS"
    late = [*seven, *eight[:1], *close, *eight[1:]]
    assert verdict([*seven, *eight, *close], [*eight, *seven, *close], late) == "FAIL writes-differ"


def test_it_wants_a_review_where_nothing_tells_the_records() -> None:
    first = [sent("POST /log", {"text": text}) for text in "abc"]
    order = [first[1], first[2], first[0]]
    assert verdict(first, first[::-1], order) == "REVIEW unverifiable"
    swapped = [sent("POST /orders", {"id": 7}), sent("PATCH /orders/7", {"state": 1})]
    assert verdict(swapped, swapped[::-1], swapped[::-1]) == "PASS"
