"""The reference runner does what the docstrings of the model say, and nothing is ever guessed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from migrate.model import (
    AnyStep,
    ApiKey,
    Body,
    Branch,
    Call,
    Check,
    Choice,
    Constant,
    Entry,
    Expression,
    Filter,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Integration,
    Loop,
    LoopExit,
    LoopUpdate,
    LoopValue,
    LoopVariable,
    MappingRule,
    Parameter,
    Read,
    RecordExpression,
    Reference,
    Route,
    Secret,
    SecretReference,
    SequenceExpression,
    Split,
    StatusRule,
    Stop,
    Translate,
    Unmapped,
    UnmappedStep,
    Variable,
    VariableReference,
    Write,
)
from migrate.model.values import Value
from migrate.reference import MalformedModelError, RunnerLimitError, RunOutcome, run
from migrate.reference.exchange import Answer, Request, TransportError


@dataclass
class Scripted:
    """Answers with the given bodies in turn (then `{}`), and keeps what it was asked."""

    bodies: list[bytes] = field(default_factory=list)
    status: int = 200
    error: str | None = None
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.error:
            raise TransportError(self.error)
        content = self.bodies.pop(0) if self.bodies else b"{}"
        return Answer(
            self.status, {"x-page": "1"}, content, lambda: content.decode(), lambda: json.loads(content)
        )

    @property
    def written(self) -> list[Value]:
        return [request.content for request in self.requests if request.method == "POST"]


def call(function: str, *arguments: Expression) -> Call:
    return Call(function=function, arguments=arguments)


def const(value: bool | int | float | str | None) -> Constant:
    return Constant(value=value)


def numbers(*values: int) -> SequenceExpression:
    return SequenceExpression(items=tuple(map(const, values)))


def read(id: str = "read", **operation: object) -> Read:
    return Read(id=id, operation=_operation("GET", **operation))


def write(content: Expression, id: str = "write", **operation: object) -> Write:
    body = Body(encoder="requests.json", content=content)
    return Write(id=id, operation=_operation("POST", body=body, **operation))


def _operation(method: str, **fields: object) -> HttpOperation:
    defaults = {
        "client": "requests",
        "server": "https://a.example",
        "path": "/x",
        "decoder": "requests.json_answer",
    }
    return HttpOperation.model_validate({**defaults, "method": method, **fields})


def integration(*steps: AnyStep, **fields: object) -> Integration:
    base: dict[str, object] = {"id": "i", "name": "i", "sources": (), "steps": steps}
    return Integration.model_validate({**base, **fields})


def outcome_of(
    *steps: AnyStep,
    transport: Scripted | None = None,
    environment: dict[str, str] | None = None,
    **fields: object,
) -> tuple[RunOutcome, Scripted]:
    transport = transport or Scripted()
    return run(integration(*steps, **fields), environment or {}, transport), transport


ITEM = Reference(step="split", part="item")
ONE_TO_THREE = numbers(1, 2, 3)


def split(*steps: AnyStep, over: Expression = ONE_TO_THREE, variables: Iterable[LoopVariable] = ()) -> Split:
    return Split(id="split", over=over, steps=steps, variables=tuple(variables))


def value(name: str, loop: str = "loop") -> LoopValue:
    return LoopValue(loop=loop, name=name)


def counter(name: str = "n", step: int = 1) -> LoopVariable:
    return LoopVariable(name=name, initial=const(0), next=call("python.add", value(name), const(step)))


def test_steps_run_in_order_and_a_split_visits_its_items_in_order() -> None:
    outcome, transport = outcome_of(split(write(ITEM)), write(const("end"), id="last"))
    assert (outcome, transport.written) == (RunOutcome(False, "", requests=4), [1, 2, 3, "end"])


def test_a_filter_skips_the_rest_of_the_pass_even_from_inside_a_route() -> None:
    two = call("python.equals", ITEM, const(2))
    inner = Filter(id="filter", condition=call("not", two))
    route = Route(id="route", branches=(Branch(when=const(True), steps=(inner,)),))
    assert outcome_of(split(route, write(ITEM)))[1].written == [1, 3]


def test_the_next_values_are_computed_after_a_filter_and_all_from_the_old_ones() -> None:
    swap = (
        LoopVariable(name="a", initial=const(1), next=value("b", "split")),
        LoopVariable(name="b", initial=const(2), next=value("a", "split")),
    )
    skip = Filter(id="filter", condition=const(False))
    after = SequenceExpression(items=(value("a", "split"), value("b", "split")))
    assert outcome_of(split(skip, variables=swap), write(after))[1].written == [[2, 1]]


def test_a_loop_tests_before_each_pass_and_keeps_its_last_value() -> None:
    loop = Loop(
        id="loop",
        condition=call("python.less", value("n"), const(3)),
        variables=(counter(),),
        steps=(write(value("n")),),
    )
    assert outcome_of(loop, write(value("n"), id="after"))[1].written == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("updates", "last"),
    [((), 2), ((LoopUpdate(name="n", value=call("python.add", value("n"), const(10))),), 12)],
)
def test_an_exit_keeps_the_values_of_the_passs_beginning_unless_it_updates_them(
    updates: tuple[LoopUpdate, ...], last: int
) -> None:
    leave = Branch(
        when=call("python.equals", value("n"), const(2)), steps=(LoopExit(id="exit", updates=updates),)
    )
    loop = Loop(
        id="loop", variables=(counter(),), steps=(Route(id="route", branches=(leave,)), write(value("n")))
    )
    assert outcome_of(loop, write(value("n"), id="after"))[1].written == [0, 1, last]


def test_an_exit_leaves_the_innermost_loop_only() -> None:
    inner = Loop(id="inner", steps=(write(ITEM), LoopExit(id="exit")))
    assert outcome_of(split(inner))[1].written == [1, 2, 3]


def test_a_stop_inside_loops_ends_the_run_with_its_step_and_reason() -> None:
    inner = Loop(id="loop", steps=(write(ITEM), Stop(id="stop", failed=False, reason="nothing left")))
    outcome, transport = outcome_of(split(inner), write(const("never"), id="never"))
    assert outcome == RunOutcome(False, "nothing left", False, "stop", 1)
    assert transport.written == [1]


def test_a_route_takes_the_first_true_branch_else_otherwise() -> None:
    branches = (
        Branch(when=call("python.equals", ITEM, const(1)), steps=(write(const("one"), id="w1"),)),
        Branch(when=call("python.less", ITEM, const(3)), steps=(write(const("few"), id="w2"),)),
    )
    route = Route(id="route", branches=branches, otherwise=(write(const("many"), id="w3"),))
    assert outcome_of(split(route))[1].written == ["one", "few", "many"]


def test_a_translate_creates_the_records_on_the_way_and_never_changes_an_answer() -> None:
    rules = (
        MappingRule(id="r1", target=("copy",), value=Reference(step="read", part="body")),
        MappingRule(id="r2", target=("copy", "new"), value=const(1)),
        MappingRule(id="r3", target=("a", "b", "c"), value=const(2)),
        MappingRule(
            id="r4", target=("gone",), value=Unmapped(code="HS103", reason="never read"), when=const(False)
        ),
        MappingRule(id="r5", target=("original",), value=Reference(step="read", part="body")),
    )
    steps = (read(), Translate(id="t", rules=rules), write(Reference(step="t", part="value")))
    _, transport = outcome_of(*steps, transport=Scripted([b'{"old":0}']))
    assert json.dumps(transport.written) == json.dumps(
        [{"copy": {"old": 0, "new": 1}, "a": {"b": {"c": 2}}, "original": {"old": 0}}]
    )


def test_a_body_is_decoded_at_its_first_use_and_not_before() -> None:
    broken = Scripted([b"<html>"])
    assert not outcome_of(read(), transport=broken)[0].failed
    outcome, _ = outcome_of(
        read(),
        Check(id="use", expressions=(Reference(step="read", part="body"),)),
        transport=Scripted([b"<html>"]),
    )
    assert (outcome.failed, outcome.step, outcome.reason) == (
        True,
        "use",
        "json.JSONDecodeError: the body is refused by requests.json_answer",
    )


def test_a_reference_means_the_latest_result_and_headers_have_lower_case_names() -> None:
    parts = SequenceExpression(
        items=tuple(Reference(step="read", part=part) for part in ("status", "headers", "body", "text"))
    )
    steps = (split(read()), write(parts))
    _, transport = outcome_of(*steps, transport=Scripted([b"1", b"2", b"3.0"]))
    assert transport.written == [[200, {"x-page": "1"}, 3.0, "3.0"]]


@pytest.mark.parametrize(
    ("status", "failed"), [(399, False), (400, True), (499, True), (500, True), (599, True), (600, False)]
)
def test_a_status_rule_aborts_the_run_inside_its_bounds(status: int, failed: bool) -> None:
    rule = StatusRule(first=400, last=599, action="abort")
    outcome, transport = outcome_of(
        read(on_status=(rule,)), write(const(1)), transport=Scripted(status=status)
    )
    assert (outcome.failed, transport.written) == ((True, []) if failed else (False, [1]))


def test_a_request_is_filled_in_once_and_its_parameters_keep_their_order_and_types() -> None:
    parameters = (
        Parameter(name="base", location="path", value=VariableReference(name="BASE")),
        Parameter(name="id", location="path", value=const("{base}/ü")),
        Parameter(name="n", location="query", value=const(1)),
        Parameter(name="none", location="query", value=const(None)),
        Parameter(name="X-Kind", location="header", value=const("k")),
    )
    step = read(
        server="{base}", path="/m/{id}/{other}?a=1",
        parameters=parameters, security=("bearer", "key", "basic"),
        timeout_seconds=3.5, follow_redirects=False, verify_tls=False,
    )  # fmt: skip
    _, transport = outcome_of(
        step,
        environment={"T": "token", "U": "user"},
        variables=(Variable(name="BASE", storage="env", default="https://b.example", required=False),),
        secrets=(Secret(name="T", storage="env"), Secret(name="U", storage="env")),
        security_schemes=(
            HttpBearer(id="bearer", secret="T"),
            ApiKey(id="key", name="X-Api-Key", prefix="Token ", secret="T"),
            HttpBasic(id="basic", user=SecretReference(name="U"), password=SecretReference(name="T")),
        ),
    )
    assert transport.requests == [
        Request(
            client="requests",
            method="GET",
            url="https://b.example/m/{base}/ü/{other}?a=1",
            query=(("n", 1), ("none", None)),
            headers=(("X-Kind", "k"), ("Authorization", "Bearer token"), ("X-Api-Key", "Token token")),
            credentials=("user", "token"),
            timeout_seconds=3.5,
            follow_redirects=False,
            verify_tls=False,
        )
    ]


def _translate(*rules: MappingRule) -> Translate:
    return Translate(id="t", rules=rules)


FAILURES: list[tuple[str, tuple[AnyStep, ...], str]] = [
    ("a step that has not run", (
        Route(id="route", branches=(Branch(when=const(False), steps=(read(),)),)),
        Check(id="c", expressions=(Reference(step="read", part="status"),))),
     "NameError: the step read has not run"),
    ("a loop that has not run", (
        Route(id="route", branches=(Branch(when=const(False), steps=(
            Loop(id="loop", variables=(counter(),), steps=()),)),)),
        Check(id="c", expressions=(value("n"),))),
     "NameError: the loop loop has not run"),
    ("a variable that is not set", (Check(id="c", expressions=(VariableReference(name="V"),)),),
     "KeyError: the variable V is not set"),
    ("a secret that is not set", (Check(id="c", expressions=(SecretReference(name="S"),)),),
     "KeyError: the secret S is not set"),
    ("a split over no list", (split(over=const("abc")),), "TypeError: a split over text, not list"),
    ("a path parameter that is no text", (
        read(path="/{id}", parameters=(Parameter(name="id", location="path", value=const(7)),)),),
     "TypeError: the path parameter id is integer, not text"),
    ("a filter that is no boolean", (split(Filter(id="f", condition=const(1))),),
     "TypeError: a condition is integer, not boolean"),
    ("a rule into what is no record", (_translate(
        MappingRule(id="r1", target=("a",), value=const(1)),
        MappingRule(id="r2", target=("a", "b"), value=const(1))),),
     "TypeError: the rule r2 sets a key of integer"),
    ("a function that fails", (Check(id="c", expressions=(call("python.integer", const("s3cret")),)),),
     "ValueError: python.integer(text)"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "reason"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_a_run_fails_at(steps: tuple[AnyStep, ...], reason: str) -> None:
    outcome, transport = outcome_of(
        *steps,
        write(const("never"), id="never"),
        variables=(Variable(name="V", storage="env"),),
        secrets=(Secret(name="S", storage="env"),),
    )
    assert (outcome.failed, outcome.unmapped, outcome.reason) == (True, False, reason)
    assert transport.written == []


def test_a_variable_that_need_not_be_set_is_null() -> None:
    optional = Variable(name="V", storage="env", required=False)
    step = write(VariableReference(name="V"))
    assert outcome_of(step, variables=(optional,))[1].written == [None]
    assert outcome_of(step, variables=(optional,), environment={"V": ""})[1].written == [""]


@pytest.mark.parametrize(
    "step",
    [
        UnmappedStep(id="gap", code="HS101", reason="a with block"),
        Check(id="gap", expressions=(Unmapped(code="HS101", reason="a with block"),)),
    ],
)
def test_a_run_that_comes_to_a_gap_ends_there(step: AnyStep) -> None:
    outcome, transport = outcome_of(step, write(const(1)))
    assert outcome == RunOutcome(True, "HS101: a with block", True, "gap", 0)
    assert transport.written == []


def test_a_request_that_cannot_be_sent_fails_the_run_with_the_clients_name_for_it() -> None:
    outcome, _ = outcome_of(read(), transport=Scripted(error="ConnectTimeout"))
    assert (outcome.failed, outcome.reason, outcome.step) == (True, "ConnectTimeout", "read")


def test_a_loop_without_end_is_the_runners_limit_and_no_failure_of_the_script() -> None:
    endless = integration(Loop(id="loop", steps=(read(),)))
    with pytest.raises(RunnerLimitError, match="step read: more than 5 requests"):
        run(endless, {}, Scripted(), max_requests=5)


def test_expressions_nested_too_deeply_are_the_runners_limit() -> None:
    deep: Expression = const("x")
    for _ in range(5000):
        deep = Call.model_construct(function="concat", arguments=(deep,))
    step = Check.model_construct(id="deep", expressions=(deep,))
    with pytest.raises(RunnerLimitError, match="nested too deeply"):
        run(Integration.model_construct(id="i", name="i", steps=(step,), sources=()), {}, Scripted())


HEADER = Parameter(name="X-Kind", location="header", value=const("a"))
PAGE = Parameter(name="page", location="query", value=const(1))
MALFORMED: list[tuple[AnyStep, str]] = [
    (Check(id="c", expressions=(call("python.nothing"),)), "step c: no function python.nothing"),
    (Check(id="c", expressions=(call("not"),)), "step c: not does not take 0 arguments"),
    (Check(id="c", expressions=(VariableReference(name="V"),)), "step c: no variable V"),
    (Check(id="c", expressions=(SecretReference(name="S"),)), "step c: no secret S"),
    (Check(id="c", expressions=(Reference(step="s", part="body"),)), "step c: no step s"),
    (Check(id="c", expressions=(Reference(step="c", part="body"),)), "step c: the check c has no body"),
    (Check(id="c", expressions=(value("n"),)), "step c: no loop loop"),
    (Loop(id="loop", steps=(Check(id="c", expressions=(value("n"),)),)),
     "step c: the loop loop has no variable n"),
    (Loop(id="c", steps=(LoopExit(id="c"),)), "step c: the id is used 2 times"),
    (LoopExit(id="e"), "step e: loop-exit outside of a split or loop"),
    (Filter(id="f", condition=const(True)), "step f: filter outside of a split or loop"),
    (Loop(id="l", steps=(LoopExit(id="e", updates=(LoopUpdate(name="n", value=const(1)),)),)),
     "step e: the loop l has no variable n"),
    (read("r", security=("basic",)), "step r: no security scheme basic"),
    (read("r", decoder="xml"), "step r: no decoder xml"),
    (read("r", body=Body(encoder="requests.json_answer", content=const(1))), "step r: no encoder requests.json_answer"),
    (read("r", parameters=(HEADER, PAGE)),
     "step r: parameters in another order than path, query, header, in which they are evaluated"),
    (read("r", client="httpx", decoder=None, parameters=(PAGE, PAGE)),
     "step r: a query parameter that stands twice, which httpx sends once"),
    (Translate(id="t", rules=(MappingRule(id="r", target=(), value=const(1)),)), "rule r: no target"),
    (Translate(id="t", rules=(MappingRule(id="r", target=("a",), value=const(1)),) * 2),
     "rule r: the id is used 2 times"),
    (Translate(id="t", rules=(MappingRule(id="t", target=("a",), value=const(1)),)), "step t: the id is used 2 times"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "message"), MALFORMED, ids=[row[1] for row in MALFORMED])
def test_a_malformed_model_is_refused_before_anything_is_sent(step: AnyStep, message: str) -> None:
    transport = Scripted()
    with pytest.raises(MalformedModelError) as caught:
        run(integration(read("first"), step), {}, transport)
    assert (str(caught.value), transport.requests) == (message, [])


SCHEMES: list[tuple[dict[str, object], str]] = [
    ({"kind": "http-bearer", "secret": "S"}, "no secret S"),
    ({"kind": "api-key", "name": "X-Key", "secret": "S"}, "no secret S"),
    (
        {"kind": "http-basic", "user": VariableReference(name="V"), "password": SecretReference(name="S")},
        "no variable V; security scheme s: no secret S",
    ),
]


@pytest.mark.parametrize(("scheme", "message"), SCHEMES, ids=[row[1] for row in SCHEMES])
def test_a_security_scheme_names_what_is_there(scheme: dict[str, object], message: str) -> None:
    transport = Scripted()
    with pytest.raises(MalformedModelError) as caught:
        run(integration(read("r"), security_schemes=({"id": "s", **scheme},)), {}, transport)
    assert (str(caught.value), transport.requests) == (f"security scheme s: {message}", [])


def test_a_body_without_decoder_cannot_be_referred_to() -> None:
    use = Check(id="c", expressions=(Reference(step="read", part="body"),))
    with pytest.raises(MalformedModelError, match="step c: the body of read has no decoder"):
        run(integration(read(decoder=None), use), {}, Scripted())


def test_conditions_of_entries_and_choices_decide_what_is_evaluated() -> None:
    gap = Unmapped(code="HS103", reason="never read")
    record = RecordExpression(
        entries=(
            Entry(key="a", value=const(1)),
            Entry(key="b", value=gap, when=const(False)),
            Entry(key="a", value=Choice(test=const(False), then=gap, otherwise=const(2))),
        )
    )
    assert outcome_of(write(record))[1].written == [{"a": 2}]
