"""Mutants that are proved to change nothing: each rule on a small flow, and on one that is nearly the same."""

from __future__ import annotations

import pytest

from emitters.node_red import install
from tests.mutation.equivalents import (
    ASKED_AGAIN,
    FAILS,
    INERT,
    LAST,
    QUIET,
    RULES,
    TAKEN_IN,
    THERE,
    TOLD_BEHIND,
    TWIN,
    UNHANDLED,
    UNREAD,
)
from tests.mutation.operators import mutants
from tests.mutation.plan import Node

MISSING = install.missing()
pytestmark = [pytest.mark.engine, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

HEAD = '// A comment.\nconst py = flow.get("python");\n'
ITEM = "const { item } = msg.loops.all;\n"


def function(id: str, code: str, *wires: str, outputs: int = 1) -> Node:
    """A function node; each of the wires leads from an output of its own where there are several."""
    rows = [[one] for one in wires] if outputs > 1 else [list(wires)]
    return {"id": id, "type": "function", "name": id, "func": HEAD + code, "wires": rows}


START: Node = {"id": "s", "type": "inject", "name": "Start", "wires": [["check"]]}
CHECK = function("check", f'{ITEM}py.type_name(py.member(item, "a"));\nreturn msg;', "map")
MAP = function(
    "map", f'{ITEM}msg.results.m = {{ value: {{ a: py.member(item, "a") }} }};\nreturn msg;', "send"
)
SEND: Node = {
    "id": "send",
    "type": "http request",
    "name": "send",
    "method": "POST",
    "ret": "bin",
    "wires": [["answer"]],
}
ANSWER = function("answer", "const answer = py.answer(msg);\nmsg.results.w = answer;\nreturn msg;", "end")
END = function("end", "return null;")
CATCH: Node = {
    "id": "c",
    "type": "catch",
    "name": "catch",
    "scope": ["check", "map", "answer"],
    "wires": [["end"]],
}
WHOLE = [START, CHECK, MAP, SEND, ANSWER, END]


def proved(*flow: Node) -> set[tuple[str, str]]:
    """Operator and rule of all that is proved of a flow."""
    return {(one.operator, one.proof) for one in mutants("f", flow) if one.proof is not None}


def test_each_rule_is_described() -> None:
    assert {ASKED_AGAIN, INERT, TAKEN_IN, THERE, TWIN, UNHANDLED, UNREAD} < set(RULES)


def test_a_check_of_what_is_asked_again_a_kept_answer_that_nobody_reads_and_a_wire_to_the_end_change_nothing() -> (
    None
):
    assert proved(*WHOLE) == {
        ("check-dropped", ASKED_AGAIN),
        ("node-skipped", ASKED_AGAIN),
        ("function", THERE),
        ("statement-dropped", UNREAD),
        ("wire-dropped", INERT),
        ("constant", LAST),
    }


@pytest.mark.parametrize(
    ("between", "why"),
    [
        ("msg.loops.all.values = { a: 1 };\nreturn msg;", "what is asked for has changed"),
        ('py.create_file(fs, "x");\nreturn msg;', "something is written"),
        ("if (py.truth(1)) return msg;\nreturn null;", "the way may end"),
    ],
)
def test_a_check_is_needed_where_something_stands_between_it_and_where_it_is_asked_again(
    between: str, why: str
) -> None:
    check = {**CHECK, "wires": [["between"]]}
    flow = [START, check, function("between", between, "map"), MAP, SEND, ANSWER, END]
    needed = ("check-dropped", ASKED_AGAIN)
    assert (needed in proved(*flow)) == (why == "the way may end"), why


def test_a_check_that_a_handler_covers_is_needed() -> None:
    assert not {rule for operator, rule in proved(*WHOLE, CATCH) if operator == "check-dropped"}


def test_a_look_up_within_a_condition_shows_nothing_of_what_comes_later() -> None:
    code = f'{ITEM}py.type_name((py.truth(1) ? py.member(item, "a") : null));\nreturn msg;'
    assert "function" not in {
        one for one, _ in proved(START, {**CHECK, "func": HEAD + code}, MAP, SEND, ANSWER, END)
    }


def test_a_look_up_may_give_null_where_null_fails_unless_the_error_is_handled() -> None:
    code = f'{ITEM}msg.results.m = {{ value: py.lower(py.member(item, "a")) }};\nreturn msg;'
    check = function("check", code, "end")
    assert ("function", FAILS) in proved(START, check, END)
    assert ("function", FAILS) not in proved(START, check, {**CATCH, "scope": ["check"]}, END)
    kept = function("check", code.replace("py.lower", "py.text"), "end")
    assert ("function", FAILS) not in proved(START, kept, END)


def test_of_a_text_only_whether_it_is_null_is_asked() -> None:
    rule = ("constant", "only whether it is null is asked")
    asks = 'return py.is_none(py.replace(msg.a, "(", "")) ? msg : null;'
    assert rule in proved(START, function("check", asks, "end"), END)
    assert rule not in proved(START, function("check", asks.replace("is_none", "truth"), "end"), END)


def test_an_answer_that_is_read_is_kept() -> None:
    reads = function("end", "py.type_name(msg.results.w.body);\nreturn null;")
    assert UNREAD not in {rule for _, rule in proved(*WHOLE[:-1], reads)}


def test_the_kind_of_an_error_counts_where_it_is_handled() -> None:
    raises = function("check", 'py.raise("KeyError", "x");')
    kind = ("constant", UNHANDLED)
    handles = function("handles", 'return py.handle(msg, env, "t", []);', "end")
    assert kind in proved(START, raises, handles, {**CATCH, "scope": ["end"]}, END)
    assert kind not in proved(START, raises, handles, {**CATCH, "scope": ["check"]}, END)


def test_a_wire_may_lead_to_a_node_that_does_the_same() -> None:
    one, other = function("one", "return msg;", "end"), function("other", "return msg;", "end")
    start = {**START, "wires": [["first"]]}
    first = function("first", "msg.results.x = 1;\nreturn msg;", "one")
    assert ("wire-elsewhere", TWIN) in proved(start, first, one, other, END)
    handled = {**CATCH, "scope": ["other"]}
    assert ("wire-elsewhere", TWIN) not in proved(start, first, one, other, handled, END)


def test_requests_are_taken_in_by_the_node_for_all_paths() -> None:
    hook: Node = {
        "id": "h",
        "type": "http in",
        "name": "h",
        "url": "/a",
        "method": "post",
        "wires": [["check"]],
    }
    every: Node = {**hook, "id": "i", "url": "/*"}
    taken = ("hook-changed", TAKEN_IN)
    assert taken in proved(hook, every, *WHOLE[1:])
    assert taken not in proved(hook, {**every, "method": "put"}, *WHOLE[1:])


def test_a_table_with_a_default_makes_no_check_fail() -> None:
    table = 'const T = [\n  ["a", 1],\n];\n'
    code = f'{ITEM}{table}py.type_name(py.lookup(T, py.member(item, "k"), 0));\nreturn msg;'
    strict = code.replace(", 0)", ")")
    rule = "checks do not read what a table gives"
    assert ("lookup-key", rule) in proved(START, function("check", code, "map"), *WHOLE[2:])
    assert ("lookup-key", rule) not in proved(START, function("check", strict, "map"), *WHOLE[2:])


def test_what_can_be_nothing_but_a_boolean_is_not_made_one() -> None:
    rule = ("function-dropped", "of that kind already")
    assert rule in proved(START, function("check", "return py.truth(py.not(1)) ? msg : null;", "end"), END)
    assert rule not in proved(
        START, function("check", "return py.truth(py.text(1)) ? msg : null;", "end"), END
    )


def test_a_key_is_there_where_its_value_is_true() -> None:
    rule = ("function", "its key is there, as its value is true")
    found = (
        'msg.results.m = { value: (py.truth(py.get(item, "a")) ? py.get(item, "a") : null) };\nreturn msg;'
    )
    assert rule in proved(START, function("check", ITEM + found, "end"), END)
    turned = found.replace(
        '(py.truth(py.get(item, "a")) ? py.get(item, "a") : null)',
        '(py.not(py.truth(py.get(item, "a"))) ? null : py.get(item, "a"))',
    )
    assert rule in proved(START, function("check", ITEM + turned, "end"), END)
    for other in ('py.is_none(py.get(item, "a"))', 'py.truth(py.get(item, "b"))'):
        code = ITEM + found.replace('py.truth(py.get(item, "a"))', other)
        assert rule not in proved(START, function("check", code, "end"), END)


def test_a_row_that_gives_the_default_is_as_good_as_none() -> None:
    rule = "gives what the default gives"
    table = 'const T = [\n  ["a", 1],\n  ["b", 0],\n];\n'
    code = f"{ITEM}{table}msg.results.m = {{ value: py.lookup(T, item, 0) }};\nreturn msg;"
    made = [one for one in mutants("f", [START, function("check", code, "end"), END]) if one.proof == rule]
    assert [(one.operator, one.before) for one in made] == [
        ("lookup-dropped", ', ["b", 0]'),
        ("lookup-key", '"b"'),
    ]
    strict = code.replace(", 0) }", ") }")
    assert rule not in {one for _, one in proved(START, function("check", strict, "end"), END)}


def test_who_tells_that_there_was_no_answer_counts_where_handlers_differ() -> None:
    send: Node = {**SEND, "senderr": True}
    flow = [START, CHECK, MAP, send, ANSWER, END]
    rule = ("setting", TOLD_BEHIND)
    assert rule in proved(*flow, {**CATCH, "scope": ["map", "send", "answer"]})
    assert rule not in proved(*flow, {**CATCH, "scope": ["map", "send"]})


@pytest.mark.parametrize(
    ("code", "quiet"),
    [
        ("return py.advance(msg.loops.all) ? [msg, null] : [null, msg];", True),
        ('if (py.compare("<=", 400, msg.results.w.status)) return [msg, null];\nreturn [null, msg];', True),
        ('if (py.compare("<=", 400, msg.results.w.body)) return [msg, null];\nreturn [null, msg];', False),
        ('return [msg, py.reply(msg, 200, [["A", "b"]], py.json_text({ a: [1] }))];', True),
        ('return [msg, py.reply(msg, 200, [["A", "b"]], py.json_text({ a: msg.results.w }))];', False),
        ('throw new Error("x");', False),
        ("return msg.results.w.map(String);", False),
    ],
)
def test_a_handler_need_not_cover_what_cannot_fail(code: str, quiet: bool) -> None:
    handled = {**CATCH, "scope": ["check", "map"]}
    found = [
        one.proof
        for one in mutants("f", [START, function("check", code, "map"), MAP, SEND, ANSWER, END, handled])
        if one.operator == "catch-scope" and one.before == "check"
    ]
    assert found == [QUIET if quiet else None]
