"""Emits a target's configuration from an integration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from migrate import registry
from migrate.contracts import Emission
from migrate.model import Integration
from migrate.pipeline.files import write_whole


@dataclass(frozen=True)
class Emitted:
    """What was emitted, and the files that were written."""

    target: str
    emission: Emission
    files: tuple[Path, ...]


def emit(integration: Integration, target: str, folder: Path | None = None) -> Emitted:
    """The configuration of a target; with a folder, written into it. Raises `registry.UnknownTarget`."""
    emission = registry.emitter(target).emit(integration)
    files: list[Path] = []
    if folder is not None:
        for artefact in emission.artefacts:
            path = folder / artefact.path
            write_whole(path, artefact.text)
            files.append(path)
    return Emitted(target, emission, tuple(files))
