"""The mutants of an emitted flow: each operator is one way in which a configuration is wrong."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from emitters.node_red import install
from emitters.node_red.engine import LOG_NODE
from tests.mutation.plan import Mutant, Node

OPERATORS = {
    "authentication-changed": "user and password of basic authentication change places",
    "authentication-dropped": "a request goes without its credential",
    "body-dropped": "a request goes without its body",
    "boundary": "`<` becomes `<=`, `>=` becomes `>`, and so on",
    "catch-dropped": "a catch node is gone",
    "catch-scope": "a catch node does not cover one of its nodes",
    "check-dropped": "a value that must be there is not asked for",
    "condition-dropped": "a condition (filter, route, status check, choice) always holds, or never",
    "condition-inverted": "a condition holds where it did not",
    "condition-joined": "`and` becomes `or`, and the reverse",
    "constant": "a number is one more, a text one letter longer, a truth value the other one, null the empty text",
    "default-changed": "a default is another value",
    "default-dropped": "a default is gone",
    "encoding": "a body is sent as a form in place of JSON, and the reverse",
    "field": "another field of the flow is read",
    "function": "a function is taken for a similar one",
    "function-dropped": "a function is left out, its argument stands for its result",
    "handler-dropped": "a handler, or one of the kinds of error that it handles, is gone",
    "header-dropped": "a request goes without a header",
    "header-renamed": "a header has another name",
    "hook-changed": "requests come in by another path or method",
    "lookup-dropped": "a row of a lookup table is gone",
    "lookup-key": "a row of a lookup table has another key",
    "method": "a request has another method",
    "node-skipped": "a node is passed over",
    "order": "two parameters of a query change places",
    "output-swapped": "the two outputs of a node change places",
    "parameter-dropped": "a parameter of a query is gone",
    "parameter-renamed": "a parameter of a query has another name",
    "part-dropped": "a part of a joined text is gone",
    "secret": "another secret is used",
    "setting": "a node has another setting",
    "statement-dropped": "a statement of a function node is gone",
    "target-dropped": "a field of what is made is gone",
    "target-renamed": "a field of what is made has another name",
    "timeout": "a request may take a second longer",
    "wire-dropped": "a wire is gone",
    "wire-elsewhere": "a wire leads to another node",
}
"""What each operator does, by the middle part of a mutant's id."""

_SETTINGS: dict[str, dict[str, object]] = {
    "http request": {"ret": "txt", "senderr": False},
    "http response": {"statusCode": "418"},
}
_HOOK: dict[str, object] = {"url": "/elsewhere", "method": "get"}
_SHOWN = 100


def mutants(flow_name: str, flow: Sequence[Node]) -> tuple[Mutant, ...]:
    """All mutants, in the order of the flow's nodes."""
    log = {str(node["id"]) for node in flow if node.get("name") == LOG_NODE}
    log |= {str(node["id"]) for node in flow if node["type"] == "catch" and set(_targets(node)) <= log}
    changed = [node for node in flow if node["type"] not in ("tab", "inject") and node["id"] not in log]
    found = [*_of_javascript(changed), *_of_nodes(changed, flow, log)]
    place = {str(node["id"]): at for at, node in enumerate(flow)}
    found.sort(key=lambda one: place[one[1]])
    numbers: Counter[str] = Counter()
    slugs = _slugs(flow)
    beginnings = {str(node["id"]) for node in flow if node["type"] in ("inject", "http in")}
    made = []
    for operator, node_id, where, before, after, nodes in found:
        stem = f"{flow_name}/{operator}/{slugs[node_id]}"
        numbers[stem] += 1
        starts = any(one in beginnings for one in nodes)
        made.append(Mutant(f"{stem}.{numbers[stem]}", operator, where, before, after, nodes, starts))
    return tuple(made)


_Found = tuple[str, str, str, str, str, dict[str, Node | None]]


def _slugs(flow: Sequence[Node]) -> dict[str, str]:
    """A short name for each node, unlike those of the others."""
    used: Counter[str] = Counter()
    found = {}
    for node in flow:
        slug = re.sub(r"[^a-z0-9]+", "-", str(node.get("name") or node["type"]).lower()).strip("-")[:40]
        used[slug] += 1
        found[str(node["id"])] = slug if used[slug] == 1 else f"{slug}-{used[slug]}"
    return found


