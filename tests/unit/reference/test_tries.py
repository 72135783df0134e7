"""Errors are handled by the innermost try that names their kind, and only there."""

from __future__ import annotations

import pytest

from migrate.model import (
    AnyStep,
    Call,
    Check,
    Constant,
    Expression,
    Fail,
    Filter,
    Handler,
    HttpOperation,
    Integration,
    LoopExit,
    Milestone,
    Reference,
    SequenceExpression,
    Split,
    StatusRule,
    Stop,
    Try,
    UnmappedStep,
    Write,
)
from migrate.model.operations import Body
from migrate.model.values import Value
from migrate.reference import MalformedModelError, run
from migrate.reference.exchange import Answer, Request, TransportError


class Vendor:
    """Answers 200, but 422 to the content "refused", and not at all to "lost"; keeps what was written."""

    def __init__(self) -> None:
        self.written: list[Value] = []

    def send(self, request: Request) -> Answer:
        self.written.append(request.content)
        if request.content == "lost":
            raise TransportError("requests.ConnectionError")
        status = 422 if request.content == "refused" else 200
        return Answer(status, {}, b"{}", lambda: "{}", dict)


def write(id: str, content: Expression | str) -> Write:
    """A write that fails with an error status."""
    value = Constant(value=content) if isinstance(content, str) else content
    return Write(
        id=id,
        operation=HttpOperation(
            client="requests",
            method="POST",
            server="https://a.example",
            path="/",
            body=Body(encoder="requests.json", content=value),
            on_status=(StatusRule(first=400, last=599, action="abort"),),
        ),
    )


def attempt(*steps: AnyStep, id: str = "try", **handlers: tuple[AnyStep, ...]) -> Try:
    """A try whose handlers are named by one kind each, `any` for all, dots written as `_`."""
    made = tuple(
        Handler(errors=() if kind == "any" else (kind.replace("_", "."),), steps=inner)
        for kind, inner in handlers.items()
    )
    return Try(id=id, steps=steps, handlers=made)


def bad_number(id: str = "number") -> Check:
    argument = Constant(value="x")
    return Check(id=id, expressions=(Call(function="python.integer", arguments=(argument,)),))


def milestone(number: int, of: str = "try") -> Milestone:
    return Milestone(id=f"{of}_{number}", attempt=of, number=number)


REACHED = Reference(step="try", part="reached")


def outcome(*steps: AnyStep) -> tuple[list[Value], bool, str]:
    vendor = Vendor()
    integration = Integration(id="i", name="i", steps=steps, sources=())
    ended = run(integration, {}, vendor)
    return vendor.written, ended.failed, ended.reason


