"""Node-RED's graph: nodes, their ids, wires and places, and fragments of it that are put together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

COLUMN, ROW = 280, 80
"""Distances on the canvas, in its pixels."""


@dataclass(frozen=True)
class Place:
    """A place on the canvas: a row, counted from 0, and how far from the left margin, in pixels."""

    row: int
    left: int = 0

    def column(self, number: int) -> Place:
        """The place so many nodes further to the right."""
        return Place(self.row, self.left + number * COLUMN)


@dataclass(frozen=True)
class Port:
    """An output of a node; outputs count from 0."""

    node: str
    output: int = 0


@dataclass(frozen=True)
class Fragment:
    """Nodes for some steps: where a message comes in, and the ports by which it leaves.

    `exits` lead to the step after, `skips` to the next item or pass of the loop around, `breaks` out of that
    loop, `raises` to where the try around handles errors. Without an entry there are no nodes.
    """

    entry: str | None
    exits: tuple[Port, ...] = ()
    skips: tuple[Port, ...] = ()
    breaks: tuple[Port, ...] = ()
    raises: tuple[Port, ...] = ()

    def leaving(self, *others: Fragment) -> Fragment:
        """The fragment with the ports of others by which a message leaves the block, besides its own."""
        every = (self, *others)
        return Fragment(
            self.entry,
            self.exits,
            tuple(port for each in every for port in each.skips),
            tuple(port for each in every for port in each.breaks),
            tuple(port for each in every for port in each.raises),
        )


@dataclass
class Node:
    """One node on the canvas; `step` is the id of the step that it is part of, `properties` are those of its type."""

    id: str
    step: str
    type: str
    name: str
    info: str
    place: Place
    properties: dict[str, Any]
    wires: list[list[str]]

    def as_json(self, tab: str) -> dict[str, Any]:
        """The node as flows.json has it."""
        place = {"x": 160 + self.place.left, "y": 80 + self.place.row * ROW, "wires": self.wires}
        head = {"id": self.id, "type": self.type, "z": tab, "name": self.name, "info": self.info}
        return {**head, **self.properties, **place}


@dataclass
class Canvas:
    """The tab of one integration. Ids are derived from the integration's and the steps' ids, never random."""

    integration: str
    label: str
    info: str
    nodes: dict[str, Node] = field(default_factory=dict)

    @property
    def tab(self) -> str:
        """The tab's id."""
        return self.id_of("tab")

    def id_of(self, *parts: str) -> str:
        """An id as Node-RED writes them: 16 hexadecimal digits."""
        return hashlib.sha256(json.dumps([self.integration, *parts]).encode()).hexdigest()[:16]

    def add(
        self,
        key: tuple[str, str],
        type_: str,
        name: str,
        info: str,
        properties: dict[str, Any],
        place: Place,
        *,
        outputs: int = 1,
    ) -> str:
        """Puts a node at a place; returns its id. `key`: step id and the node's part."""
        id_ = self.id_of(*key)
        if id_ in self.nodes:
            raise ValueError(f"two nodes for {key}")
        wires: list[list[str]] = [[] for _ in range(outputs)]
        self.nodes[id_] = Node(id_, key[0], type_, name, info, place, properties, wires)
        return id_

    def function(
        self,
        key: tuple[str, str],
        name: str,
        info: str,
        code: str,
        place: Place,
        *,
        labels: Sequence[str] = ("",),
        on_start: str = "",
        libraries: Sequence[Mapping[str, str]] = (),
    ) -> str:
        """Puts a function node; `labels` names its outputs, `libraries` the modules that it brings."""
        properties: dict[str, Any] = {"func": code, "outputs": len(labels), "timeout": 0, "noerr": 0}
        properties |= {"initialize": on_start, "finalize": "", "libs": [dict(one) for one in libraries]}
        if any(labels):
            properties["outputLabels"] = list(labels)
        return self.add(key, "function", name, info, properties, place, outputs=len(labels))

    def wire(self, ports: Iterable[Port], target: str | None) -> None:
        """Leads the ports to a node; None leaves them open."""
        if target is not None:
            for port in ports:
                self.nodes[port.node].wires[port.output].append(target)

    def chain(self, fragments: Sequence[Fragment]) -> Fragment:
        """The fragments one after the other."""
        entry: str | None = None
        open_: tuple[Port, ...] = ()
        present = [fragment for fragment in fragments if fragment.entry is not None]
        for fragment in present:
            self.wire(open_, fragment.entry)
            entry, open_ = entry or fragment.entry, fragment.exits
        return Fragment(entry, open_).leaving(*present)

    def following(self, port: Port, fragments: Sequence[Fragment]) -> Fragment:
        """The fragments one after the other behind a port; it stays open where there are none."""
        block = self.chain(fragments)
        self.wire((port,), block.entry)
        return block if block.entry else Fragment(None, (port,))

    def nodes_of(self, steps: Set[str]) -> list[str]:
        """The ids of the nodes that are parts of the steps and can fail."""
        return [node.id for node in self.nodes.values() if node.step in steps and node.type != "catch"]

    @property
    def code(self) -> str:
        """The code of all function nodes so far."""
        return "\n".join(str(node.properties.get("func", "")) for node in self.nodes.values())

    def as_json(self) -> list[dict[str, Any]]:
        """The contents of flows.json."""
        tab: dict[str, Any] = {"id": self.tab, "type": "tab", "label": self.label, "disabled": False}
        tab |= {"info": self.info, "env": []}
        nodes = sorted(self.nodes.values(), key=lambda node: (node.place.row, node.place.left))
        return [tab, *(node.as_json(self.tab) for node in nodes)]
