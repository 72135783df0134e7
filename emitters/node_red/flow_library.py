"""The JavaScript that an emitted tab carries: Python's semantics, and what the flow itself needs."""

from __future__ import annotations

import json
import re
from functools import cache

from emitters.node_red import python_values
from emitters.node_red.declarations import Declaration, declarations, joined, needed
from migrate.model.errors import ERRORS

PARTS = ("flow", "errors", "files", "mails", "webhooks")
"""Files of what a flow does besides Python's own functions; they see the library as `python`."""

TAKEN = 'const py = flow.get("python");\n'
"""How a node takes the functions from flow context."""

_USED = re.compile(r"""(?:(?:(?<=\.\.\.)|(?<![\w$."']))py(?:thon)?|flow\.get\("python"\))\.(\w+)""")


@cache
def _own() -> tuple[Declaration, ...]:
    return tuple(one for part in PARTS for one in declarations(part))


def on_start(code: str) -> str:
    """The On Start script of the node that brings the library: it puts the functions into flow context.

    `code` is that of the other nodes: the script has the functions that they use, and explains the kinds of errors that
    they name. Raises ValueError for a function that there is none of.
    """
    used = set(_USED.findall(code))
    own = needed(_own(), used)
    of_flow = joined(own)
    of_python = {*(used - {one.name for one in own}), "fail", *_USED.findall(of_flow)}
    unknown = of_python - {one.name for one in python_values.library()}
    if unknown:
        raise ValueError(f"not in the library: {', '.join(sorted(unknown))}")
    library = python_values.source(of_python)
    exports = ["...python", *(one.name for one in own if one.name in used)]
    return (
        '// Python\'s semantics in JavaScript, for the function nodes of this tab: flow.get("python").\n'
        f"const python = {library};\nconst {{ fail }} = python;\n\n"
        f"{_hierarchy(library + of_flow + code)}\n{of_flow}\n\n"
        f'flow.set("python", {{ {", ".join(exports)} }});\n'
    )


def _hierarchy(code: str) -> str:
    """The kinds of errors that stand in JavaScript, each with those that it is a special case of."""
    open_ = [kind for kind in ERRORS if f'"{kind}"' in code]
    known: set[str] = set()
    while open_:
        kind = open_.pop()
        known.add(kind)
        open_ += [parent for parent in ERRORS.get(kind, ()) if parent not in known]
    rows = (f"  {json.dumps(kind)}: {json.dumps(ERRORS[kind])},\n" for kind in sorted(known & ERRORS.keys()))
    return f"// Kinds of errors, each with those that it is a special case of.\nconst ERRORS = {{\n{''.join(rows)}}};\n"