AFTER = write("after", "after")
CASES: list[tuple[str, tuple[AnyStep, ...], tuple[list[Value], bool, str]]] = [
    ("without an error no handler runs",
     (attempt(write("a", "a"), any=(write("h", "handled"),)), AFTER), (["a", "after"], False, "")),
    ("what was sent before the error stays sent, what follows it is skipped",
     (attempt(write("a", "a"), bad_number(), write("b", "b"), any=(write("h", "handled"),)), AFTER),
     (["a", "handled", "after"], False, "")),
    ("the first handler that names the kind runs",
     (attempt(bad_number(), KeyError=(write("k", "key"),), ValueError=(write("v", "value"),),
              any=(write("h", "any"),)), AFTER), (["value", "after"], False, "")),
    ("a kind that none names goes further out",
     (attempt(attempt(bad_number(), id="inner", KeyError=()), any=(write("h", "outer"),)), AFTER),
     (["outer", "after"], False, "")),
    ("a kind that nobody names ends the run",
     (attempt(bad_number(), KeyError=()), AFTER), ([], True, "ValueError: python.integer(text)")),
    ("an error status is an error of the client",
     (attempt(write("r", "refused"), requests_HTTPError=(write("h", "handled"),)), AFTER),
     (["refused", "handled", "after"], False, "")),
    ("a lost connection is another one",
     (attempt(write("l", "lost"), requests_HTTPError=(), requests_ConnectionError=(write("h", "handled"),)),),
     (["lost", "handled"], False, "")),
    ("an error in a handler is not handled by its own try",
     (attempt(bad_number(), any=(bad_number("again"),)), AFTER),
     ([], True, "ValueError: python.integer(text)")),
    ("an error raised again keeps its kind",
     (attempt(attempt(bad_number(), id="inner", any=(write("h", "seen"), Fail(id="again", again="inner"))),
              ValueError=(write("o", "outer"),)),), (["seen", "outer"], False, "")),
    ("an error of the script's own has its name",
     (attempt(Fail(id="f", error="SyncError", reason="no rows"), SyncError=(write("h", "handled"),)),),
     (["handled"], False, "")),
    ("an error of the script that nothing handles ends the run",
     (Fail(id="f", error="SyncError", reason="no rows"), AFTER), ([], True, "SyncError: no rows")),
    ("a stop passes all handlers",
     (attempt(Stop(id="s", failed=True, reason="exit"), any=(write("h", "handled"),)), AFTER),
     ([], True, "exit")),
    ("a gap passes all handlers",
     (attempt(UnmappedStep(id="u", code="HS101", reason="eval"), any=(write("h", "handled"),)), AFTER),
     ([], True, "HS101: eval")),
    ("the result says whether and how it failed",
     (attempt(bad_number(), any=()), write("w", Reference(step="try", part="error")),
      attempt(id="fine", any=()), write("x", Reference(step="fine", part="failed"))),
     (["ValueError", False], False, "")),
    ("the result says how far the steps came",
     (attempt(milestone(1), milestone(2), bad_number(), milestone(3), any=(write("h", REACHED),)),
      write("w", REACHED)), ([2, 2], False, "")),
    ("without an error it says so too, and before the first milestone it is 0",
     (attempt(write("a", REACHED), milestone(1), any=()), write("w", REACHED)), ([0, 1], False, "")),
    ("a milestone within an inner try is that of the try that it names",
     (attempt(milestone(1), attempt(milestone(2), milestone(5, "inner"), bad_number(), id="inner", any=()),
              bad_number("again"), any=()),
      write("w", REACHED), write("x", Reference(step="inner", part="reached"))), ([2, 5], False, "")),
    ("a try that begins anew has come to no milestone yet",
     (Split(id="each", over=SequenceExpression(items=(Constant(value=1), Constant(value=2))),
            steps=(attempt(write("a", REACHED), milestone(1), bad_number(), any=()),)),),
     ([0, 0], False, "")),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_tries(steps: tuple[AnyStep, ...], expected: tuple[list[Value], bool, str]) -> None:
    assert outcome(*steps) == expected


def test_filters_and_exits_leave_a_try_as_they_leave_other_blocks() -> None:
    item = Reference(step="each", part="item")
    bad = Call(function="python.equals", arguments=(item, Constant(value="refused")))
    handled = attempt(
        write("w", item),
        requests_HTTPError=(Filter(id="next", condition=Constant(value=False)),),
        requests_ConnectionError=(LoopExit(id="leave"),),
    )
    items = ("a", "refused", "b", "lost", "c")
    over = SequenceExpression(items=tuple(Constant(value=one) for one in items))
    loop = Split(id="each", over=over, steps=(handled, write("done", "done")))
    assert outcome(loop, Check(id="c", expressions=(bad,)), AFTER) == (
        ["a", "done", "refused", "b", "done", "lost", "after"],
        False,
        "",
    )


def test_an_error_is_raised_again_from_its_own_handler_only() -> None:
    with pytest.raises(MalformedModelError, match="step again: no handler of try around it"):
        outcome(attempt(Fail(id="again", again="try"), any=()))


def test_a_milestone_stands_among_the_steps_of_its_try() -> None:
    with pytest.raises(MalformedModelError, match="step try_1: a milestone outside of the steps of try"):
        outcome(attempt(bad_number(), any=(milestone(1),)))
