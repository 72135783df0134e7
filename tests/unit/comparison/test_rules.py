"""Named rules accept what they name and nothing beyond; keys and batches are taken as declared."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from migrate.pipeline.files import InputError
from migrate.pipeline.project import project_of
from migrate.shadow.bodies import Json, value
from migrate.shadow.comparison import Comparison, compare
from migrate.shadow.comparison_rules import RULES
from migrate.shadow.comparison_settings import Batch, BusinessKey, ComparisonSettings, DeclaredRule
from migrate.shadow.differences import ABSENT, Field
from migrate.shadow.patterns import FieldPattern, OperationPattern
from migrate.shadow.tolerance import RuleHit
from migrate.shadow.verdict import LegResult, judge
from migrate.shadow.writes import Write
from tests.unit.comparison.records import BULK, batches, contacts, numbered, write

ERP = "POST https://erp.example/v1/orders"


def rule(name: str, at: str | None = "body.v", operation: str | None = None) -> DeclaredRule:
    if RULES[name].scope == "operation":
        at, operation = None, operation or ERP
    return DeclaredRule(rule=name, at=at, operation=operation, reason="agreed", owner="Ann")


def body(field: Field) -> Json:
    return {"id": 1} if field is ABSENT else {"id": 1, "v": field}  # type: ignore[dict-item]  # no Absent is left


ACCEPTED: list[tuple[str, Field, Field]] = [
    ("null-is-absent", None, ABSENT),
    ("empty-is-absent", "", ABSENT),
    ("empty-is-null", "", None),
    ("number-is-text", 1, "1"),
    ("number-is-text", 1.5, "1.5"),
    ("number-is-text", Decimal("0.10"), "0.10"),
    ("integer-is-float", 1, 1.0),
    ("integer-is-float", 10**30, Decimal("1E+30")),
    ("boolean-is-number", True, 1),
    ("boolean-is-text", False, "False"),
    ("decimal-text", "10.5", "10.50"),
    ("case", "Straße", "STRASSE"),
    ("surrounding-space", "a ", "\ta"),
    ("unicode-form", "é", "e\u0301"),
    ("same-instant", "2026-03-04T08:30:00+01:00", "2026-03-04T07:30:00Z"),
    ("shape", "2026-03-04", "2026-03-05"),
]
REFUSED: list[tuple[str, Field, Field]] = [
    ("null-is-absent", None, ""),
    ("null-is-absent", None, False),
    ("empty-is-absent", "", None),
    ("empty-is-absent", " ", ABSENT),
    ("empty-is-null", "", 0),
    ("number-is-text", 1, "1.0"),
    ("number-is-text", True, "true"),
    ("number-is-text", 1, "01"),
    ("integer-is-float", 1, 1.5),
    ("integer-is-float", 2**53 + 1, float(2**53)),
    ("integer-is-float", 1, True),
    ("boolean-is-number", True, 2),
    ("boolean-is-number", True, 1.0),
    ("boolean-is-text", True, "1"),
    ("decimal-text", "10.5", "10.5 EUR"),
    ("decimal-text", "NaN", "nan"),
    ("case", "a", "b"),
    ("surrounding-space", "a b", "ab"),
    ("unicode-form", "é", "e"),
    ("same-instant", "2026-03-04T08:30:00", "2026-03-04T08:30:00Z"),
    ("same-instant", "2026-03-04T08:30:00+01:00", "2026-03-04T08:30:00Z"),
    ("shape", "2026-03-04", "2026-03-04T00:00:00Z"),
    ("shape", 1, 2),
]


@pytest.mark.parametrize(("name", "left", "right"), ACCEPTED)
def test_a_rule_accepts_what_it_names_from_both_sides(name: str, left: Field, right: Field) -> None:
    for one, other in ((left, right), (right, left)):
        found = compare(
            [write(body(one))], [write(body(other))], settings=ComparisonSettings(rules=(rule(name),))
        )
        assert (found.differences, found.equal) == ((), 1)
        assert found.hits == (RuleHit(name, "body.v", 1),)
        without = compare([write(body(one))], [write(body(other))])
        assert (len(without.differences), without.equal, without.hits) == (1, 0, ())


@pytest.mark.parametrize(("name", "left", "right"), REFUSED)
def test_a_rule_accepts_nothing_beyond(name: str, left: Field, right: Field) -> None:
    for one, other in ((left, right), (right, left)):
        found = compare(
            [write(body(one))], [write(body(other))], settings=ComparisonSettings(rules=(rule(name),))
        )
        assert (len(found.differences), found.hits) == (1, ())


def test_every_rule_for_fields_is_tried() -> None:
    fields = {name for name, one in RULES.items() if one.scope == "field"}
    assert {row[0] for row in ACCEPTED} == {row[0] for row in REFUSED} == fields


def one_rule(*arguments: Any) -> ComparisonSettings:
    return ComparisonSettings(rules=(rule(*arguments),))


def test_a_rule_holds_only_where_it_is_declared() -> None:
    left, right = [write({"v": None, "w": None})], [write({})]
    assert [one.path for one in compare(left, right, settings=one_rule("null-is-absent")).differences] == [
        "body.w"
    ]
    elsewhere = one_rule("null-is-absent", "body.*", "POST https://crm.example/**")
    assert len(compare(left, right, settings=elsewhere).differences) == 2
    here = one_rule("null-is-absent", "body.*", "* https://erp.example/**")
    assert compare(left, right, settings=here).differences == ()


def test_numbers_that_are_spelled_otherwise_are_one_number_and_counted() -> None:
    def sent(text: str) -> list[Write]:
        return [write(value((("content-type", "application/json"),), text.encode()))]

    found = compare(sent('{"a": [0.10, 1e2]}'), sent('{"a": [0.1, 100.0]}'))
    assert (found.differences, found.hits) == ((), (RuleHit("number-spelling", "body.a[*]", 2),))
    for one, other in (
        ("1.0", "1"),
        ("0.1", "0.10000000000000001"),
        ("1e400", "1e401"),
        ("0.0", "-0.0"),
        ("-0", "0"),
    ):
        assert len(compare(sent(f"[{one}]"), sent(f"[{other}]")).differences) == 1


def test_a_list_may_be_declared_to_have_no_order() -> None:
    left, right = [write({"tags": ["a", "b", "c"]})], [write({"tags": ["c", "a", "b"]})]
    for at in ("body.tags", "body.tags[*]"):
        assert compare(left, right, settings=one_rule("list-order", at)).differences == ()
    worse = [write({"tags": ["c", "a", "x"]})]
    found = compare(left, worse, settings=one_rule("list-order", "body.tags")).differences
    assert {one.kind for one in found} <= {"missing", "extra", "different"}
    assert found


def test_a_query_may_be_declared_to_have_no_order() -> None:
    def to(query: str) -> list[Write]:
        return [write({"id": 1}, url=f"https://erp.example/v1/orders?{query}")]

    settings = one_rule("query-order")
    assert compare(to("a=1&b=2"), to("b=2&a=1"), settings=settings).differences == ()
    assert len(compare(to("a=1&b=2"), to("b=2&a=3"), settings=settings).differences) == 1
    assert len(compare(to("a=1&a=2"), to("a=2&a=1"), settings=settings).differences) == 1


def updates(*names: str) -> list[Write]:
    """Writes such as `a1`: the state 1 of record a."""
    return numbered([write({"orderId": name[0], "state": name[1:]}) for name in names])


KEYED = BusinessKey(operation=ERP, key=("body.orderId",))


@pytest.mark.parametrize(
    ("left", "right", "moved", "by_rule"),
    [
        ("a1 b1 c1", "c1 b1 a1", 0, 2),
        ("a1 b1 a2", "b1 a1 a2", 0, 1),
        ("a1 b1 a2", "a2 b1 a1", 1, 1),
        ("a1 a2", "a2 a1", 1, 0),
        ("a1 a2 b1 b2", "b1 b2 a1 a2", 0, 2),
        ("a1 a2 b1 b2", "b1 b2 a2 a1", 1, 1),
    ],
)
def test_order_counts_among_writes_of_one_business_key(
    left: str, right: str, moved: int, by_rule: int
) -> None:
    settings = ComparisonSettings(keys=(KEYED,), rules=(rule("write-order"),))
    found = compare(updates(*left.split()), updates(*right.split()), settings=settings)
    assert len(found.differences) == moved
    assert any(getattr(one, "same_key", False) for one in found.differences) == (moved > 0)
    assert sum(hit.count for hit in found.hits) == by_rule
    without = compare(
        updates(*left.split()), updates(*right.split()), settings=ComparisonSettings(keys=(KEYED,))
    )
    assert {one.kind for one in without.differences} == {"reordered"}


def test_order_counts_where_no_business_key_is_known() -> None:
    left, right = [write({"state": n}) for n in (1, 2)], [write({"state": n}) for n in (2, 1)]
    assert len(compare(left, right, settings=one_rule("write-order")).differences) == 1
    found = compare(updates("a1", "b1"), updates("b1", "a1"), settings=one_rule("write-order"))
    assert (found.differences, [str(key) for key in found.paired_by]) == (
        (),
        [f"{ERP}: by body.orderId (found)"],
    )


def test_several_fields_may_be_the_business_key_together() -> None:
    bodies: list[Json] = [{"orderNo": no, "lineNo": line, "v": no * line} for no in (1, 2) for line in (1, 2)]
    lines = [write(body, url="https://erp.example/v1/order-items") for body in bodies]
    found = compare(lines, lines[::-1], settings=one_rule("write-order", None, "POST https://erp.example/**"))
    assert found.differences == ()
    assert [str(key) for key in found.paired_by] == [
        "POST https://erp.example/v1/order-items: by body.lineNo and body.orderNo (found)"
    ]
    # Below `/orders` they would be several writes of one order.
    orders = list(map(write, bodies))
    moved = compare(orders, orders[::-1], settings=one_rule("write-order")).differences
    assert {getattr(one, "same_key", False) for one in moved} == {True}
    same = [write({"orderNo": 1, "v": n}) for n in (1, 2, 3)]
    assert len(compare(same, same[::-1], settings=one_rule("write-order")).differences) == 2


def kinds(found: Comparison) -> list[str]:
    return [one.kind for one in found.differences]


def test_records_are_paired_by_the_business_key_that_is_named_and_by_nothing_else() -> None:
    left = [
        write({"line": 1, "order": {"no": "A"}, "v": 1}),
        write({"line": 2, "order": {"no": "A"}, "v": 2}),
    ]
    right = [
        write({"line": 3, "order": {"no": "A"}, "v": 1}),
        write({"line": 1, "order": {"no": "A"}, "v": 2}),
    ]
    key = ComparisonSettings(keys=(BusinessKey(operation=ERP, key=("body.order.no", "body.line")),))
    assert sorted(kinds(compare(left, right))) == ["different", "different"]
    found = compare(left, right, settings=key)
    assert sorted(kinds(found)) == ["different", "extra", "missing"]
    assert [str(one) for one in found.paired_by] == [f"{ERP}: by body.order.no and body.line (named)"]
    twice = [left[0], replace(left[0], body={"line": 1, "order": {"no": "A"}, "v": 9})]
    assert kinds(compare(twice, twice[:1], settings=key)) == ["missing"]


def test_batches_that_are_declared_may_fall_otherwise_after_a_review() -> None:
    left, right = batches(contacts(), 4), batches(contacts(), 5)
    declared = ComparisonSettings(batches=(Batch(operation=f"POST {BULK}", records="body.members"),))
    found = compare(left, right, settings=declared)
    assert (found.differences, [str(one) for one in found.batch_sizes]) == (
        (),
        [f"POST {BULK}: records in batches of [4, 4, 3] became [5, 5, 1]"],
    )
    legs = [LegResult("legacy", "completed", tuple(left)), LegResult("node-red", "completed", tuple(right))]
    assert [(r.verdict.name, r.code) for r in judge(legs, settings=declared).reasons] == [
        ("REVIEW", "batch-size")
    ]
    assert [(r.verdict.name, r.code) for r in judge(legs).reasons] == [("FAIL", "writes-differ")]
    allowed = one_rule("batch-size", None, f"POST {BULK}")
    found = compare(left, right, settings=allowed)
    assert (found.differences, found.batch_sizes) == ((), ())
    assert found.hits == (RuleHit("batch-size", f"POST {BULK}", 1),)
    assert judge(legs, settings=allowed).reasons == ()


def test_where_batches_of_another_size_stand_among_other_writes_is_not_known() -> None:
    def among(size: int) -> list[Write]:
        sent = batches(contacts(), size)
        return numbered([sent[0], write({"id": 1}), *sent[1:], write({"id": 2})])

    allowed = one_rule("batch-size", None, f"POST {BULK}")
    found = compare(among(4), among(5), settings=allowed)
    assert (found.differences, [one.kind for one in found.unverifiable]) == ((), ["unverifiable"])
    apart = [write({"id": 1}), *batches(contacts(), 4)], [write({"id": 1}), *batches(contacts(), 5)]
    assert compare(*apart, settings=allowed).unverifiable == ()


def test_records_of_batches_are_paired_by_their_business_key() -> None:
    left = batches([{"no": n, "v": n % 2} for n in range(6)], 3)
    right = batches([{"no": n + 1, "v": n % 2} for n in range(6)], 2)
    key = ComparisonSettings(keys=(BusinessKey(operation=f"POST {BULK}", key=("body.members.no",)),))
    found = kinds(compare(left, right, settings=key))
    assert (found.count("missing"), found.count("extra"), found.count("different")) == (1, 1, 5)


def test_rules_that_were_not_needed_are_listed() -> None:
    settings = ComparisonSettings(rules=(rule("null-is-absent"), rule("case")))
    legs = [
        LegResult(name, "completed", (write(body(field)),))
        for name, field in (("legacy", None), ("node-red", ABSENT))
    ]
    judgement = judge(legs, settings=settings)
    assert judgement.verdict.name == "PASS"
    assert [str(one) for one in judgement.unused_rules] == ["case at body.v (Ann: agreed)"]


@pytest.mark.parametrize(
    ("pattern", "keys", "fits"),
    [
        ("body.a", ("body", "a"), True),
        ("body.a", ("body", "a", "b"), False),
        ("body.*", ("body", "a"), True),
        ("body.*", ("body", 0), False),
        ("body.lines[*].price", ("body", "lines", 3, "price"), True),
        ("body.lines[2].price", ("body", "lines", 3, "price"), False),
        ("body.**.at", ("body", "a", 1, "at"), True),
        ("**.at", ("at",), True),
        ("**", ("headers", "date"), True),
        ('body["a.b"]', ("body", "a.b"), True),
        ("headers.x-id", ("headers", "x-id"), True),
    ],
)
def test_a_path_means(pattern: str, keys: tuple[str | int, ...], fits: bool) -> None:
    assert FieldPattern(pattern).fits(keys) is fits


@pytest.mark.parametrize(
    ("pattern", "operation", "fits"),
    [
        (ERP, ERP, True),
        (ERP, ERP + "/1", False),
        (ERP + "/*", ERP + "/1", True),
        (ERP + "/*", ERP + "/1/lines", False),
        (ERP + "/**", ERP + "/1/lines", True),
        ("* https://erp.example/**", ERP, True),
        ("FILE *.csv", "FILE open.csv", True),
        ("ANSWER POST /in", "ANSWER POST /in", True),
    ],
)
def test_an_operation_means(pattern: str, operation: str, fits: bool) -> None:
    assert OperationPattern(pattern).fits(operation) is fits


GOOD = """comparison:
  keys:
    - operation: POST https://erp.example/v1/orders
      key: [body.order.no, body.line]
  batches:
    - operation: POST https://mail.example/lists/*/members
      records: body.members
  rules:
    - rule: null-is-absent
      at: body.customer.*
      operation: POST https://erp.example/**
      reason: the receiver's interface says so
      owner: Ann
