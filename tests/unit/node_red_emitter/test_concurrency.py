"""Splits whose items run at the same time, on the real Node-RED: as many as may be, each its own, results in order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Literal

import pytest

from migrate.model import Handler, LoopVariable, Reference, Split, Try
from tests.unit.node_red_emitter.conftest import Asked, Ran, Reply, Server
from tests.unit.node_red_emitter.models import (
    body,
    call,
    in_path,
    integration,
    item,
    loop_value,
    member,
    read,
    text,
    value,
    write,
)

pytestmark = pytest.mark.engine
Run = Callable[..., Ran]


class Turnstile:
    """Answers when as many as are expected at the same time are there; the numbers 2 and 5 are refused."""

    def __init__(self, together: int, count: int) -> None:
        self.together, self.count = together, count
        self.arrived = self.open = self.most = 0
        self.changed = threading.Condition()

    def __call__(self, asked: Asked) -> Reply:
        number = asked.target.rpartition("/")[2]
        if asked.method != "GET":
            return Reply()
        with self.changed:
            self.arrived += 1
            self.open += 1
            self.most = max(self.most, self.open)
            self.changed.notify_all()
            batch = min(-(-self.arrived // self.together) * self.together, self.count)
            assert self.changed.wait_for(lambda: self.arrived >= batch, timeout=30)
            self.open -= 1
        return Reply(json.dumps({"n": number}).encode(), 500 if number in ("2", "5") else 200)


def gather(server: Server, concurrency: int | Literal["unbounded"], count: int) -> Split:
    asked = read("ask", server.url, "/n/{n}", in_path("n", text(item("each"))))
    told = write(
        "tell", "POST", server.url, "/told", json={"item": item("each"), "n": member(body("ask"), "n")}
    )
    failed = Reference(step="try", part="failed")
    pair = call("python.tuple", failed, item("each"))
    return Split(
        id="each",
        over=value(list(range(count))),
        concurrency=concurrency,
        variables=(
            LoopVariable(
                name="results",
                initial=value([]),
                next=call("python.add", loop_value("each", "results"), value([pair])),
            ),
        ),
        steps=(Try(id="try", steps=(asked, told), handlers=(Handler(steps=()),)),),
    )


@pytest.mark.parametrize(
    ("concurrency", "count", "most"), [(3, 7, 3), ("unbounded", 5, 5), (4, 2, 2), (4, 0, 0)]
)
def test_as_many_as_may_be_are_open_and_results_stand_in_the_order_of_the_list(
    run: Run, server: Server, concurrency: int | Literal["unbounded"], count: int, most: int
) -> None:
    turnstile = Turnstile(most or 1, count)
    server.rule = turnstile
    done = write("done", "POST", server.url, "/done", json={"results": loop_value("each", "results")})
    ran = run(integration(gather(server, concurrency, count), done))
    assert ran.sentence == "The flow ended without error."
    assert turnstile.most == most
    sent = [json.loads(one.body) for one in ran.asked if one.method == "POST"]
    expected = [number for number in range(count) if number not in (2, 5)]
    assert sorted(one["item"] for one in sent[:-1]) == expected
    assert all(one["n"] == str(one["item"]) for one in sent[:-1])
    assert sent[-1] == {"results": [[number in (2, 5), number] for number in range(count)]}
