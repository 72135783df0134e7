"""Which mutants can be tried beside a run of the flow itself: those of nodes that touch their message alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emitters.node_red.functions import LOWERINGS
from tests.mutation.plan import Mutant, Node

_OF_FLOW = frozenset(
    {
        "answer",
        "each",
        "equals",
        "get",
        "handle",
        "header_text",
        "holds",
        "identical_type",
        "is_none",
        "lookup",
        "merge",
    }
    | {"not", "pick", "raise", "ran", "record", "request", "secret", "type_name", "variable", "with_item"}
)
"""Functions of the flow's library that keep nothing beyond the message; `advance`, files, mails and the like do."""
_PURE = _OF_FLOW | {one.helper for one in LOWERINGS.values()}
_CALLED = re.compile(r"""(?<![\w$."'])py\.(\w+)""")
_BEYOND = re.compile(
    r"\b(?:await|context|global|process|fs|crypto|Date|setTimeout|setInterval|flow\.set|res)\b"
)


def tried_beside(mutant: Mutant, flow: Mapping[str, Node]) -> tuple[str, str] | None:
    """The changed node's id and its code; None where trying it could reach more than a copy of its message.

    `flow` holds the flow's own nodes by id.
    """
    if mutant.starts or len(mutant.nodes) != 1:
        return None
    ((name, node),) = mutant.nodes.items()
    own = flow[name]
    if node is None or node["type"] != "function" or node != {**own, "func": node["func"]}:
        return None
    if node.get("initialize") or node.get("libs"):
        return None
    func = str(node["func"])
    return (name, func) if _is_pure(func) and _is_pure(str(own["func"])) else None


def _is_pure(func: str) -> bool:
    return not _BEYOND.search(func) and set(_CALLED.findall(func)) <= _PURE
