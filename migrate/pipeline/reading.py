"""Reads the scripts of one part of a folder, one after the other, and packs what they hold for other processes."""

from __future__ import annotations

import json
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from migrate import registry
from migrate.contracts import Consulted, Extraction, Observation, Parted, Start
from migrate.diagnostics import Diagnostic, unique
from migrate.model import Integration
from migrate.pipeline.deadline import TookTooLong, deadline
from migrate.pipeline.walking import unusable, whole

T = TypeVar("T")

MAX_SECONDS = 60.0
"""How long one script may take to be read, of the processor; what takes longer is reported (HS104)."""

Read = Extraction | tuple[Diagnostic, ...] | None
"""What was made of a file: an integration, findings alone, or nothing."""


@dataclass(frozen=True)
class PartRead:
    """What the scripts of a part hold, by their paths; scripts that are read with others only have no entry."""

    reads: tuple[tuple[Path, Read], ...]
    loaded: frozenset[Path] = frozenset()
    """The files that were loaded as modules."""
    consulted: tuple[Consulted, ...] = ()
    """What was asked of the file system; nothing where that is not told, or reading failed by a fault of ours."""

    @property
    def holds_nothing(self) -> bool:
        """True if no script gave an integration or a finding."""
        return all(read is None for _, read in self.reads)

    @property
    def has_secrets(self) -> bool:
        """True if a credential stands in a source; its value is in no packed part."""
        return any(isinstance(read, Extraction) and read.secret_values.reveal() for _, read in self.reads)


def read_part(
    language: str,
    root: Path,
    scripts: Sequence[Path],
    *,
    begun: Callable[[Path], None] = lambda script: None,
) -> PartRead:
    """Reads scripts that belong together: those that run by themselves, then modules that none of them has loaded."""
    extractor = next(one for one in registry.extractors() if one.language == language)
    project = extractor.project(root, scripts)
    reads: dict[Path, Read] = {}
    waiting = deque(asked_of(project.entries, tuple(scripts)))
    while waiting:
        path = waiting.popleft()
        begun(path)
        reads[path] = checked(path, root, partial(project.extract, path))
        if not waiting:
            left = (one for one in asked_of(project.remaining, tuple(scripts)) if one not in reads)
            waiting.extend(islice(left, 1))
    found = tuple(reads.items())
    if not isinstance(project, Parted):
        return PartRead(found)
    lasting = not any(_is_of_the_moment(read) for read in reads.values())
    return PartRead(found, project.loaded(), project.consulted() if lasting else ())


def _is_of_the_moment(read: Read) -> bool:
    """True for what another run could give otherwise: a fault of ours, a file that could not be opened, a time-out."""
    codes = {one.code for one in read} if isinstance(read, tuple) else set()
    return bool(codes & {"HS002", "HS005", "HS104"})


def asked_of(ask: Callable[[], tuple[T, ...]], otherwise: tuple[T, ...]) -> tuple[T, ...]:
    """What a project says of its scripts; where it takes too long, or fails by a fault of ours, the alternative."""
    try:
        with deadline(MAX_SECONDS):
            return ask()
    except Exception:  # noqa: BLE001 - whatever is wrong with us, the scripts are read one by one
        return otherwise


def checked(path: Path, root: Path, extract: Callable[[], Read]) -> Read:
    """What an extractor finds in a file, each finding once; a finding in its place where it cannot be opened."""
    problem = unusable(path, root)
    found = (problem,) if problem is not None else _extracted(path, root, extract)
    if isinstance(found, Extraction):
        return replace(found, diagnostics=unique(found.diagnostics))
    return found and unique(found)


def _extracted(path: Path, root: Path, extract: Callable[[], Read]) -> Read:
    """What is found; a finding in its place where it takes too long, or fails by a fault of the extractor."""
    try:
        with deadline(MAX_SECONDS):
            return extract()
    except TookTooLong:
        message = f"reading it takes more than {MAX_SECONDS:g} seconds"
        return (Diagnostic("HS104", message, whole(path, root)),)
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with us, the other scripts are read
        frame = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        return (Diagnostic("HS005", f"{type(fault).__name__} at {place}", whole(path, root)),)


def ended(scripts: Sequence[Path], root: Path) -> PartRead:
    """What is said of scripts whose reading has ended the process that did it."""
    message = "the process that read it ended before it was done"
    return PartRead(tuple((path, (Diagnostic("HS005", message, whole(path, root)),)) for path in scripts))


# --- packed ------------------------------------------------------------------------------------------------------


_FIELDS = {"integration", "diagnostics", "secret_values", "start", "observations"}
assert {one.name for one in fields(Extraction)} == _FIELDS, "what is packed is all of an extraction"
_DIAGNOSTICS = TypeAdapter(tuple[Diagnostic, ...])
_START = TypeAdapter(Start)
_OBSERVATIONS = TypeAdapter(tuple[Observation, ...])


def pack(reads: Sequence[tuple[Path, Read]]) -> bytes:
    """What scripts hold as JSON, but for the values of credentials."""
    return json.dumps([[str(path), _packed(read)] for path, read in reads]).encode("ascii")


def unpack(packed: bytes) -> tuple[tuple[Path, Read], ...]:
    """The same again; raises ValueError for anything else."""
    try:
        return tuple((Path(path), _unpacked(read)) for path, read in json.loads(packed))
    except (TypeError, KeyError, AttributeError) as problem:
        raise ValueError("no packed part") from problem


def _packed(read: Read) -> dict[str, Any] | None:
    if read is None:
        return None
    if not isinstance(read, Extraction):
        return {"diagnostics": _DIAGNOSTICS.dump_python(read, mode="json")}
    return {
        "integration": read.integration.model_dump_json(),
        "diagnostics": _DIAGNOSTICS.dump_python(read.diagnostics, mode="json"),
        "start": _START.dump_python(read.start, mode="json"),
        "observations": _OBSERVATIONS.dump_python(read.observations, mode="json"),
    }


def _unpacked(packed: dict[str, Any] | None) -> Read:
    if packed is None:
        return None
    diagnostics = _DIAGNOSTICS.validate_json(json.dumps(packed["diagnostics"]))
    if "integration" not in packed:
        return diagnostics
    return Extraction(
        Integration.model_validate_json(packed["integration"]),
        diagnostics,
        start=_START.validate_json(json.dumps(packed["start"])),
        observations=_OBSERVATIONS.validate_json(json.dumps(packed["observations"])),
    )
