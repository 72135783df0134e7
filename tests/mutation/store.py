"""What was found once is kept in the cache folder, by the content that it was made of.

`NAME.inputs` holds the inputs of a flow, named by a digest of all that they are made of. `NAME.baseline` (what script
and flow do with them) and `NAME.findings` (a line a mutant, by a digest of its nodes) are named by a digest of the
flow, its model, script, inputs and engine, and of the code that decides what is sent (`code.py`). A flow that changes
gets other names, so only its own mutants run again; a campaign that was interrupted goes on where it was. Where the
comparison changes, what was sent is judged anew, and no mutant runs but those of which that says less than before. The
files hold the invented secrets of the samples, so only the user may read the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from tests.mutation.hunt import Finding
from tests.mutation.plan import Mutant


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


class Store:
    """What is kept of one flow, under a name that says all that it depends on."""

    def __init__(self, where: Path, name: str) -> None:
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._inputs = where / f"{name}.inputs"
        self._baseline = where / f"{name}.baseline"
        self._judged = where / f"{name}.judged"
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

    def keep_baseline(self, found: object, judged: str) -> None:
        """Keeps it, whole or not at all, with the digest of what has `judged` it and the findings."""
        _keep(self._baseline, found)
        _keep(self._judged, judged)

    def judged(self) -> Any:
        """By which code baseline and findings were judged."""
        return _kept(self._judged)

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
            values["evidence"] = b64decode(values["evidence"])
            found[name] = Finding(**{**values, "codes": tuple(values["codes"])})
        return found

    def replace(self, found: Mapping[str, Finding]) -> None:
        """Keeps these findings in place of those that were kept."""
        self._findings.unlink(missing_ok=True)
        self.keep(found)

    def keep(self, found: Mapping[str, Finding]) -> None:
        """Adds findings, by the mutant's digest."""
        # A line begins anew whatever was cut off before it.
        lines = "".join("\n" + json.dumps([name, _written(one)]) for name, one in found.items())
        with self._findings.open("a", encoding="utf-8") as file:
            file.write(lines)


def name_of(mutant: Mutant, inputs: str, *, argued: bool) -> str:
    """The digest of all that decides what becomes of a mutant; `inputs` is one of those on which it may run."""
    return digest(mutant, inputs, argued)


def _written(one: Finding) -> dict[str, object]:
    return {**asdict(one), "evidence": b64encode(one.evidence).decode()}


def _kept(path: Path) -> Any:
    try:
        return pickle.loads(path.read_bytes())
    except (OSError, EOFError, pickle.UnpicklingError):
        return None


def _keep(path: Path, found: object) -> None:
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(pickle.dumps(found))
    beside.replace(path)
