"""The kernel of neutral functions: each with its meaning on every value and a reference implementation.

A language's built-in is a composition over these. A name with a dialect in front (`python.text`) has that language's
meaning; a name without one means the same everywhere. A target lowers each function exactly, by a helper that it
emits, or not at all. Source of the `python.` entries: The Python Language Reference and Library Reference, 3.11.

A module for each subject declares its functions with `kernel`; importing it adds them to `FUNCTIONS`.
"""

from migrate.model.functions import (
    access,
    arguments,
    changes,
    characters,
    collections,
    comparison,
    digests,
    documents,
    encoding,
    folds,
    formatting,
    headers,
    jq,
    mail,
    numbers,
    paths,
    patterns,
    settings,
    text,
    times,
)
from migrate.model.functions.declaration import FUNCTIONS, Function

__all__ = [
    "FUNCTIONS",
    "Function",
    "access",
    "arguments",
    "changes",
    "characters",
    "collections",
    "comparison",
    "digests",
    "documents",
    "encoding",
    "folds",
    "formatting",
    "headers",
    "jq",
    "mail",
    "numbers",
    "paths",
    "patterns",
    "settings",
    "text",
    "times",
]
