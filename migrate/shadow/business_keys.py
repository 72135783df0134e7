"""The business key of writes: the fields of a body that say which record it is, named by people or found.

Found is a field whose name says that it identifies (see `resemblance`), which every body to a URL has, and which no
two of one leg share; where there is no such field, all of these fields together. What else tells which record a write
is of, such as its URL, is in `identities`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from migrate.shadow.bodies import Json
from migrate.shadow.comparison_settings import ComparisonSettings
from migrate.shadow.operations import operation_of
from migrate.shadow.patterns import OperationPattern
from migrate.shadow.resemblance import identifies, scalars
from migrate.shadow.values import value_of
from migrate.shadow.writes import Write

Path = tuple[str, ...]


@dataclass(frozen=True, order=True)
class PairedBy:
    """The fields by which the records of an operation were told apart, and how they are known."""

    operation: str
    fields: tuple[str, ...]
    known: Literal["named", "found"]

    def __str__(self) -> str:
        return f"{self.operation}: by {' and '.join(self.fields)} ({self.known})"


def named_paths(write: Write, settings: ComparisonSettings) -> tuple[Path, ...]:
    """The fields that people named for the operation of a write; the first that fits counts."""
    for key in settings.keys:
        if OperationPattern(key.operation).fits(operation_of(write)):
            return key.paths
    return ()


def named_keys(writes: Sequence[Write], settings: ComparisonSettings) -> tuple[PairedBy, ...]:
    """The business keys that people named, for each operation of the writes, sorted."""
    operations = {operation_of(write): write for write in writes} if settings.keys else {}
    return tuple(
        sorted(
            PairedBy(operation, shown_paths(paths), "named")
            for operation, write in operations.items()
            if (paths := named_paths(write, settings))
        )
    )


def shown_paths(paths: Sequence[Path]) -> tuple[str, ...]:
    """The paths as people write them."""
    return tuple("body." + ".".join(path) for path in paths)


def found_paths(left: Sequence[Json], right: Sequence[Json]) -> tuple[Path, ...]:
    """The fields that identify each record among those of its leg; nothing where none do."""
    common: dict[Path, None] | None = None
    for body in (*left, *right):
        paths = {
            tuple(str(part) for part in path): None
            for path, value in scalars(body)
            if path
            and None not in path
            and identifies(str(path[-1]))
            and isinstance(value, str | int)
            and not isinstance(value, bool)
            and value != ""
        }
        common = paths if common is None else {path: None for path in common if path in paths}
        if not common:
            return ()
    candidates = sorted(common or (), key=lambda path: (len(path), path))
    for chosen in [*[(path,) for path in candidates], tuple(candidates)]:
        if chosen and all(_unique(side, chosen) for side in (left, right)):
            return chosen
    return ()


def _unique(bodies: Sequence[Json], paths: Sequence[Path]) -> bool:
    values = [value_of(body, paths) for body in bodies]
    return len(set(values)) == len(values)