def _of_javascript(nodes: Sequence[Node]) -> Iterator[_Found]:
    program, modules = install.node(), install.node_red_modules()
    assert program is not None
    assert modules is not None
    functions = [
        {"id": node["id"], "func": node["func"]}
        for node in nodes
        if node["type"] == "function" and not node.get("initialize")
    ]
    asked = json.dumps({"modules": str(modules), "nodes": functions})
    script = Path(__file__).with_name("operators.js")
    done = subprocess.run([program, script], input=asked, capture_output=True, text=True, check=True)
    by_id = {str(node["id"]): node for node in nodes}
    for one in json.loads(done.stdout):
        node = by_id[one["id"]]
        func = str(node["func"])
        changed = func[: one["start"]] + one["text"] + func[one["end"] :]
        where = f"{node['name']}:{func.count(chr(10), 0, one['start']) + 1}"
        before = func[one["start"] : one["end"]]
        yield (
            one["operator"],
            one["id"],
            where,
            _short(before),
            _short(one["text"]),
            {one["id"]: {**node, "func": changed}},
        )


def _of_nodes(nodes: Sequence[Node], flow: Sequence[Node], log: set[str]) -> Iterator[_Found]:
    by_id = {str(node["id"]): node for node in flow}
    order = [str(node["id"]) for node in flow]
    handled = any(isinstance(node.get("scope"), list) for node in flow)
    for node in nodes:
        own, name = str(node["id"]), str(node.get("name") or node["type"])
        if node["type"] == "http request":
            method = "PATCH" if node.get("method") == "PUT" else "PUT"
            yield "method", own, name, f"{node.get('method')}", method, {own: {**node, "method": method}}
        settings = _HOOK if node["type"] == "http in" else _SETTINGS.get(str(node["type"]), {})
        operator = "hook-changed" if node["type"] == "http in" else "setting"
        for key, value in settings.items():
            if key == "senderr" and not handled:
                continue  # without a handler a broken connection ends the run either way
            yield (
                operator,
                own,
                name,
                f"{key}: {node.get(key)}",
                f"{key}: {value}",
                {own: {**node, key: value}},
            )
        wires = node.get("wires")
        assert isinstance(wires, list)
        for output, targets in enumerate(wires):
            for target in targets:
                if target in log:
                    continue
                aim = str(by_id[target].get("name"))
                gone = [[t for t in row if (at, t) != (output, target)] for at, row in enumerate(wires)]
                yield "wire-dropped", own, name, f"-> {aim}", "", {own: {**node, "wires": gone}}
                other = order[(order.index(target) + 1) % len(order)]
                if (
                    other not in log
                    and other != target
                    and by_id[other]["type"] not in ("tab", "catch", "inject")
                ):
                    moved = [
                        [other if (at, t) == (output, target) else t for t in row]
                        for at, row in enumerate(wires)
                    ]
                    after = f"-> {by_id[other].get('name')}"
                    yield "wire-elsewhere", own, name, f"-> {aim}", after, {own: {**node, "wires": moved}}
        if len(wires) == 2:
            swapped = {**node, "wires": wires[::-1]}
            yield "output-swapped", own, name, "1, 2", "2, 1", {own: swapped}
        if node["type"] == "catch":
            yield "catch-dropped", own, name, name, "", {own: None}
            scope = node.get("scope")
            covering = list(map(str, scope)) if isinstance(scope, list) else []
            for covered in covering:
                left = {**node, "scope": [one for one in covering if one != covered]}
                yield "catch-scope", own, name, str(by_id[covered].get("name")), "", {own: left}
        elif len(wires) == 1 and wires[0] and node["type"] != "http in" and not _passes_on(node):
            yield "node-skipped", own, name, name, "", _without(own, wires[0], flow)


def _passes_on(node: Node) -> bool:
    """Whether a node does nothing but pass the message on."""
    lines = [line for line in str(node.get("func", "")).splitlines() if not line.startswith("//")]
    return lines == ["return msg;"]


def _without(gone: str, targets: list[str], flow: Sequence[Node]) -> dict[str, Node | None]:
    """The nodes that lead to one that is gone lead to what is behind it."""
    found: dict[str, Node | None] = {gone: None}
    for node in flow:
        wires = node.get("wires")
        if node["id"] != gone and isinstance(wires, list) and any(gone in row for row in wires):
            moved = [[t for one in row for t in (targets if one == gone else [str(one)])] for row in wires]
            found[str(node["id"])] = {**node, "wires": moved}
    return found


def _targets(node: Node) -> list[str]:
    wires = node.get("wires")
    return [target for row in wires for target in row] if isinstance(wires, list) else []


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
