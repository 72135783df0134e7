"""Finds scripts and reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, count
from pathlib import Path

from migrate import registry
from migrate.contracts import Consulted, Extraction, Extractor, Parted
from migrate.diagnostics import Diagnostic
from migrate.model import Estate
from migrate.pipeline.files import InputError
from migrate.pipeline.processes import Part, read_parts
from migrate.pipeline.reading import PartRead, Read, asked_of, checked
from migrate.pipeline.result_cache import ResultCache
from migrate.pipeline.walking import Passed, scripts_below

_WORTH_PROCESSES = 20
"""To read fewer scripts takes less time than to start processes that do it."""

Progress = Callable[[int, int, str], None]
"""Is told how many scripts are read, how many there are, and which one is next."""


@dataclass(frozen=True)
class Audit:
    """What was found below a folder: integrations, files that hold none, files that could not be read."""

    extractions: tuple[Extraction, ...]
    unread: tuple[Diagnostic, ...]
    scripts: int
    looked_for: tuple[str, ...]
    seen: tuple[Path | Passed, ...] = ()
    """What lies below the folder."""
    consulted: frozenset[Consulted] | None = None
    """All that was asked of the file system, with the answers; None where another run could give something else."""

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


def audit(
    folder: Path,
    progress: Progress = lambda done, total, name: None,
    *,
    jobs: int = 1,
    cache: Path | None = None,
    secrets: bool = True,
) -> Audit:
    """Reads all scripts below a folder, or one script. Links are not followed; `progress` is told of each script.

    `jobs` processes read at a time. In the folder `cache` is kept what was read, for the next time; without `secrets`,
    also of scripts in which credentials stand, whose values the extractions then do not have.
    """
    if not folder.exists():
        raise InputError(f"{folder}: no such file or folder")
    root = folder if folder.is_dir() else folder.parent
    found = list(scripts_below(folder, looked_for())) if folder.is_dir() else [folder]
    unread = [one.finding(root) for one in found if isinstance(one, Passed)]
    scripts = sorted(one for one in found if isinstance(one, Path))
    if folder.is_dir():
        reads, consulted = _read_together(scripts, root, _Told(progress, len(scripts)), jobs, cache, secrets)
    else:
        reads, consulted = {folder: read_script(folder, root)}, None
    extractions: list[Extraction] = []
    for path in scripts:
        read = reads.get(path)
        if isinstance(read, Extraction):
            extractions.append(read)
        elif read is not None:
            unread.extend(read)
    seen = tuple(found)
    return Audit(_told_apart(extractions), tuple(unread), len(scripts), looked_for(), seen, consulted)


@dataclass
class _Told:
    """Tells of the progress over all parts."""

    progress: Progress
    total: int
    seen: set[Path] = field(default_factory=set)

    def begun(self, script: Path) -> None:
        self.progress(min(len(self.seen), self.total), self.total, script.name)
        self.seen.add(script)

    def ended(self, scripts: tuple[Path, ...]) -> None:
        self.seen.update(scripts)


def _read_together(
    scripts: list[Path], root: Path, told: _Told, jobs: int, cache: Path | None, secrets: bool
) -> tuple[dict[Path, Read], frozenset[Consulted] | None]:
    """What the scripts of a folder hold, and what was consulted; those that import each other are read in turn."""
    reads: dict[Path, Read] = {}
    consulted: set[Consulted] = set()
    lasting = True
    for extractor in registry.extractors():
        own = tuple(path for path in scripts if path.suffix.lower() in extractor.suffixes)
        project = extractor.project(root, own)
        parts = asked_of(project.parts, (own,)) if isinstance(project, Parted) else (own,)
        kept = None
        if cache is not None and isinstance(project, Parted) and _is_ours(extractor):
            kept = ResultCache(cache, root.absolute(), project.answer, secrets)
        found: dict[tuple[Path, ...], PartRead] = {}
        while new := [part for part in parts if part and part not in found]:
            found.update(_read_new(new, extractor.language, root, kept, jobs, told))
            parts = _joined(parts, found)
        lasting = lasting and isinstance(project, Parted) and _is_ours(extractor)
        consulted.update(project.consulted() if isinstance(project, Parted) else ())
        for part in parts:
            if part:
                reads.update(found[part].reads)
                consulted.update(found[part].consulted)
                lasting = lasting and bool(found[part].consulted)
        if kept is not None:
            kept.close()
    return reads, frozenset(consulted) if lasting else None


def _is_ours(extractor: Extractor) -> bool:
    """True for an extractor whose code `result_cache.version` covers."""
    return type(extractor).__module__.partition(".")[0] == "extractors"


def _read_new(
    parts: list[tuple[Path, ...]], language: str, root: Path, kept: ResultCache | None, jobs: int, told: _Told
) -> Iterator[tuple[tuple[Path, ...], PartRead]]:
    missing: list[Part] = []
    for part in parts:
        read = kept.find(part) if kept is not None else None
        if read is None:
            missing.append((language, part))
        else:
            told.begun(part[0])
            told.ended(part)
            yield part, read
    several = sum(len(part) for _, part in missing) >= _WORTH_PROCESSES
    jobs = min(jobs, len(missing)) if several else 1
    for (_, part), read in read_parts(missing, root, jobs, begun=told.begun):
        told.ended(part)
        if kept is not None:
            kept.keep(part, read)
        yield part, read


def _joined(
    parts: tuple[tuple[Path, ...], ...], found: dict[tuple[Path, ...], PartRead]
) -> tuple[tuple[Path, ...], ...]:
    """The parts, those as one of which a script has loaded one of another: that has a bearing on how it is read."""
    part_of = {path.absolute(): number for number, part in enumerate(parts) for path in part}
    whole = list(range(len(parts)))
    for number, part in enumerate(parts):
        for path in found[part].loaded if part else ():
            other = whole[part_of.get(path, number)]
            if other != (own := whole[number]):
                whole = [min(own, other) if one in (own, other) else one for one in whole]
    if whole == list(range(len(parts))):
        return parts
    joined: dict[int, list[Path]] = {}
    for number, part in zip(whole, parts, strict=True):
        joined.setdefault(number, []).extend(part)
    return tuple(tuple(sorted(one)) for one in joined.values())


def read_script(path: Path, root: Path) -> Read:
    """What one file holds; see `Extractor.extract`. Raises InputError where no extractor reads such a file."""
    for extractor in registry.extractors():
        if path.suffix.lower() in extractor.suffixes:
            return checked(path, root, partial(extractor.extract, path, root))
    raise InputError(
        f"{path}: no extractor for this kind of file; there are some for: {', '.join(looked_for())}"
    )


def _told_apart(extractions: Iterable[Extraction]) -> tuple[Extraction, ...]:
    """The same with ids that differ: `a/b.py` and `a.b.py` would both be `a.b`."""
    found: dict[str, Extraction] = {}
    for one in extractions:
        base = one.integration.id
        id = next(id for id in chain((base,), (f"{base}-{number}" for number in count(2))) if id not in found)
        renamed = one.integration if id == base else one.integration.model_copy(update={"id": id})
        found[id] = replace(one, integration=renamed)
    return tuple(found.values())
