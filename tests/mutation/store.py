"""What was found once is kept in the cache folder, by the content that it was made of.

`NAME.inputs` holds the inputs of a flow, named by a digest of all that they are made of. `NAME.baseline` (what script
and flow do with them) and `NAME.findings` (a line a mutant, by a digest of its nodes) are named by a digest of the
flow, its model, script, inputs and engine, and of the code that runs and judges. A flow that changes gets other names,
so only its own mutants run again; a campaign that was interrupted goes on where it was. The files hold the invented
secrets of the samples, so only the user may read the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.mutation.hunt import Finding
from tests.mutation.plan import Mutant

_ROOT = Path(__file__).resolve().parent.parent.parent
_CODE = (
    "emitters/node_red/install.py",
    "emitters/node_red/runtime",
    "migrate/model",
    "migrate/pipeline/marking.py",
    "migrate/reference",
    "migrate/secrets",
    "migrate/shadow",
    "requirements",
    "tests/mutation",
)
"""What runs and judges."""
_PRINTS = frozenset({"__main__.py", "arguments.py", "campaign.py", "store.py", "survivors.yaml", "trial.py"})
_NO_JUDGE = frozenset(
    {"files_beside.py", "inputs.py", "json_places.py", "odd_values.py", "operators.js", "operators.py"}
    | {"equivalents.py", "facts.js"}
    | {"rehearsal.py", "trace.py", "variations.py"}
)
"""What only makes inputs and mutants, which count by themselves."""


def folder() -> Path:
    """The folder in the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(home) if os.path.isabs(home) else Path.home() / ".cache"
    return root / "hubshift" / "mutation"


def digest(*values: object) -> str:
    """A name for values, the same in each process: of data classes, mappings, lists, sets and scalars."""
    hashed = hashlib.sha256()
    for part in _parts(values):
        hashed.update(part)
    return hashed.hexdigest()[:32]


def _parts(value: object) -> Iterator[bytes]:
    inner: Iterable[object]
    if is_dataclass(value) and not isinstance(value, type):
        inner = [getattr(value, one.name) for one in fields(value)]
    elif isinstance(value, Mapping):
        inner = [part for item in value.items() for part in item]
    elif isinstance(value, Set):
        inner = sorted(value)
    elif isinstance(value, list | tuple):
        inner = value
    else:
        data = value if isinstance(value, bytes) else repr(value).encode()
        yield f"{type(value).__name__} {len(data)}:".encode()
        yield data
        return
    yield f"{type(value).__name__}[".encode()
    for one in inner:
        yield from _parts(one)
    yield b"]"


def digest_of_judging() -> str:
    """Of all files that run and judge."""
    return digest(
        {name: held for name, held in _code().items() if Path(name).name not in _NO_JUDGE}, sys.version
    )


def digest_of_making() -> str:
    """Of all files that inputs depend on."""
    return digest(_code())


@cache
def _code() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in _CODE:
        path = _ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            skipped = "__pycache__" in file.parts or file.name in _PRINTS or file.name.startswith("test_")
            if file.is_file() and not skipped:
                found[file.relative_to(_ROOT).as_posix()] = file.read_bytes()
    return found


class Store:
    """What is kept of one flow, under a name that says all that it depends on."""

    def __init__(self, where: Path, name: str) -> None:
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._inputs = where / f"{name}.inputs"
        self._baseline = where / f"{name}.baseline"
        self._findings = where / f"{name}.findings"

    def inputs(self) -> Any:
        """What was kept by `keep_inputs`; None without it."""
        return _kept(self._inputs)

    def keep_inputs(self, found: object) -> None:
        """Keeps them, whole or not at all."""
        _keep(self._inputs, found)

    def baseline(self) -> Any:
        """What was kept by `keep_baseline`; None without it."""
        return _kept(self._baseline)

    def keep_baseline(self, found: object) -> None:
        """Keeps it, whole or not at all."""
        _keep(self._baseline, found)

    def findings(self) -> dict[str, Finding]:
        """By the mutant's digest."""
        try:
            lines = self._findings.read_text(encoding="utf-8").splitlines()
        except OSError:
            return {}
        found = {}
        for line in lines:
            try:
                name, values = json.loads(line)
            except ValueError:
                continue  # cut off as it was written
            found[name] = Finding(**{**values, "codes": tuple(values["codes"])})
        return found

    def keep(self, found: Mapping[str, Finding]) -> None:
        """Adds findings, by the mutant's digest."""
        # A line begins anew whatever was cut off before it.
        lines = "".join("\n" + json.dumps([name, asdict(one)]) for name, one in found.items())
        with self._findings.open("a", encoding="utf-8") as file:
            file.write(lines)


def name_of(mutant: Mutant, *, argued: bool) -> str:
    """The digest of all that decides what becomes of a mutant."""
    return digest(mutant, argued)


def _kept(path: Path) -> Any:
    try:
        return pickle.loads(path.read_bytes())
    except (OSError, EOFError, pickle.UnpicklingError):
        return None


def _keep(path: Path, found: object) -> None:
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(pickle.dumps(found))
    beside.replace(path)
