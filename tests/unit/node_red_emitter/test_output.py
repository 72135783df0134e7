"""What is written: whole nodes, compared as a person reads them; ids, places, README."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emitters.node_red.check import check_flow
from emitters.node_red.emitter import NodeRed
from emitters.node_red.engine import NodeRedEngine
from migrate.contracts import Emission, Emitter, Engine, Loss
from migrate.model import (
    Choice,
    ClockOperation,
    Filter,
    Handler,
    Lookup,
    LookupCase,
    LoopExit,
    Reference,
    Respond,
    Split,
    Stop,
    Try,
    WebhookTrigger,
)
from tests.unit.node_red_emitter.models import (
    body,
    call,
    const,
    get,
    header,
    in_path,
    integration,
    item,
    line,
    member,
    query,
    read,
    text,
    translate,
    value,
    variable,
    write,
)
from tests.unit.node_red_emitter.test_runs import contacts


def nodes(emission: Emission) -> dict[str, dict[str, Any]]:
    """The nodes of a flow by name."""
    flow = json.loads(emission.artefacts[0].text)
    assert check_flow(flow) == []
    return {node.get("name", node.get("label")): node for node in flow}


def test_the_class_is_an_emitter_and_its_engine_an_engine() -> None:
    emitter: Emitter = NodeRed()
    engine: Engine = NodeRedEngine()
    assert (emitter.name, type(emitter.engine)) == ("node-red", type(engine))


def test_a_request_reads_as_one_object() -> None:
    step = read(
        "list",
        "{base}",
        "/a/{id}/b",
        in_path("base", "http://h"),
        in_path("id", text(const(1))),
        query("q", None),
    )
    found = nodes(NodeRed().emit(integration(step)))
    assert found["Prepare GET /a/{id}/b"]["func"] == (
        "// GET /a/{id}/b (sync.py:10)\n"
        'const py = flow.get("python");\n'
        "py.request(msg, {\n"
        '  method: "GET",\n'
        '  url: py.concat("http://h", "/a/", py.text(1), "/b"),\n'
        "  query: [\n"
        '    ["q", null],\n'
        "  ],\n"
        "});\n"
        "return msg;"
    )
    assert found["Answer to GET /a/{id}/b"]["info"] == "sync.py:10"


def test_a_mapping_reads_as_one_object_literal() -> None:
    c = item("each")
    rules = {
        "email": get(c, "email"),
        "location.city": member(member(c, "address"), "city"),
        "status": Lookup(
            table="STATUS",
            cases=(
                LookupCase(key=const("a"), value=const("on")),
                LookupCase(key=const("b"), value=const("off")),
            ),
            key=get(c, "status"),
            otherwise=const(None),
        ),
        "location.zip": Choice(
            test=call("is_null", get(c, "zip")), then=const(""), otherwise=member(c, "zip")
        ),
        "note": member(c, "note"),
    }
    step = translate("contact", rules, note=call("python.truth", get(c, "note")))
    split = Split(id="each", over=value([]), steps=(step,))
    emission = NodeRed().emit(integration(split))
    assert nodes(emission)["Map contact"]["func"] == (
        "// Map contact (sync.py:29)\n"
        'const py = flow.get("python");\n'
        "const { item } = msg.loops.each;\n"
        "const STATUS = [\n"
        '  ["a", "on"],\n'
        '  ["b", "off"],\n'
        "];\n"
        "msg.results.contact = { value: {\n"
        '  email: py.get(item, "email"), // sync.py:30\n'
        "  location: {\n"
        '    city: py.member(py.member(item, "address"), "city"), // sync.py:31\n'
        '    zip: (py.is_none(py.get(item, "zip")) ? "" : py.member(item, "zip")), // sync.py:33\n'
        "  },\n"
        '  status: py.lookup(STATUS, py.get(item, "status"), null), // sync.py:32\n'
        '  ...(py.truth(py.get(item, "note")) ? { note: py.member(item, "note") } : {}), // sync.py:34\n'
        "} };\n"
        "return msg;"
    )
    assert emission.expressions["contact.email"] == 'py.get(item, "email")'
    assert list(emission.expressions) == [f"contact.{target}" for target in rules]


def test_a_mapping_of_constants_is_a_change_node() -> None:
    emission = NodeRed().emit(integration(translate("t", {"a": 1, "b": {"c": "x"}})))
    assert nodes(emission)["Map t"]["rules"] == [
        {
            "t": "set",
            "p": "results.t",
            "pt": "msg",
            "to": '{\n  "value": {\n    "a": 1, /* sync.py:30 */\n'
            '    "b": {"c": "x"} /* sync.py:31 */\n  }\n}',
            "tot": "jsonata",
        }
    ]


def test_a_try_is_a_catch_node_for_its_nodes_beside_it_and_a_choice_by_kind() -> None:
    inner = Try(id="inner", steps=(translate("a", {"x": [1]}),), handlers=(Handler(steps=()),))
    kinds = ("KeyError", "requests.ReadTimeout", "requests.ConnectTimeout", "ValueError")
    handlers = (Handler(errors=kinds, steps=(translate("h", {"y": 1}),), span=line(7)), Handler(steps=()))
    stop = Stop(id="stop", failed=True, reason="enough")
    step = Try(id="save", steps=(inner, read("r", "http://h", "/"), stop), handlers=handlers, span=line(3))
    found = nodes(NodeRed().emit(integration(step)))
    catch, handle = found["Catch any error in save"], found["Handle errors of save"]
    ids = {node["id"]: name for name, node in found.items()}
    assert [ids[each] for each in found["Catch any error in inner"]["scope"]] == ["Map a"]
    assert [ids[each] for each in catch["scope"]] == [
        *("Try inner", "Handle errors of inner", "Prepare GET /", "GET /", "Answer to GET /"),
    ]
    assert (catch["info"], catch["uncaught"], catch["wires"]) == ("sync.py:3", False, [[handle["id"]]])
    assert handle["func"] == (
        "// Handle errors of save (sync.py:3)\n"
        'const py = flow.get("python");\n'
        "const handlers = [\n"
        '  ["KeyError", "requests.ReadTimeout", "requests.ConnectTimeout", "ValueError"], // sync.py:7\n'
        "  [], // any error\n"
        "];\n"
        "return py.handle(msg, env, null, handlers);"
    )
    assert handle["outputLabels"] == [
        *("KeyError, requests.ReadTimeout, requests.ConnectTimeout and 1 more", "any error", "not handled"),
    ]
    assert handle["wires"] == [[found["Map h"]["id"]], [], [found["Run failed"]["id"]]]
    places = {name: (node["x"], node["y"]) for name, node in found.items() if "x" in node}
    start, first = places["Try save"], places["Map h"]
    assert (catch["y"], handle["x"] - catch["x"], first[1] - start[1]) == (start[1], 280, 80)
    assert catch["x"] > max(x for name, (x, y) in places.items() if name in catch["scope"] or "GET" in name)


INEXACT = [10.0, 2**53, -0.0, 1e400, [1], "\x00", {"7": 1}, {"__proto__": 1}]


@pytest.mark.parametrize("given", INEXACT, ids=repr)
def test_what_jsonata_would_change_is_left_to_javascript(given: Any) -> None:
    assert nodes(NodeRed().emit(integration(translate("t", {"a": given}))))["Map t"]["type"] == "function"


def test_reaching_into_a_value_is_left_to_javascript() -> None:
    split = Split(id="s", over=value([]), steps=(translate("t", {"a": get(item("s"), "x")}),))
    after = translate("u", {"a": item("s")})
    found = nodes(NodeRed().emit(integration(split, after)))
    assert [found[name]["type"] for name in ("Map t", "Map u")] == ["function", "function"]


def test_output_is_the_same_on_each_run_and_ids_depend_on_the_model_alone() -> None:
    model = contacts("https://crm.example", 10)
    first, second = NodeRed().emit(model), NodeRed().emit(model)
    assert first == second
    other = json.loads(NodeRed().emit(model.model_copy(update={"id": "other"})).artefacts[0].text)
    flow = json.loads(first.artefacts[0].text)
    assert not {node["id"] for node in flow} & {node["id"] for node in other}
    assert len({(node["x"], node["y"]) for node in flow[1:]}) == len(flow) - 1


def test_every_step_and_rule_is_realised_by_the_flow() -> None:
    emission = NodeRed().emit(contacts("https://crm.example", 10))
    assert {"pages", "list", "each", "member", "member.email", "put"} <= emission.artefacts[0].realises
    assert emission.losses == ()


def test_a_filter_or_exit_outside_of_a_loop_is_refused() -> None:
    for step in (Filter(id="f", condition=const(True)), LoopExit(id="x")):
        with pytest.raises(ValueError, match="outside of a loop"):
            NodeRed().emit(integration(step))


@pytest.mark.parametrize("name", ["Cookie", "Content-Length", "transfer-encoding"])
def test_headers_that_node_red_writes_itself_are_losses(name: str) -> None:
    emission = NodeRed().emit(integration(write("w", "POST", "http://h", "/", header(name, "x"))))
    assert [loss.id for loss in emission.losses] == ["w"]


def test_the_readme_names_what_is_needed_and_lost() -> None:
    unknown = call("perl.chomp", body("r"))
    model = integration(
        read("r", "http://h", "/"),
        translate("t", {"a": unknown}),
        name="Contacts\nto list",
        variables=(variable("BASE"), variable("SIZE", 10, required=False)),
    )
    readme = NodeRed().emit(model).artefacts[1].text
    assert readme.startswith("# Contacts to list on Node-RED\n\n")
    assert "- `BASE`\n- `SIZE` (optional)\n- `TOKEN` (secret)\n" in readme
    assert "- `t.a` (todo): the function perl.chomp has no exact counterpart on Node-RED\n" in readme


def test_the_readme_tells_the_time_zone_where_the_flow_takes_local_times() -> None:
    local = read("now", "http://h", "/").model_copy(update={"operation": ClockOperation()})
    for part, told in (("local", True), ("utc", False)):
        model = integration(local, translate("t", {"a": Reference(step="now", part=part)}))
        assert ("`TZ`" in NodeRed().emit(model).artefacts[1].text) is told


OUTCOMES = [
    (0, "clean", [], (True, "The flow ended without error.")),
    (1, "clean", [], (False, "The flow did not end well: clean.")),
    (1, "error", [("A", "b"), ("Run failed", "A: c")], (False, "The flow failed in A: c")),
    (1, "error", [("A", "Error: b"), ("B", "c")], (False, "The flow failed in A: b")),
    (3, "timed_out", [], (False, "The flow did not end well: timed_out.")),
    (None, "error", [("", "b")], (False, "The flow failed in Node-RED: b")),
]


@pytest.mark.parametrize(("status", "outcome", "errors", "wanted"), OUTCOMES)
def test_the_outcome_says_how_the_run_ended(
    status: int | None, outcome: str, errors: list[tuple[str, str]], wanted: tuple[bool, str]
) -> None:
    listed = [{"id": None, "name": name, "message": message} for name, message in errors]
    line = json.dumps({"outcome": outcome, "errors": listed, "missing_types": []})
    assert NodeRedEngine().outcome(status, f"noise\n{line}\n") == wanted


def test_an_engine_that_says_nothing_has_failed() -> None:
    assert NodeRedEngine().outcome(0, "{}\n[1]\n") == (False, "Node-RED gave no report (exit status 0).")


def test_a_method_that_node_red_does_not_take_in_is_a_loss() -> None:
    trigger = WebhookTrigger(id="request", methods=("HEAD", "POST"))
    emission = NodeRed().emit(integration(Respond(id="reply", status=const(200)), trigger=trigger))
    assert emission.losses == (Loss("request", "engine", "the node http in takes no HEAD"),)
