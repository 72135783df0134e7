"""The JavaScript that an emitted tab carries: Python's semantics, and what the flow itself needs."""

from __future__ import annotations

from emitters.node_red import python_values

EXPORTS = (
    *("variable", "secret", "unmapped", "gap", "holds", "not", "identical_type", "merge"),
    *(
        "json_text",
        "pick",
        "record",
        "each",
        "advance",
        "request",
        "answer",
    ),
)
"""Names that `javascript/flow.js` adds; each is documented where it is defined."""


def on_start() -> str:
    """The On Start script of the node that brings the library: it puts the functions into flow context."""
    own = (python_values.FOLDER / "flow.js").read_text(encoding="utf-8").rstrip("\n")
    return (
        '// Python\'s semantics in JavaScript, for the function nodes of this tab: flow.get("python").\n'
        f"const python = {python_values.source()};\n\n{own}\n\n"
        f'flow.set("python", {{ ...python, {", ".join(EXPORTS)} }});\n'
    )
