"""Finds scripts and reads them."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from typing import TypeVar

from migrate import registry
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic, unique
from migrate.model import Estate
from migrate.pipeline.deadline import TookTooLong, deadline
from migrate.pipeline.files import InputError
from migrate.pipeline.walking import scripts_below, unusable, whole

T = TypeVar("T")

MAX_SECONDS = 60.0
"""How long one script may take to be read; what takes longer is reported (HS104)."""


_Read = Extraction | tuple[Diagnostic, ...] | None
"""What was made of a file: an integration, findings alone, or nothing."""

Progress = Callable[[int, int, str], None]
"""Is told how many scripts are read, how many there are, and which one is next."""


@dataclass(frozen=True)
class Audit:
    """What was found below a folder: integrations, files that hold none, files that could not be read."""

    extractions: tuple[Extraction, ...]
    unread: tuple[Diagnostic, ...]
    scripts: int
    looked_for: tuple[str, ...]

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """All findings: those of each integration, then those of files that were not read."""
        return (*(one for found in self.extractions for one in found.diagnostics), *self.unread)

    @property
    def estate(self) -> Estate:
        """All integrations as one model."""
        return Estate(integrations=tuple(one.integration for one in self.extractions))


def looked_for() -> tuple[str, ...]:
    """What names of scripts end in."""
    return tuple(suffix for extractor in registry.extractors() for suffix in extractor.suffixes)


def has_extractor(path: Path) -> bool:
    """True if an extractor reads such a file."""
    return path.suffix.lower() in looked_for()


def audit(folder: Path, progress: Progress = lambda done, total, name: None) -> Audit:
    """Reads all scripts below a folder, or one script. Links are not followed; `progress` is told of each script."""
    if not folder.exists():
        raise InputError(f"{folder}: no such file or folder")
    root = folder if folder.is_dir() else folder.parent
    found = list(scripts_below(folder, looked_for())) if folder.is_dir() else [folder]
    unread = [one for one in found if isinstance(one, Diagnostic)]
    scripts = sorted(one for one in found if isinstance(one, Path))
    extractions: list[Extraction] = []
    for read in _read_together(scripts, root, progress) if folder.is_dir() else (read_script(folder, root),):
        if isinstance(read, Extraction):
            extractions.append(read)
        elif read is not None:
            unread.extend(read)
    places = {path.relative_to(root).as_posix(): number for number, path in enumerate(scripts)}
    extractions.sort(key=lambda one: places[one.integration.sources[0].file])
    return Audit(_told_apart(extractions), tuple(unread), len(scripts), looked_for())


def _read_together(scripts: list[Path], root: Path, progress: Progress) -> Iterator[_Read]:
    """What the scripts of a folder hold: those that run by themselves, then modules that none of them has loaded."""
    read: set[Path] = set()
    for extractor in registry.extractors():
        own = tuple(path for path in scripts if path.suffix.lower() in extractor.suffixes)
        project = extractor.project(root, own)
        waiting = deque(_asked(project.entries, own))
        while waiting:
            path = waiting.popleft()
            progress(len(read), len(scripts), path.name)
            read.add(path)
            yield _checked(path, root, partial(project.extract, path))
            if not waiting:
                left = (one for one in _asked(project.remaining, own) if one not in read)
                waiting.extend(islice(left, 1))


def _asked(ask: Callable[[], tuple[T, ...]], otherwise: tuple[T, ...]) -> tuple[T, ...]:
    """What a project says of its scripts; where it takes too long, or fails by a fault of ours, the alternative."""
    try:
        with deadline(MAX_SECONDS):
            return ask()
    except Exception:  # noqa: BLE001 - whatever is wrong with us, the scripts are read one by one
        return otherwise


def read_script(path: Path, root: Path) -> _Read:
    """What one file holds; see `Extractor.extract`. Raises InputError where no extractor reads such a file."""
    for extractor in registry.extractors():
        if path.suffix.lower() in extractor.suffixes:
            return _checked(path, root, partial(extractor.extract, path, root))
    raise InputError(
        f"{path}: no extractor for this kind of file; there are some for: {', '.join(looked_for())}"
    )


def _checked(path: Path, root: Path, extract: Callable[[], _Read]) -> _Read:
    """What an extractor finds in a file, each finding once; a finding in its place where it cannot be opened."""
    problem = unusable(path, root)
    found = (problem,) if problem is not None else _extracted(path, root, extract)
    if isinstance(found, Extraction):
        return replace(found, diagnostics=unique(found.diagnostics))
    return found and unique(found)


def _extracted(path: Path, root: Path, extract: Callable[[], _Read]) -> _Read:
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


def _told_apart(extractions: Iterable[Extraction]) -> tuple[Extraction, ...]:
    """The same with ids that differ: `a/b.py` and `a.b.py` would both be `a.b`."""
    found: dict[str, Extraction] = {}
    for one in extractions:
        base = one.integration.id
        id = next(id for id in chain((base,), (f"{base}-{number}" for number in count(2))) if id not in found)
        renamed = one.integration if id == base else one.integration.model_copy(update={"id": id})
        found[id] = replace(one, integration=renamed)
    return tuple(found.values())
