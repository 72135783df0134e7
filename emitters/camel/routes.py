"""Routes in Camel's YAML DSL: nodes, how blocks of steps chain, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

Node = dict[str, Any]
"""A node of a route: the name of the pattern and its options."""


@dataclass
class Fragment:
    """The nodes of a step. What follows the step in its block goes to `rest`, if there is one, else behind the nodes.

    `leaves` says whether a pass of the loop around the step can end in it; `always`, that each one does.
    """

    nodes: list[Node]
    rest: list[Node] | None = None
    leaves: bool = False
    always: bool = False


def chain(fragments: Iterable[Fragment]) -> Fragment:
    """A block of steps as one fragment."""
    nodes: list[Node] = []
    whole = Fragment(nodes)
    end = nodes
    for fragment in fragments:
        end += fragment.nodes
        if fragment.rest is not None:
            end = fragment.rest
        whole.leaves |= fragment.leaves
        whole.always |= fragment.always
    whole.rest = None if end is nodes else end
    return whole


def node(kind: str, id_: str, where: str, **options: Any) -> Node:
    """A node with its id and a description of where it comes from."""
    named: dict[str, Any] = {"id": id_}
    if where:
        named["description"] = described(where)
    return {kind: {**named, **{name.rstrip("_"): value for name, value in options.items()}}}


def described(text: str) -> str:
    """A text on one line, in which Camel finds no placeholder of a property."""
    return " ".join(text.split()).replace("{{", "{ {")


def script(id_: str, where: str, code: str) -> Node:
    """Code that is run for what it does."""
    return node("script", id_, where, groovy=code)


def assign(id_: str, where: str, name: str, code: str) -> Node:
    """A variable of the exchange with the value of an expression."""
    return node("setVariable", id_, where, name=name, groovy=code)


class _Dumper(yaml.SafeDumper):
    """Block style, texts of several lines as literal blocks, no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        """Never an alias: each node is written out."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Items of a sequence stand to the right of their key, as in Camel's own documentation."""
        super().increase_indent(flow, False)


_PLAIN = re.compile(r"[A-Za-z_/][\w ./:()'\",\[\]=!<>&|?*{}-]*")
_WORDS = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n"])


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip()
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def written(document: list[Node]) -> str:
    """The text of a file of routes."""
    text: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000, default_flow_style=False
    )
    return text
