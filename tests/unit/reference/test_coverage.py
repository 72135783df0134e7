"""What a run goes through is counted: each way that it can take, what lies behind it, one sample for each rule."""

from __future__ import annotations

import json

from migrate.model import (
    AnyStep,
    Branch,
    Call,
    Choice,
    Constant,
    Entry,
    Expression,
    Filter,
    Handler,
    HttpOperation,
    Integration,
    Lookup,
    LookupCase,
    MappingRule,
    RecordExpression,
    Reference,
    Route,
    SequenceExpression,
    Split,
    StatusRule,
    Translate,
    Try,
    Write,
)
from migrate.reference import run
from migrate.reference.coverage import Tally
from migrate.reference.exchange import Answer, Request
from migrate.reference.observed import Observed, lines_of, observed
from migrate.reference.samples import LONGEST, Sample, Samples

ITEM = Reference(step="each", part="item")


def const(value: str | int | None) -> Constant:
    return Constant(value=value)


def member(key: str) -> Expression:
    return Call(function="python.get", arguments=(ITEM, const(key)))


def equals(key: str, value: str) -> Expression:
    return Call(function="python.equals", arguments=(member(key), const(value)))


class Answers:
    """Answers with the given statuses in turn."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)

    def send(self, request: Request) -> Answer:
        return Answer(self.statuses.pop(0), {}, b"{}", lambda: "{}", dict)


STATUS = Lookup(
    table="STATUS",
    key=member("status"),
    cases=(
        LookupCase(key=const("on"), value=const("active")),
        LookupCase(key=const("off"), value=const("idle")),
    ),
    otherwise=const("unknown"),
)
NAME = Choice(test=equals("name", ""), then=const(None), otherwise=member("name"))
TAGGED = RecordExpression(entries=(Entry(key="tag", value=const(1), when=equals("tag", "yes")),))
PUT = HttpOperation(
    client="requests",
    method="PUT",
    server="https://a.example",
    path="/x",
    on_status=(StatusRule(first=400, last=599, action="abort"),),
)
STEPS: tuple[AnyStep, ...] = (
    Filter(id="keep", condition=equals("keep", "yes")),
    Translate(
        id="map",
        rules=(
            MappingRule(id="map.status", target=("status",), value=STATUS),
            MappingRule(id="map.name", target=("name",), value=NAME),
            MappingRule(id="map.more", target=("more",), value=TAGGED, when=equals("status", "on")),
        ),
    ),
    Try(
        id="try",
        steps=(Write(id="put", operation=PUT),),
        handlers=(Handler(errors=("requests.HTTPError",), steps=()), Handler(steps=())),
    ),
    Route(id="route", branches=(Branch(when=equals("status", "off"), steps=()),)),
)


def seen(*items: dict[str, str], statuses: tuple[int, ...] = ()) -> Observed:
    records = (
        RecordExpression(entries=tuple(Entry(key=key, value=const(value)) for key, value in one.items()))
        for one in items
    )
    split = Split(id="each", over=SequenceExpression(items=tuple(records)), steps=STEPS)
    integration = Integration(id="i", name="i", steps=(split,), sources=())
    tally = Tally()
    run(integration, {}, Answers(*statuses), tally=tally)
    found = observed("\n".join(map(json.dumps, lines_of(tally, integration))), integration)
    assert found is not None
    return found


def rows(found: Observed) -> list[str]:
    return [
        f"{times} {point.kind} {point.owner}: {point.text}: {point.way}"
        + ("" if point.inside is None or found.points[point.inside][1] else " (behind)")
        for point, times in found.points
    ]


def test_each_way_of_a_run_is_counted() -> None:
    found = seen(
        {"keep": "yes", "status": "on", "name": "Ada", "tag": "yes"},
        {"keep": "yes", "status": "on", "name": "", "tag": "no"},
        {"keep": "no"},
        {"keep": "yes", "status": "?", "name": "Bo"},
        statuses=(200, 500, 200),
    )
    assert rows(found) == [
        "1 step each: split: ran",
        "0 passes each: split: no pass",
        "0 passes each: split: one pass",
        "1 passes each: split: several passes",
        "4 step keep: filter: ran",
        '3 branch keep: (each.item.get("keep") == "yes"): true',
        '1 branch keep: (each.item.get("keep") == "yes"): false',
        "3 step map: translate: ran",
        "3 rule map.status: status: set",
        '2 lookup map.status: STATUS: "on"',
        '0 lookup map.status: STATUS: "off"',
        "1 lookup map.status: STATUS: any other key",
        "3 rule map.name: name: set",
        '1 branch map.name: (each.item.get("name") == ""): true',
        '2 branch map.name: (each.item.get("name") == ""): false',
        '1 branch map.more: (each.item.get("status") == "on"): false',
        "2 rule map.more: more: set",
        '1 branch map.more: (each.item.get("tag") == "yes"): true',
        '1 branch map.more: (each.item.get("tag") == "yes"): false',
        "3 step try: try: ran",
        "3 step put: write: ran",
        "1 error answer put: status 400 to 599: answered",
        "2 handler try: no error: taken",
        "1 handler try: after requests.HTTPError: taken",
        "0 handler try: after any error: taken",
        "3 step route: route: ran",
        '0 branch route: (each.item.get("status") == "off"): true',
        '3 branch route: (each.item.get("status") == "off"): none is true',
    ]
    assert found.nulls == {"map.name": 1}
    assert found.samples["map.name"] == Sample((('each.item.get("name")', '"Ada"'),), '"Ada"')
    assert found.samples["map.status"] == Sample((('each.item.get("status")', '"on"'),), '"active"')


def test_what_lies_behind_a_way_never_taken_says_so() -> None:
    assert [row for row in rows(seen({"keep": "no"})) if "behind" not in row] == [
        "1 step each: split: ran",
        "0 passes each: split: no pass",
        "1 passes each: split: one pass",
        "0 passes each: split: several passes",
        "1 step keep: filter: ran",
        '0 branch keep: (each.item.get("keep") == "yes"): true',
        '1 branch keep: (each.item.get("keep") == "yes"): false',
    ]


def test_an_output_of_another_model_or_cut_off_says_nothing() -> None:
    integration = Integration(id="i", name="i", steps=STEPS, sources=())
    samples, counts = map(json.dumps, lines_of(Tally(), integration))
    whole = observed(f"{samples}\n{counts}\n", integration)
    assert whole is not None
    assert observed(f"{samples[9:]}\n{counts}\n", integration) == whole
    assert observed(f"{samples}\n{counts[9:]}\n", integration) is None
    assert observed(counts, integration.model_copy(update={"steps": STEPS[:1]})) is None


def test_a_sample_is_whole_or_not_there_and_null_gives_way_to_a_value() -> None:
    samples = Samples()
    rule = MappingRule(id="r", target=("r",), value=member("r"))
    for value in (None, "x" * LONGEST, "y"):
        samples.take(rule, value, lambda part, value=value: value)  # type: ignore[misc]
    assert samples.by_rule == {"r": Sample((('each.item.get("r")', "null"),), "null")}
    other = rule.model_copy(update={"id": "other"})
    for value in (None, "y", "z"):
        samples.take(other, value, lambda part, value=value: value)  # type: ignore[misc]
    assert samples.by_rule["other"] == Sample((('each.item.get("r")', '"y"'),), '"y"')
