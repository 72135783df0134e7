"""Node-RED's graph: nodes, their ids, wires and places, and fragments of it that are put together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

COLUMN, ROW, INDENT = 280, 80, 60
"""Distances on the canvas, in its pixels."""


@dataclass(frozen=True)
class Port:
    """An output of a node; outputs count from 0."""

    node: str
    output: int = 0


@dataclass(frozen=True)
class Fragment:
    """Nodes for some steps: where a message comes in, and the ports by which it leaves.

    `exits` lead to the step after, `skips` to the next item or pass of the loop around, `breaks` out of that
    loop. Without an entry there are no nodes.
    """

    entry: str | None
    exits: tuple[Port, ...] = ()
    skips: tuple[Port, ...] = ()
    breaks: tuple[Port, ...] = ()


@dataclass
class Node:
    """One node on the canvas; `properties` are those of its type."""

    id: str
    type: str
    name: str
    info: str
    row: int
    column: int
    indent: int
    properties: dict[str, Any]
    wires: list[list[str]]

    def as_json(self, tab: str) -> dict[str, Any]:
        """The node as flows.json has it."""
        x, y = 160 + self.column * COLUMN + self.indent * INDENT, 80 + self.row * ROW
        place = {"x": x, "y": y, "wires": self.wires}
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
        place: tuple[int, int, int],
        *,
        outputs: int = 1,
    ) -> str:
        """Puts a node at (row, indentation, column); returns its id. `key`: step id and the node's part."""
        id_ = self.id_of(*key)
        if id_ in self.nodes:
            raise ValueError(f"two nodes for {key}")
        row, indent, column = place
        wires: list[list[str]] = [[] for _ in range(outputs)]
        self.nodes[id_] = Node(id_, type_, name, info, row, column, indent, properties, wires)
        return id_

    def function(
        self,
        key: tuple[str, str],
        name: str,
        info: str,
        code: str,
        place: tuple[int, int, int],
        *,
        labels: Sequence[str] = ("",),
        on_start: str = "",
    ) -> str:
        """Puts a function node; `labels` names its outputs."""
        properties: dict[str, Any] = {"func": code, "outputs": len(labels), "timeout": 0, "noerr": 0}
        properties |= {"initialize": on_start, "finalize": "", "libs": []}
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
        skips: tuple[Port, ...] = ()
        breaks: tuple[Port, ...] = ()
        for fragment in fragments:
            if fragment.entry is None:
                continue
            self.wire(open_, fragment.entry)
            entry, open_ = entry or fragment.entry, fragment.exits
            skips, breaks = skips + fragment.skips, breaks + fragment.breaks
        return Fragment(entry, open_, skips, breaks)

    def as_json(self) -> list[dict[str, Any]]:
        """The contents of flows.json."""
        tab: dict[str, Any] = {"id": self.tab, "type": "tab", "label": self.label, "disabled": False}
        tab |= {"info": self.info, "env": []}
        nodes = sorted(self.nodes.values(), key=lambda node: (node.row, node.column))
        return [tab, *(node.as_json(self.tab) for node in nodes)]
