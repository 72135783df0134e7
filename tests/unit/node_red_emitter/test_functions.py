"""Every kernel function, as it is emitted, on odd values: the reference and JavaScript agree."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from emitters.node_red import install, patterns
from emitters.node_red.codecs import CODECS
from emitters.node_red.expressions_javascript import JavaScript
from emitters.node_red.flow_library import on_start
from emitters.node_red.functions import LOWERINGS
from emitters.node_red.operations import DIALECTS
from migrate.model import (
    Choice,
    Constant,
    Entry,
    Expression,
    Lookup,
    LookupCase,
    RecordExpression,
    Unmapped,
    codecs,
)
from migrate.model.clients import CLIENTS
from migrate.model.functions import FUNCTIONS
from migrate.model.values import ErrorValue, EvaluationError, UnmappedReached, type_name
from tests.unit.model import times
from tests.unit.model.values import ODD, calls
from tests.unit.node_red_emitter.models import call, const, integration, value

DRIVER = """
const crypto = require("crypto");
const process = globalThis.process;
const store = new Map();
const flow = { set: (name, value) => store.set(name, value), get: (name) => store.get(name) };
const env = { get: () => undefined };
LIBRARY
const py = flow.get("python");
const answers = [TEXTS].map((compute) => {
  try {
    return py.stringify(compute(), true);
  } catch (error) {
    return `! ${error.code || error.message.split(":")[0]}\n${error.message}`;
  }
});
process.stdout.write(JSON.stringify(answers));
"""
pytestmark = pytest.mark.engine


def evaluated(expressions: list[Expression]) -> list[str]:
    """What the emitted texts give under Node: JSON as Python writes it, or kind and message on two lines."""
    if missing := install.missing():
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(missing)
    texts = []
    for expression in expressions:
        javascript = JavaScript(integration())
        text = javascript.value(expression)
        texts.append(f"() => {{ {javascript.declarations()} return {text}; }}")
    script = DRIVER.replace("TEXTS", ",\n".join(texts))
    script = script.replace("LIBRARY", on_start(script))
    node = install.node()
    assert node is not None
    done = subprocess.run([node, "-"], input=script, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    answers: list[str] = json.loads(done.stdout)
    return answers


def test_a_function_without_a_lowering_is_a_stated_loss() -> None:
    for name in sorted(FUNCTIONS.keys() - LOWERINGS.keys()):
        javascript = JavaScript(integration())
        javascript.value(call(name, *(const(None) for _ in range(FUNCTIONS[name].minimum))))
        assert javascript.reasons == [f"the function {name} has no exact counterpart on Node-RED"]


@pytest.mark.parametrize("name", sorted(LOWERINGS.keys() - patterns.FUNCTIONS))
def test_the_emitted_function_is_the_reference_or_refuses_by_name(name: str) -> None:
    cases = [case for case in calls(name) if not (name == "identical_type" and not isinstance(case[1], str))]
    if name == "python.zero_fill":
        cases = [case for case in cases if case[1] != 2**60]  # more zeros than memory holds
    if name == "identical_type":
        cases += [(each, type_) for each in ODD for type_ in {type_name(odd) for odd in ODD}]
    makes_times = any(isinstance(made, date | timedelta) for made in made_of(name, cases))
    wrong, refused = compared(name, cases) if makes_times else compared_as_json(name, cases)
    assert not wrong, "\n".join(wrong[:20])
    assert refused * 4 <= len(cases), f"{refused} of {len(cases)} refused"
    assert not refused or LOWERINGS[name].limits, f"{refused} refused, which the table does not say"


def made_of(name: str, cases: list[tuple[Any, ...]]) -> Iterator[object]:
    """What the reference makes of cases, errors left out."""
    for case in cases:
        with contextlib.suppress(EvaluationError, UnmappedReached):
            yield FUNCTIONS[name](*case)


def compared_as_json(name: str, cases: list[tuple[Any, ...]]) -> tuple[list[str], int]:
    """Where JavaScript makes other JSON than the reference, and how often it refuses."""
    wrong, refused = [], 0
    called: list[Expression] = [call(name, *map(value, case)) for case in cases]
    if FUNCTIONS[name].result == "bytes":  # which JSON cannot hold
        called = [call("python.hex", one) for one in called]
    for case, answer in zip(cases, evaluated(called), strict=True):
        try:
            made: object = FUNCTIONS[name](*case)
            if isinstance(made, ErrorValue):
                raise UnmappedReached  # it can be kept, and that is all
            wanted = json.dumps(made.hex() if isinstance(made, bytes) else made)
        except EvaluationError as error:
            wanted = f"! {error.kind}"
        except UnmappedReached:
            wanted = "! Gap"
        got = answer.partition("\n")[0]
        refused += got == "! Gap" != wanted
        if got not in (wanted, "! Gap"):
            wrong.append(f"{name}{case!r}: {wanted} in Python, {answer} in JavaScript")
    return wrong, refused


@pytest.mark.parametrize("name", [name for name in sorted(FUNCTIONS) if any(times.cases(name))])
def test_dates_and_times_are_those_of_the_reference_or_are_refused_by_name(
    in_zone: Callable[[str], None], name: str
) -> None:
    in_zone("UTC")
    cases = list(times.cases(name))
    wrong, refused = compared(name, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)}\n" + "\n".join(wrong[:20])
    assert refused * 3 <= len(cases), f"{refused} of {len(cases)} refused"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("name", ["python.at_offset", "python.timestamp", "python.local_from_timestamp"])
def test_local_times_are_those_of_the_zone_or_are_refused_by_name(
    in_zone: Callable[[str], None], name: str, zone: str
) -> None:
    in_zone(zone)
    cases = list(times.cases(name))
    wrong, refused = compared(name, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)}\n" + "\n".join(wrong[:20])
    assert refused < len(cases)


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts this process, and those that it starts, into a time zone."""

    def put(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


def compared(name: str, cases: list[tuple[Any, ...]]) -> tuple[list[str], int]:
    """Where JavaScript makes something else than the reference, and how often it refuses."""
    wrong, refused = [], 0
    written: list[Expression] = [
        call("python.representation", call(name, *map(value, case))) for case in cases
    ]
    for case, answer in zip(cases, evaluated(written), strict=True):
        try:
            wanted = json.dumps(repr(FUNCTIONS[name](*case)))
        except EvaluationError as error:
            wanted = f"! {error.kind}"
        except UnmappedReached:
            wanted = "! Gap"
        got = answer.partition("\n")[0]
        refused += got == "! Gap" != wanted
        if got not in (wanted, "! Gap"):
            wrong.append(f"{name}{case!r}: {wanted} in Python, {answer} in JavaScript")
    return wrong, refused


def test_the_table_of_codecs_names_those_that_requests_are_emitted_with() -> None:
    assert CODECS.keys() <= codecs.CODECS.keys()
    known = [one for one in CLIENTS.values() if not one.is_only_named]
    assert all(CODECS.keys() >= one.encoders | {one.decoder} for one in known)
    assert DIALECTS.keys() == CLIENTS.keys()


@pytest.mark.parametrize("constant", ODD, ids=repr)
def test_a_constant_is_itself(constant: Any) -> None:
    assert evaluated([value(constant)]) == [json.dumps(constant)]


def test_expressions_are_lazy_where_the_model_is() -> None:
    gap = Unmapped(code="HS103", reason="never")
    rows = (LookupCase(key=const(1), value=gap), LookupCase(key=const("a"), value=const(2)))
    cases: list[tuple[Expression, str]] = [
        (Choice(test=const(True), then=const(1), otherwise=gap), "1"),
        (Choice(test=const(False), then=const(1), otherwise=gap), "Unmapped: HS103: never"),
        (
            Choice(test=const(0), then=const(1), otherwise=const(2)),
            "TypeError: a condition is int, not bool",
        ),
        (Lookup(cases=rows, key=const("a"), otherwise=gap), "2"),
        (Lookup(cases=rows, key=const(True), otherwise=const(3)), "Unmapped: HS103: never"),
        (Lookup(cases=rows, key=const("b")), "KeyError: 'b'"),
        (Lookup(cases=rows, key=value([])), "TypeError: unhashable type: 'list'"),
        (Lookup(cases=rows, key=const("c"), otherwise=value({})), "{}"),
        (Lookup(table="class", cases=rows[1:], key=const("b"), otherwise=const(None)), "null"),
        (Lookup(table="T", cases=(LookupCase(key=const(1), value=const(1)),), key=const(1.0)), "1"),
        (RecordExpression(entries=(Entry(key="a", value=gap, when=const(False)),)), "{}"),
        (RecordExpression(entries=(Entry(key="1", value=gap, when=const(False)),)), "{}"),
        (value({"b": {"2": 1, "1": 2}, "__proto__": []}), '{"b": {"2": 1, "1": 2}, "__proto__": []}'),
    ]
    answers = evaluated([expression for expression, _ in cases])
    assert [answer.partition("\n")[2] or answer for answer in answers] == [wanted for _, wanted in cases]


def test_a_constant_keeps_its_type() -> None:
    assert evaluated([call("identical_type", Constant(value=10.0), "float")]) == ["true"]
