"""The mutants of an emitted flow: each operator is one way in which a configuration is wrong."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emitters.node_red import install
from emitters.node_red.engine import LOG_NODE
from tests.mutation.equivalents import Facts, Proofs
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
_KEPT = re.compile(r"msg\.results\.(\w+) = answer;")


def mutants(flow_name: str, flow: Sequence[Node]) -> tuple[Mutant, ...]:
    """All mutants, in the order of the flow's nodes, those among them that are proved to change nothing."""
    log = {str(node["id"]) for node in flow if node.get("name") == LOG_NODE}
    log |= {str(node["id"]) for node in flow if node["type"] == "catch" and set(_targets(node)) <= log}
    changed = [node for node in flow if node["type"] not in ("tab", "inject") and node["id"] not in log]
    changes, facts = _javascript(changed)
    proofs = Proofs(flow, facts)
    found = [*_of_javascript(changed, changes, proofs), *_of_nodes(changed, flow, log, proofs)]
    place = {str(node["id"]): at for at, node in enumerate(flow)}
    found.sort(key=lambda one: place[one.node])
    numbers: Counter[str] = Counter()
    slugs = _slugs(flow)
    beginnings = {str(node["id"]) for node in flow if node["type"] in ("inject", "http in")}
    made = []
    for one in found:
        stem = f"{flow_name}/{one.operator}/{slugs[one.node]}"
        numbers[stem] += 1
        starts = any(node in beginnings for node in one.nodes)
        name = f"{stem}.{numbers[stem]}"
        made.append(
            Mutant(name, one.operator, one.where, one.before, one.after, one.nodes, starts, one.proof)
        )
    return tuple(made)


@dataclass(frozen=True)
class _Change:
    """A mutant without its number: `node` is the id of the changed node, `where` its name, and its line."""

    operator: str
    node: str
    where: str
    before: str
    after: str
    nodes: Mapping[str, Node | None]
    proof: str | None = None


def _slugs(flow: Sequence[Node]) -> dict[str, str]:
    """A short name for each node, unlike those of the others."""
    used: Counter[str] = Counter()
    found = {}
    for node in flow:
        slug = re.sub(r"[^a-z0-9]+", "-", str(node.get("name") or node["type"]).lower()).strip("-")[:40]
        used[slug] += 1
        found[str(node["id"])] = slug if used[slug] == 1 else f"{slug}-{used[slug]}"
    return found


def _javascript(nodes: Sequence[Node]) -> tuple[list[dict[str, Any]], dict[str, Facts]]:
    """The changes of the nodes' JavaScript, and what each of it does, by the node's id."""
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
    found = json.loads(done.stdout)
    return found["changes"], {node: Facts(**held) for node, held in found["facts"].items()}


def _of_javascript(
    nodes: Sequence[Node], changes: Sequence[Mapping[str, Any]], proofs: Proofs
) -> Iterator[_Change]:
    by_id = {str(node["id"]): node for node in nodes}
    for one in changes:
        node = by_id[one["id"]]
        func = str(node["func"])
        changed = func[: one["start"]] + one["text"] + func[one["end"] :]
        where = f"{node['name']}:{func.count(chr(10), 0, one['start']) + 1}"
        before = func[one["start"] : one["end"]]
        proof = one.get("proof")
        if one["operator"] == "check-dropped":
            proof = proof or proofs.unasked(one["id"], one["lost"])
        elif "there" in one:
            proof = proof or proofs.there(one["id"], one["there"]["asked"], again=one["there"]["again"])
            proof = proof or (proofs.failing(one["id"]) if one["fails"] else None)
        elif one.get("returned"):
            proof = proof or proofs.returned(one["id"])
        elif one.get("kind"):
            proof = proof or proofs.kind(one["id"])
        elif one["operator"] == "statement-dropped" and (kept := _KEPT.fullmatch(before)):
            proof = proof or proofs.unread(kept[1], one["id"])
        yield _Change(
            one["operator"],
            one["id"],
            where,
            _short(before),
            _short(one["text"]),
            {one["id"]: {**node, "func": changed}},
            proof,
        )


def _of_nodes(
    nodes: Sequence[Node], flow: Sequence[Node], log: set[str], proofs: Proofs
) -> Iterator[_Change]:
    by_id = {str(node["id"]): node for node in flow}
    order = [str(node["id"]) for node in flow]
    handled = any(isinstance(node.get("scope"), list) for node in flow)
    for node in nodes:
        own, name = str(node["id"]), str(node.get("name") or node["type"])
        if node["type"] == "http request":
            method = "PATCH" if node.get("method") == "PUT" else "PUT"
            changed = {own: {**node, "method": method}}
            yield _Change("method", own, name, f"{node.get('method')}", method, changed)
        settings = _HOOK if node["type"] == "http in" else _SETTINGS.get(str(node["type"]), {})
        operator = "hook-changed" if node["type"] == "http in" else "setting"
        for key, value in settings.items():
            if key == "senderr" and not handled:
                continue  # without a handler a broken connection ends the run either way
            before, after = f"{key}: {node.get(key)}", f"{key}: {value}"
            proof = proofs.taken_in(own) if (operator, key) == ("hook-changed", "url") else None
            proof = proofs.told_behind(own) if key == "senderr" else proof
            yield _Change(operator, own, name, before, after, {own: {**node, key: value}}, proof)
        wires = node.get("wires")
        assert isinstance(wires, list)
        for output, targets in enumerate(wires):
            for target in targets:
                if target in log:
                    continue
                aim = str(by_id[target].get("name"))
                gone = [[t for t in row if (at, t) != (output, target)] for at, row in enumerate(wires)]
                without = {own: {**node, "wires": gone}}
                yield _Change("wire-dropped", own, name, f"-> {aim}", "", without, proofs.wire(target))
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
                    proof = proofs.elsewhere(target, other)
                    if _targets(by_id[target]) == [other]:
                        proof = proof or proofs.skipped(target)
                    elsewhere = {own: {**node, "wires": moved}}
                    yield _Change("wire-elsewhere", own, name, f"-> {aim}", after, elsewhere, proof)
        if len(wires) == 2:
            swapped = {own: {**node, "wires": wires[::-1]}}
            yield _Change("output-swapped", own, name, "1, 2", "2, 1", swapped)
        if node["type"] == "catch":
            yield _Change("catch-dropped", own, name, name, "", {own: None})
            scope = node.get("scope")
            covering = list(map(str, scope)) if isinstance(scope, list) else []
            for covered in covering:
                left = {own: {**node, "scope": [one for one in covering if one != covered]}}
                proof = proofs.uncovered(covered)
                yield _Change("catch-scope", own, name, str(by_id[covered].get("name")), "", left, proof)
        elif len(wires) == 1 and wires[0] and node["type"] != "http in" and not _passes_on(node):
            around = _without(own, wires[0], flow)
            yield _Change("node-skipped", own, name, name, "", around, proofs.skipped(own))


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
