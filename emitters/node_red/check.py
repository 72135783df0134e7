"""What Node-RED accepts in silence: wires to nowhere, ids used twice, properties that are missing.

Node-RED publishes no schema for its nodes. The table here is read from the nodes of version 4.1 and holds
those of its core that a flow may have, emitted or changed by a person; any other type is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

NODE = ("name", "x", "y", "z", "wires")
"""Keys that every node on a tab has."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "tab": ("label", "disabled"),
    "group": ("z", "nodes"),
    "comment": NODE,
    "junction": ("x", "y", "z", "wires"),
    "inject": (*NODE, "props", "repeat", "crontab", "once", "onceDelay"),
    "function": (*NODE, "func", "outputs", "initialize", "finalize", "libs"),
    "switch": (*NODE, "property", "propertyType", "rules", "checkall", "outputs"),
    "change": (*NODE, "rules"),
    "split": (*NODE, "splt", "spltType", "arraySplt", "arraySpltType", "stream", "property"),
    "join": (*NODE, "mode", "build", "property", "propertyType"),
    "batch": (*NODE, "mode", "count"),
    "sort": (*NODE, "target", "targetType"),
    "delay": (*NODE, "pauseType", "timeout", "timeoutUnits", "rate", "nbRateUnits", "rateUnits", "drop"),
    "template": (*NODE, "field", "fieldType", "syntax", "template", "output"),
    "http request": (*NODE, "method", "ret", "paytoqs", "url", "authType", "senderr", "headers"),
    "http in": (*NODE, "url", "method", "upload", "skipBodyParsing"),
    "http response": (*NODE, "statusCode", "headers"),
    "tls-config": ("verifyservercert",),
    "json": (*NODE, "property", "action"),
    "csv": (*NODE, "sep", "hdrin", "hdrout", "multi", "ret"),
    "xml": (*NODE, "property"),
    "debug": (*NODE, "active", "tosidebar", "console", "complete", "targetType"),
    "catch": (*NODE, "scope", "uncaught"),
    "complete": (*NODE, "scope"),
    "status": (*NODE, "scope"),
    "link in": (*NODE, "links"),
    "link out": (*NODE, "mode", "links"),
    "link call": (*NODE, "links", "linkType", "timeout"),
}

LEADS_TO = {"link in": {"link out"}, "link out": {"link in"}, "link call": {"link in"}}
"""The types that the `links` of a type may name; a link in may also be called."""

NO_INPUT = frozenset(
    {"inject", "http in", "catch", "complete", "status", "comment", "link in", "tab", "group", "tls-config"}
)
"""Types to which no wire leads."""

Node = dict[str, Any]


def check_flow(flow: list[Node]) -> list[str]:
    """Everything wrong with a flow, a sentence each, in the order of its nodes; nothing if it is sound.

    Whether functions parse and expressions compile is left to the engine, which says so.
    """
    found = [f"{_title(node)}: id is missing or no text" for node in flow if not _is_id(node.get("id"))]
    counts = Counter(node["id"] for node in flow if _is_id(node.get("id")))
    found += [f"id {name!r} is used {count} times" for name, count in counts.items() if count > 1]
    known = {node["id"]: node for node in flow if _is_id(node.get("id"))}
    for node in flow:
        found += _check_keys(node)
        found += [
            f"{_title(node)}: {fault}"
            for fault in (*_wires(node, known), *_references(node, known), *_counts(node))
        ]
    return found


def _is_id(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _title(node: Node) -> str:
    label = node.get("name") or node.get("label") or ""
    return f"{node.get('type', 'node without type')} {node.get('id')!r}" + (f" ({label})" if label else "")


def _check_keys(node: Node) -> Iterator[str]:
    required = REQUIRED.get(str(node.get("type")))
    if required is None:
        yield f"{_title(node)}: unknown node type"
        return
    missing = [key for key in required if key not in node]
    if missing:
        yield f"{_title(node)}: missing {', '.join(missing)}"


def _wires(node: Node, known: dict[str, Node]) -> Iterator[str]:
    wires = node.get("wires", [])
    if not isinstance(wires, list) or not all(isinstance(port, list) for port in wires):
        yield "wires is no list of lists"
        return
    for number, port in enumerate(wires, start=1):
        for target in port:
            if target not in known:
                yield f"output {number} leads to {target!r}, which does not exist"
            elif known[target].get("type") in NO_INPUT:
                yield f"output {number} leads to {target!r}, which takes no input"
            elif known[target].get("z") != node.get("z"):
                yield f"output {number} leads to {target!r} on another tab"


def _references(node: Node, known: dict[str, Node]) -> Iterator[str]:
    tab = node.get("z")
    if tab is not None and known.get(tab, {}).get("type") != "tab":
        yield f"tab {tab!r} does not exist"
    tls = node.get("tls")
    if tls and known.get(tls, {}).get("type") != "tls-config":
        yield f"TLS configuration {tls!r} does not exist"
    for target in node.get("scope") or []:
        if target not in known and node.get("scope") != "group":
            yield f"scope names {target!r}, which does not exist"
    yield from _links(node, known)


def _links(node: Node, known: dict[str, Node]) -> Iterator[str]:
    kind = str(node.get("type"))
    links = node.get("links", [])
    if kind not in LEADS_TO:
        return
    if not links and (kind == "link call" or (kind == "link out" and node.get("mode", "link") == "link")):
        yield "links to nothing"
    for target in links:
        other = known.get(target, {})
        if other.get("type") not in LEADS_TO[kind]:
            yield f"links to {target!r}, which is no {' or '.join(sorted(LEADS_TO[kind]))}"
        elif kind != "link call" and node.get("id") not in other.get("links", []):
            yield f"links to {target!r}, which does not link back"


def _counts(node: Node) -> Iterator[str]:
    """Outputs that are announced must be there: a message sent to an output without wires vanishes."""
    kind, wires = node.get("type"), node.get("wires", [])
    if kind in {"function", "switch"} and isinstance(wires, list) and len(wires) != node.get("outputs"):
        yield f"{node.get('outputs')} outputs, but {len(wires)} lists of wires"
    if kind == "switch" and len(node.get("rules", [])) != node.get("outputs"):
        yield f"{len(node.get('rules', []))} rules, but {node.get('outputs')} outputs"
    if kind in {"switch", "change"} and not node.get("rules"):
        yield "no rules: Node-RED would pass every message unchanged or none"
