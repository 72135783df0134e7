"""Errors on the real Node-RED are handled where the reference runner handles them, request by request."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from migrate.model import (
    AnyStep,
    Block,
    Branch,
    Check,
    Fail,
    Filter,
    Handler,
    Loop,
    LoopExit,
    LoopUpdate,
    LoopVariable,
    Read,
    Reference,
    Route,
    Split,
    Stop,
    Try,
    Unmapped,
    Write,
)
from migrate.model.steps import map_blocks
from migrate.reference import run as run_reference
from migrate.reference.transport import RequestsTransport
from tests.unit.node_red_emitter.conftest import ENVIRONMENT, Asked, Ran, Reply, Server
from tests.unit.node_red_emitter.models import (
    body,
    call,
    const,
    header,
    in_path,
    integration,
    item,
    loop_value,
    member,
    query,
    read,
    result,
    translate,
    value,
    write,
)
from tests.unit.reference.test_tries import CASES

pytestmark = pytest.mark.engine
Run = Callable[..., Ran]

ODD = (
    b'{"big": 1152921504606846976, "rate": 10.0, "map": {"2": 1, "1": -0.0}, "constructor": {"__proto__": 1}}'
)


def at(url: str, block: Block) -> Block:
    """The steps with all requests to one server."""

    def moved(step: AnyStep) -> AnyStep:
        if isinstance(step, Read | Write):
            return step.model_copy(update={"operation": step.operation.model_copy(update={"server": url})})
        return map_blocks(step, lambda inner: at(url, inner))

    return tuple(map(moved, block))


def vendor(asked: Asked) -> Reply | None:
    """Answers 200 with odd values, 422 to the content "refused", and not at all to "lost"."""
    if asked.body == b'"lost"' or asked.target == "/lost":
        return None
    if asked.target == "/cut":
        return Reply(b"[1", headers=(("Content-Type", "application/json"), ("Content-Length", "9")))
    if asked.target == "/text":
        return Reply(b"no json")
    return Reply(ODD, 422 if asked.body == b'"refused"' or asked.target == "/refused" else 200)


@pytest.fixture
def agree(run: Run, server: Server) -> Callable[..., list[Any]]:
    """Runs a model on the reference and on Node-RED; both send the same and end alike. Returns what was written."""
    server.rule = vendor

    def agree_(*steps: AnyStep) -> list[Any]:
        model = integration(*at(server.url, steps))
        with RequestsTransport() as transport:
            wanted = run_reference(model, ENVIRONMENT, transport)
        sent = server.taken()
        ran = run(model)
        assert ran.asked == sent, ran.sentence
        kind = wanted.reason.partition(": ")[0] if wanted.failed else ""
        assert (ran.ok, ran.status, kind in ran.sentence) == (not wanted.failed, int(wanted.failed), True), (
            f"{wanted.reason!r} on the reference, on Node-RED: {ran.sentence}"
        )
        return [json.loads(asked.body) for asked in sent if asked.method != "GET"]

    return agree_


def attempt(id: str, *steps: AnyStep, **handlers: tuple[AnyStep, ...]) -> Try:
    """A try whose handlers are named by one kind each, `any` for all, dots written as `_`."""
    made = tuple(
        Handler(errors=() if kind == "any" else (kind.replace("_", "."),), steps=inner)
        for kind, inner in handlers.items()
    )
    return Try(id=id, steps=steps, handlers=made)


def say(id: str, content: Any) -> Write:
    return write(id, "POST", "", "/", json=content)


def part(step: str, name: Any) -> Reference:
    return Reference(step=step, part=name)


def bad(id: str, function: str = "python.integer", *arguments: Any) -> Check:
    return Check(id=id, expressions=(call(function, *(arguments or ("x",))),))


@pytest.mark.parametrize("steps", [row[1] for row in CASES], ids=[row[0] for row in CASES])
def test_each_case_of_the_reference_runs_alike(agree: Callable[..., list[Any]], steps: Block) -> None:
    agree(*steps)


KINDS: list[tuple[str, AnyStep]] = [
    ("ValueError", bad("f")),
    ("ValueError", bad("f", "python.split", "a", "")),
    ("TypeError", bad("f", "python.add", 1, "a")),
    ("KeyError", bad("f", "python.member", {"a": 1}, "b")),
    ("IndexError", bad("f", "python.member", [1], 1)),
    ("AttributeError", bad("f", "python.strip", 1)),
    ("ZeroDivisionError", bad("f", "python.divide", 1, 0)),
    ("OverflowError", bad("f", "python.float", 10**400)),
    ("TypeError", Filter(id="f", condition=const(1))),
    ("TypeError", Split(id="f", over=const("ab"), steps=())),
    ("TypeError", Route(id="f", branches=(Branch(when=const(None), steps=()),))),
    ("TypeError", read("f", "", "/{id}", in_path("id", 1))),
    ("requests.InvalidHeader", read("f", "", "/", header("X-Key", 1))),
    ("requests.InvalidHeader", read("f", "", "/", header("X-Key", " a\n"))),
    ("UnicodeEncodeError", read("f", "", "/", header("X-Key", "€"))),
    ("UnicodeEncodeError", read("f", "", "/", query("q", "\ud800"))),
    ("requests.InvalidJSONError", say("f", float("nan"))),
    ("ValueError", read("f", "", "/", timeout_seconds=0.0)),
    ("requests.HTTPError", read("f", "", "/refused")),
    ("requests.ConnectionError", read("f", "", "/lost")),
    ("requests.ChunkedEncodingError", read("f", "", "/cut")),
    ("requests.JSONDecodeError", Check(id="f", expressions=(body("text"),))),
    ("Gap", Fail(id="f", error="Gap", reason="an error of the script's own")),
    ("sync.SyncError", Fail(id="f", error="sync.SyncError", reason="line one\nReferenceError: line two")),
]


@pytest.mark.parametrize(("kind", "step"), KINDS, ids=[f"{at}-{row[0]}" for at, row in enumerate(KINDS)])
def test_a_kind_of_error_has_the_name_that_the_reference_gives_it(
    agree: Callable[..., list[Any]], kind: str, step: AnyStep
) -> None:
    once = Split(
        id="once",
        over=value([1]),
        steps=(attempt("try", step, any=(say("kind", part("try", "error")),)),),
    )
    assert agree(read("text", "", "/text"), once) == [kind]


GENERAL: list[tuple[str, AnyStep]] = [
    ("LookupError", bad("f", "python.member", [1], 1)),
    ("ArithmeticError", bad("f", "python.divide", 1, 0)),
    ("ValueError", read("f", "", "/", query("q", "\ud800"))),
    ("OSError", read("f", "", "/lost")),
    ("requests.RequestException", read("f", "", "/refused")),
    ("json.JSONDecodeError", Check(id="f", expressions=(body("text"),))),
    ("requests.ConnectionError", read("f", "", "/refused")),
    ("RuntimeError", Fail(id="f", error="NotImplementedError", reason="not yet")),
    ("Exception", Fail(id="f", error="SyncError", reason="a class of the script, of which nothing is known")),
]


@pytest.mark.parametrize(("kind", "step"), GENERAL, ids=[row[0] for row in GENERAL])
def test_a_handler_takes_the_special_cases_of_its_kinds(
    agree: Callable[..., list[Any]], kind: str, step: AnyStep
) -> None:
    handlers = (
        Handler(errors=("StopIteration", kind), steps=(say("h", kind),)),
        Handler(steps=(say("o", 0),)),
    )
    agree(read("text", "", "/text"), Try(id="try", steps=(step,), handlers=handlers))


def test_a_refused_connection_and_a_name_that_nobody_has_are_connection_errors(
    run: Run, server: Server
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
    steps = [
        attempt(
            f"try{number}",
            read(f"r{number}", url, "/"),
            requests_ConnectionError=(write(f"w{number}", "POST", server.url, f"/{number}"),),
        )
        for number, url in enumerate((closed, "http://name.invalid"))
    ]
    ran = run(integration(*steps))
    assert ([asked.target for asked in ran.asked], ran.sentence) == (
        ["/0", "/1"],
        "The flow ended without error.",
    )


@pytest.mark.parametrize(
    "kinds", [("requests.ConnectTimeout", "requests.ReadTimeout"), ("requests.ReadTimeout",)]
)
def test_a_timeout_is_handled_where_all_its_kinds_are_handled_alike(
    run: Run, server: Server, kinds: tuple[str, ...]
) -> None:
    released = threading.Event()

    def rule(asked: Asked) -> Reply:
        if asked.target == "/slow":
            released.wait(10)
        return Reply()

    server.rule = rule
    step = Try(
        id="try",
        steps=(read("slow", server.url, "/slow", timeout_seconds=0.5),),
        handlers=(
            Handler(errors=kinds, steps=(write("h", "POST", server.url, "/handled"),)),
            Handler(steps=()),
        ),
    )
    ran = run(integration(step))
    released.set()
    handled = "/handled" in {asked.target for asked in ran.asked}
    assert (handled, ran.ok) == ((True, True) if len(kinds) > 1 else (False, False)), ran.sentence
    if not handled:
        assert "Gap: the error is one of requests.ConnectTimeout, requests.ReadTimeout" in ran.sentence


def test_the_number_of_the_handler_that_ran_is_a_result(agree: Callable[..., list[Any]]) -> None:
    fine, wrong = Check(id="fine", expressions=()), bad("wrong")
    steps: list[AnyStep] = []
    for step in (fine, wrong, Fail(id="missing", error="KeyError", reason="k")):
        steps.append(attempt(f"try_{step.id}", step, ValueError=(), KeyError=()))
        steps.append(say(f"after_{step.id}", call("python.text", part(f"try_{step.id}", "handler"))))
    assert agree(*steps) == ["None", "1", "2"]


def test_an_error_for_each_of_many_items_is_caught_each_time(agree: Callable[..., list[Any]]) -> None:
    loop = Split(
        id="each",
        over=value(["refused"] * 12 + ["a", "lost"]),
        steps=(
            attempt("try", say("w", item("each")), any=(say("h", part("try", "error")),)),
            say("after", part("try", "failed")),
        ),
    )
    assert agree(loop)[-3:] == ["lost", "requests.ConnectionError", True]


def test_results_and_loops_are_those_at_the_moment_of_the_error(agree: Callable[..., list[Any]]) -> None:
    """Node-RED copies the message where an error is caught: numbers, orders of keys and loops must survive."""
    every = [body("odd"), result("t"), loop_value("each", "kept"), item("each")]
    kept = call("python.add", loop_value("each", "kept"), value([member(body("odd"), "rate"), body("odd")]))
    loop = Split(
        id="each",
        over=value([body("odd"), "refused", 10.0, {"7": 1, "__proto__": 2**60}]),
        variables=(LoopVariable(name="kept", initial=value([2**70, -0.0]), next=kept),),
        steps=(
            attempt("try", say("w", item("each")), bad("f"), any=(say("h", every),)),
            say("after", [*every, part("try", "error")]),
        ),
    )
    steps = (
        read("odd", "", "/odd"),
        translate("t", {"big": member(body("odd"), "big"), "7": 1, "x": body("odd")}),
    )
    sent = agree(*steps, attempt("outer", loop, bad("last"), any=(say("o", every),)), say("end", every))
    assert sent[-1][2][:2] == [2**70, -0.0]


def test_a_loop_that_an_error_leaves_keeps_the_values_of_its_last_pass(
    agree: Callable[..., list[Any]],
) -> None:
    count = loop_value("loop", "n")
    loop = Loop(
        id="loop",
        condition=call("python.less", count, 9),
        variables=(LoopVariable(name="n", initial=const(0), next=call("python.add", count, 1)),),
        steps=(
            say("w", count),
            Check(id="c", expressions=(call("python.divide", 1, call("python.subtract", 3, count)),)),
        ),
    )
    handled = attempt("try", loop, ZeroDivisionError=(say("h", count),))
    assert agree(handled, say("end", count)) == [0, 1, 2, 3, 3, 3]


def test_filters_and_exits_leave_tries_and_handlers(agree: Callable[..., list[Any]]) -> None:
    odd = call("python.equals", item("each"), "odd")
    loop = Split(
        id="each",
        over=value(["a", "odd", "refused", "b", "lost", "c"]),
        variables=(LoopVariable(name="end", initial=const("none"), next=value([item("each")])),),
        steps=(
            attempt(
                "try",
                attempt(
                    "inner",
                    Filter(id="skip", condition=call("not", odd)),
                    say("w", item("each")),
                    KeyError=(),
                ),
                requests_HTTPError=(Filter(id="next", condition=const(False)),),
                requests_ConnectionError=(
                    LoopExit(id="leave", updates=(LoopUpdate(name="end", value=part("try", "error")),)),
                ),
            ),
            say("done", loop_value("each", "end")),
        ),
    )
    sent = agree(loop, say("end", loop_value("each", "end")))
    assert sent == ["a", "none", "refused", "b", ["refused"], "lost", "requests.ConnectionError"]


def test_errors_in_handlers_go_out_by_one_try_after_the_other(agree: Callable[..., list[Any]]) -> None:
    inner = attempt(
        "inner", bad("f"), any=(say("i", part("inner", "error")), bad("g", "python.divide", 1, 0))
    )
    saved = attempt("saved", Fail(id="again", again="middle"), KeyError=(say("no", "no"),))
    middle = attempt("middle", inner, ZeroDivisionError=(say("m", part("middle", "error")), saved))
    outer = attempt("outer", middle, say("never", 1), KeyError=(), ZeroDivisionError=(say("o", "outer"),))
    parts = ("failed", "handler", "error")
    states = [part(name, which) for name in ("inner", "middle", "saved", "outer") for which in parts]
    assert agree(outer, say("end", states))[-1] == [
        *(True, 1, "ValueError", True, 1, "ZeroDivisionError"),
        *(False, None, None, True, 2, "ZeroDivisionError"),
    ]


def test_a_request_in_a_handler_fails_further_out(agree: Callable[..., list[Any]]) -> None:
    inner = attempt("inner", say("w", "refused"), any=(say("l", "lost"), say("never", 1)))
    assert (
        agree(attempt("outer", inner, any=(say("o", part("outer", "error")),)))[-1]
        == "requests.ConnectionError"
    )


def test_a_gap_within_tries_ends_the_run(run: Run, server: Server) -> None:
    gap = Check(id="gap", expressions=(Unmapped(code="HS103", reason="not known"),))
    inner = attempt("inner", gap, any=(write("h", "POST", server.url, "/"),))
    ran = run(integration(attempt("outer", inner, any=(write("o", "POST", server.url, "/"),))))
    assert (ran.ok, ran.asked) == (False, [])
    assert ran.sentence == "The flow failed in Check gap: Unmapped: HS103: not known"


def test_tries_without_steps_or_handlers_are_passed(agree: Callable[..., list[Any]]) -> None:
    bare = Try(id="bare", steps=(say("w", 1),), handlers=())
    nothing = attempt("nothing", any=(say("h", 2),))
    stopped = attempt("stopped", Stop(id="stop", failed=False, reason=""), any=(say("i", 3),))
    assert agree(bare, nothing, say("x", 4), stopped, say("y", 5)) == [1, 4]
    failing = Try(id="failing", steps=(bad("f"),), handlers=())
    assert agree(attempt("outer", failing, any=(say("o", part("outer", "error")),))) == ["ValueError"]


UNSURE: list[tuple[str, AnyStep, Any]] = [
    ("an answer", read("maybe", "", "/odd"), member(body("maybe"), "rate")),
    ("a record", translate("maybe", {"a": [1]}), result("maybe")),
    ("an item", Split(id="maybe", over=value([1]), steps=()), item("maybe")),
    (
        "a loop variable",
        Loop(
            id="maybe",
            condition=const(False),
            variables=(LoopVariable(name="n", initial=const(1), next=const(2)),),
            steps=(),
        ),
        loop_value("maybe", "n"),
    ),
    ("a try", attempt("maybe", bad("f"), any=()), part("maybe", "error")),
]


@pytest.mark.parametrize("fails", [True, False], ids=["not-run", "run"])
@pytest.mark.parametrize(("step", "used"), [row[1:] for row in UNSURE], ids=[row[0] for row in UNSURE])
def test_what_a_step_that_has_not_run_would_have_left_is_a_name_error(
    agree: Callable[..., list[Any]], step: AnyStep, used: Any, fails: bool
) -> None:
    first = attempt("first", *((bad("g"),) if fails else ()), step, any=())
    after = attempt("after", say("use", used), NameError=(say("h", part("after", "error")),))
    sent = agree(first, after, Split(id="empty", over=value([]), steps=()), say("last", item("empty")))
    assert (sent == ["NameError"]) is fails
