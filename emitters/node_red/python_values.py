"""The JavaScript library of Python semantics that emitted function nodes use.

The files in `javascript/` that `PARTS` names are one scope: `source()` joins their declarations to an expression whose
value is an object with the functions asked for. It needs Node 22 and nothing but `Buffer` and `URL`, which function
nodes have, and Node's modules `crypto` (digests, UUIDs) and `process` (the clock) by these names.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from emitters.node_red.declarations import Declaration, declarations, joined, needed

PARTS = (
    "unicode",
    "values",
    "numbers",
    "text",
    "characters",
    "format",
    "collections",
    "changes",
    "json",
    "requests",
    "httpx",
    "encoding",
    "documents",
    "jq",
    "curl",
    "urllib",
    "mail",
    "digests",
    "patterns",
    "times",
    "time_texts",
    "clock",
)


@cache
def library() -> tuple[Declaration, ...]:
    """All declarations of the library; each function is documented where it is defined."""
    return tuple(one for part in PARTS for one in declarations(part))


def source(names: Iterable[str] | None = None) -> str:
    """The functions of these names (all of them) as one JavaScript expression, with what they need and no more.

    It is to be put into flow context by an On Start script.
    """
    wanted = {one.name for one in library()} if names is None else set(names)
    parts = needed(library(), wanted)
    exports = [one.name for one in parts if one.name in wanted]
    return f"(() => {{\n{joined(parts)}\n\nreturn {{ {', '.join(exports)} }};\n}})()"
