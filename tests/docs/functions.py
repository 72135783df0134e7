"""The page of kernel functions and codecs: what each means, and what it becomes on each target."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from itertools import groupby

from emitters._lowering import Lowering
from emitters.camel.codecs import CODECS as CAMEL_CODECS
from emitters.camel.functions import LOWERINGS as CAMEL_LOWERINGS
from emitters.node_red.codecs import CODECS as NODE_RED_CODECS
from emitters.node_red.functions import LOWERINGS as NODE_RED_LOWERINGS
from migrate.model.codecs import CODECS
from migrate.model.functions import FUNCTIONS, Function

TARGETS: dict[str, tuple[Mapping[str, Lowering], Mapping[str, Lowering]]] = {
    "camel": (CAMEL_LOWERINGS, CAMEL_CODECS),
    "node-red": (NODE_RED_LOWERINGS, NODE_RED_CODECS),
}
"""For each target what it makes of functions and of codecs."""

HEAD = """# Functions and codecs

<!-- Generated from migrate/model/functions, migrate/model/codecs.py and the tables of the targets: `make pages`. -->

Values and functions have one defined meaning: a model is built from the functions below, whatever language the script
is written in and whatever platform the flow is for. A built-in of a language is one of them or a composition of
several; what is not exactly that is a gap. A name with a dialect in front (`python.text`) has that language's
meaning, a name without one means the same everywhere. The reference implementation runs in `migrate/model/functions`;
tests compare it, and what each target makes of it, with the original on values chosen to tell them apart.

- **result**: the type of the value; *depends* where it follows from the arguments.
- **total**: *yes* never fails; *no* fails as the original does, with the error of the same name.
- A target lowers a function **natively** (its own function has the same meaning on every value), by a **helper** (code
  that the flow carries), or it is a **gap** (a loss that `emit` states). A helper is exact on all values but those that
  are named behind it: on these the run ends with an error and never with another value."""


def functions_page() -> str:
    """The tables by subject, then the codecs."""
    by_subject = groupby(sorted(FUNCTIONS.values(), key=_subject), key=_subject)
    parts = [HEAD]
    for subject, functions in by_subject:
        module = sys.modules[f"migrate.model.functions.{subject}"]
        parts += [f"## {subject.capitalize()}", str(module.__doc__).strip(), _functions(functions)]
    return "\n\n".join([*parts, "## Codecs", CODECS_HEAD, _codecs()]) + "\n"


CODECS_HEAD = """Encoders and decoders by dialect: what a client library makes of a value on its way to the wire
and back. The reference implementation is the library itself."""


def _subject(function: Function) -> str:
    return function.implementation.__module__.rpartition(".")[2]


def _functions(functions: Iterable[Function]) -> str:
    rows = [
        [
            f"`{function.name}({function.signature})`",
            " ".join(function.meaning.split()),
            "*depends*" if callable(function.result) or function.result is None else function.result,
            "yes" if function.total else "no",
            *(_lowered(functions.get(function.name)) for functions, _ in TARGETS.values()),
        ]
        for function in functions
    ]
    return _table(["function", "meaning", "result", "total", *TARGETS], rows)


def _codecs() -> str:
    rows = [
        [f"`{name}`", codec.meaning, *(_lowered(codecs.get(name)) for _, codecs in TARGETS.values())]
        for name, codec in CODECS.items()
    ]
    return _table(["codec", "meaning", *TARGETS], rows)


def _lowered(lowering: Lowering | None) -> str:
    if lowering is None:
        return "gap: no exact counterpart yet"
    return f"helper `{lowering.helper}`" + (f"; not: {lowering.limits}" if lowering.limits else "")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
