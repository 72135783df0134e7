"""One step kind after the other on the real Node-RED."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from migrate.model import (
    AnyStep,
    Branch,
    Call,
    Check,
    Choice,
    Entry,
    Excerpt,
    Filter,
    Loop,
    LoopVariable,
    RecordExpression,
    Route,
    SecretReference,
    Split,
    Stop,
    Unmapped,
    UnmappedStep,
    VariableReference,
)
from tests.unit.node_red_emitter.conftest import Ran, Reply, Server
from tests.unit.node_red_emitter.models import (
    body,
    call,
    const,
    get,
    header,
    integration,
    item,
    line,
    loop_value,
    member,
    read,
    result,
    translate,
    value,
    variable,
    write,
)

pytestmark = pytest.mark.engine
Run = Callable[..., Ran]

DOCUMENT = (
    b'{"id": 1152921504606846976, "rate": 10.0, "big": 1e5, "cents": 2.675, "none": null,'
    b' "empty": "", "list": [], "one": [null], "nested": [[1], []], "constructor": "c", "10": 1, "__proto__":'
    b' {"2": "b", "1": "a"}, "9": 2, "text": "\xc3\xa9\xf0\x9f\x99\x82\\u2028\\ud800", "true": true}'
)


def bodies(ran: Ran) -> list[str]:
    return [asked.body.decode() for asked in ran.asked if asked.method != "GET"]


def test_read_keeps_every_value_and_write_sends_it_as_python_does(run: Run, server: Server) -> None:
    server.rule = lambda _: Reply(DOCUMENT)
    with requests.Session() as session:
        session.trust_env = False
        got = session.get(server.url + "/x").json()
        session.post(server.url + "/y", json={"got": got})
    wanted = server.taken()
    ran = run(
        integration(
            read("x", server.url, "/x"), write("y", "POST", server.url, "/y", json={"got": body("x")})
        )
    )
    assert (ran.sentence, ran.asked) == ("The flow ended without error.", wanted)


def test_translate_sets_fields_in_order_leaves_out_and_chooses_lazily(run: Run, server: Server) -> None:
    server.rule = lambda _: Reply(b'{"a": 1, "on": true, "off": false}')
    a, missing = member(body("x"), "a"), member(body("x"), "nope")
    lazily = Choice(test=member(body("x"), "on"), then=a, otherwise=missing)
    entries = (
        Entry(key="there", value=a, when=member(body("x"), "on")),
        Entry(key="not", value=missing, when=member(body("x"), "off")),
        Entry(key="there", value=const(2)),
    )
    ran = run(
        integration(
            read("x", server.url, "/x"),
            translate(
                "t",
                {"z": lazily, "in.b": a, "y": RecordExpression(entries=entries), "in.a": [a], "no": missing},
                no=member(body("x"), "off"),
            ),
            translate(
                "u", {"7": a, "in.2": a, "in.1": missing, "in.c": a, "__proto__": a}, **{"in.1": const(False)}
            ),
            write("y", "POST", server.url, "/y", json=[result("t"), result("u")]),
        )
    )
    assert ran.ok, ran.sentence
    assert bodies(ran) == [
        '[{"z": 1, "in": {"b": 1, "a": [1]}, "y": {"there": 2}},'
        ' {"7": 1, "in": {"2": 1, "c": 1}, "__proto__": 1}]'
    ]


def test_a_mapping_of_constants_and_copies_is_a_change_node_that_changes_nothing(
    run: Run, server: Server
) -> None:
    server.rule = lambda _: Reply(
        b"[" + DOCUMENT + b', null, [], [1], [[]], "", 10.0, {"toString": [0]}, false]'
    )
    constants = {
        "null": None,
        "text": 'the msg "x"\\',
        "n": -5,
        "f": 0.25,
        "yes": True,
        "é": {"a": {}, "b": "ü"},
    }
    ran = run(
        integration(
            read("x", server.url, "/x"),
            Split(
                id="each-one",
                over=body("x"),
                variables=(LoopVariable(name="last", initial=const(None), next=item("each-one")),),
                steps=(
                    translate(
                        "t",
                        {
                            "copy": item("each-one"),
                            "in": {"last": loop_value("each-one", "last")},
                            **constants,
                        },
                    ),
                    write("y", "POST", server.url, "/y", json=result("t")),
                    write(
                        "z",
                        "POST",
                        server.url,
                        "/y",
                        json={
                            "copy": item("each-one"),
                            "in": {"last": loop_value("each-one", "last")},
                            **constants,
                        },
                    ),
                ),
            ),
        )
    )
    assert ran.ok, ran.sentence
    sent = bodies(ran)
    assert (len(sent), sent[::2]) == (18, sent[1::2])
    assert '"type": "change"' in ran.emission.artefacts[0].text
    assert ran.emission.expressions["t.copy"] == "msg.loops.`each-one`.item"


def test_check_fails_where_the_script_fails(run: Run, server: Server) -> None:
    ran = run(
        integration(
            read("x", server.url, "/x"),
            Check(id="sure", expressions=(const(1), body("x"))),
            Check(id="look", expressions=(member(body("x"), "nope"),), span=line(3)),
            write("y", "POST", server.url, "/y"),
        )
    )
    assert (ran.status, ran.sentence) == (1, "The flow failed in Check look: KeyError: 'nope'")
    assert [asked.method for asked in ran.asked] == ["GET"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01"])
def test_a_body_that_is_no_json_fails_only_where_it_is_used(run: Run, server: Server, content: bytes) -> None:
    server.rule = lambda _: Reply(content)
    steps: list[AnyStep] = [read("x", server.url, "/x"), write("y", "POST", server.url, "/y")]
    assert run(integration(*steps)).ok
    ran = run(
        integration(*steps, Check(id="use", expressions=(body("x"),)), write("z", "POST", server.url, "/z"))
    )
    assert (ran.ok, [asked.target for asked in ran.asked]) == (False, ["/x", "/y"])


def test_filter_without_a_boolean_ends_the_run(run: Run, server: Server) -> None:
    server.rule = lambda _: Reply(b"[1, 2]")
    split = Split(
        id="s",
        over=body("x"),
        steps=(Filter(id="f", condition=item("s")), write("y", "POST", server.url, "/")),
    )
    ran = run(integration(read("x", server.url, "/x"), split))
    assert "TypeError: a condition is int, not bool" in ran.sentence
    assert len(ran.asked) == 1


@pytest.mark.parametrize(("status", "target"), [(200, "/first"), (204, "/second"), (206, "/other")])
def test_route_takes_the_first_branch_that_holds(run: Run, server: Server, status: int, target: str) -> None:
    server.rule = lambda _: Reply(b"", status)
    when = [
        call("python.less_or_equal", member(value({"s": call("python.integer", s)}), "s"), 9)
        for s in ("1", "2")
    ]
    is_ = [call("python.equals", status, each) for each in (200, 204)]
    ran = run(
        integration(
            read("x", server.url, "/x"),
            Route(
                id="r",
                branches=(
                    Branch(when=is_[0], steps=(write("a", "POST", server.url, "/first"),)),
                    Branch(when=is_[1], steps=(write("b", "POST", server.url, "/second"),)),
                    Branch(when=const(False), steps=()),
                ),
                otherwise=(write("c", "POST", server.url, "/other"),),
            ),
            Route(id="q", branches=(Branch(when=when[0], steps=()), Branch(when=when[1], steps=()))),
            write("d", "POST", server.url, "/end"),
        )
    )
    assert [asked.target for asked in ran.asked] == ["/x", target, "/end"]


@pytest.mark.parametrize(("failed", "status"), [(False, 0), (True, 1)])
def test_stop_ends_the_run_from_within_a_loop(run: Run, server: Server, failed: bool, status: int) -> None:
    stop = Stop(id="s", failed=failed, reason="enough")
    loop = Loop(id="l", steps=(write("y", "POST", server.url, "/y"), stop))
    ran = run(integration(loop, write("z", "POST", server.url, "/z")))
    assert (ran.status, ran.ok, len(ran.asked)) == (status, not failed, 1)


def test_what_is_unmapped_ends_the_run_with_its_reason_and_is_a_loss(run: Run, server: Server) -> None:
    step = UnmappedStep(
        id="gap", code="HS105", reason="a try", excerpt=Excerpt(redacted="try:"), span=line(7)
    )
    ran = run(integration(write("y", "POST", server.url, "/y"), step, write("z", "POST", server.url, "/z")))
    assert (ran.status, len(ran.asked)) == (1, 1)
    assert ran.sentence == "The flow failed in Unmapped gap: Unmapped: HS105: a try (sync.py:7)"
    assert [(loss.id, loss.level) for loss in ran.emission.losses] == [("gap", "todo")]


def test_an_unmapped_value_ends_the_run_only_where_it_is_reached(run: Run, server: Server) -> None:
    gap = Unmapped(code="HS103", reason="not known", span=line(5))
    choice = Choice(test=const(True), then=const(1), otherwise=gap)
    first = translate("t", {"a": choice})
    ran = run(
        integration(first, write("y", "POST", server.url, "/y", json=result("t")), translate("u", {"b": gap}))
    )
    assert (bodies(ran), ran.ok) == (['{"a": 1}'], False)
    assert "Unmapped: HS103: not known (sync.py:5)" in ran.sentence
    assert [loss.id for loss in ran.emission.losses] == ["t.a", "u.b"]


def test_variables_and_secrets_are_read_at_the_moment_of_use(run: Run, server: Server) -> None:
    model = integration(
        write("a", "POST", server.url, "/a", json=VariableReference(name="SET")),
        write("b", "POST", server.url, "/b", json=VariableReference(name="DEFAULT")),
        write("c", "POST", server.url, "/c", json=VariableReference(name="EMPTY")),
        write("d", "POST", server.url, "/d", header("X-Api-Key", SecretReference(name="TOKEN"))),
        write("e", "POST", server.url, "/e", json=VariableReference(name="UNSET")),
        write("f", "POST", server.url, "/f"),
        variables=(
            variable("SET"),
            variable("DEFAULT", 10.0, required=False),
            variable("EMPTY", "x", required=False),
            variable("UNSET"),
        ),
    )
    ran = run(model, {"SET": "00420", "EMPTY": "", "TOKEN": "t-0ken", "NO_PROXY": "*"})
    assert bodies(ran) == ['"00420"', "10.0", '""', ""]
    assert ran.asked[3].headers == (("x-api-key", "t-0ken"),)
    assert "KeyError: 'UNSET' is not set" in ran.sentence
    ran = run(model, {"SET": "1", "NO_PROXY": "*"})
    assert (len(ran.asked), "KeyError: 'TOKEN' is not set" in ran.sentence) == (3, True)


def test_a_function_without_an_exact_helper_is_a_loss_and_ends_the_run(run: Run, server: Server) -> None:
    unknown = Call(function="perl.chomp", arguments=(const("x"),))
    ran = run(
        integration(write("x", "POST", server.url, "/x", json=unknown), write("y", "POST", server.url, "/y"))
    )
    assert (ran.asked, [loss.id for loss in ran.emission.losses]) == ([], ["x"])
    assert "Gap: the function perl.chomp has no exact counterpart" in ran.sentence
    assert "x" not in ran.emission.artefacts[0].realises
    assert get(body("x"), "y").function == "python.get"
