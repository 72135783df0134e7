"""The JavaScript that an emitted tab carries: Python's semantics, and what the flow itself needs."""

from __future__ import annotations

import json

from emitters.node_red import python_values
from migrate.model.errors import ERRORS

PARTS = ("flow", "errors")
EXPORTS = (
    *("variable", "secret", "unmapped", "gap", "holds", "not", "identical_type", "merge"),
    *("pick", "record", "each", "advance", "request", "answer"),
    *("ran", "raise", "handle"),
)
"""Names that the files add; each is documented where it is defined."""


FILES = (
    *("located", "read_file", "create_file", "append_file", "file_exists", "is_file", "make_folder"),
    *("move_file", "delete_file", "json_value"),
    *("connect", "disconnect", "end_transaction", "execute", "execute_many", "execute_script"),
)
"""Names that `files.js` adds, which only flows with documents, files or databases carry."""


def on_start(code: str = "", *, files: bool = True) -> str:
    """The On Start script of the node that brings the library: it puts the functions into flow context.

    `code` is that of the other nodes; the kinds of errors that they name are explained in the script.
    """
    parts = (*PARTS, *(("files",) if files else ()))
    exports = (*EXPORTS, *(FILES if files else ()))
    texts = [(python_values.FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in parts]
    library = python_values.source(documents=files)
    own = "\n\n".join(text.rstrip("\n") for text in texts)
    return (
        '// Python\'s semantics in JavaScript, for the function nodes of this tab: flow.get("python").\n'
        f"const python = {library};\n\n{_hierarchy(library + own + code)}\n{own}\n\n"
        f'flow.set("python", {{ ...python, {", ".join(exports)} }});\n'
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