"""


def test_the_section_is_read(tmp_path: Path) -> None:
    file = tmp_path / "hubshift.yaml"
    file.write_text(GOOD, encoding="utf-8")
    settings = project_of(file).comparison
    assert settings.keys[0].paths == (("order", "no"), ("line",))
    assert settings.batches[0].path == ("members",)
    assert str(settings.rules[0]) == (
        "null-is-absent at body.customer.* of POST https://erp.example/** (Ann: the receiver's interface says so)"
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("null-is-absent", "null-is-nothing", 9, "/comparison/rules/0/rule: is no rule that is known here; there are"),
        ("      owner: Ann\n", "", 9, "/comparison/rules/0/owner: is missing"),
        ("at: body.customer.*", "at: body..x", 10, "/comparison/rules/0/at: is no path such as"),
        ("operation: POST https://erp.example/**", "operation: orders", 11,
         "/comparison/rules/0/operation: is no operation such as"),
        ("rule: null-is-absent", "rule: batch-size", 9, "/comparison/rules/0: batch-size holds for an operation"),
        ("      at: body.customer.*\n", "", 9, "/comparison/rules/0: null-is-absent holds at fields: it needs `at`"),
        ("  batches:", "  sizes:", 5, "/comparison/sizes: is no key that is known here"),
        ("[body.order.no, body.line]", "['body.lines[0]']", 4, "/comparison/keys/0/key/0: is no path of names in"),
        ("key: [body.order.no, body.line]", "key: []", 4, "/comparison/keys/0/key: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(
    old: str, new: str, line: int, fault: str, tmp_path: Path
) -> None:
    file = tmp_path / "hubshift.yaml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        project_of(file)
    assert str(refused.value).startswith(f"{file}:{line}: {fault}")
