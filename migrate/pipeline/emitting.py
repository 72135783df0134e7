"""Emits a target's configuration from an integration, or from all of an estate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from migrate import registry
from migrate.contracts import Emission
from migrate.estate.interfaces import interfaces_of
from migrate.model import Estate, Integration
from migrate.pipeline.exchanges import exchanges_of
from migrate.pipeline.files import Together


@dataclass(frozen=True)
class Emitted:
    """What was emitted, and the files that were written."""

    target: str
    emission: Emission
    files: tuple[Path, ...]


def emit(integration: Integration, target: str, folder: Path | None = None) -> Emitted:
    """The configuration of a target; with a folder, written into it. Raises `registry.UnknownTarget`."""
    emitted = Emitted(target, registry.emitter(target).emit(integration), ())
    return emitted if folder is None else write_emitted(emitted, folder)


def emit_estate(
    estate: Estate, target: str, recordings: Iterable[Path] = (), folder: Path | None = None
) -> Emitted:
    """What a target has of an estate, with what recorded traffic shows; with a folder, written into it.

    Raises `registry.UnknownTarget` and `RecordingError`.
    """
    emitter = registry.estate_emitter(target)
    interfaces = interfaces_of(estate, exchanges_of(recordings))
    emitted = Emitted(target, emitter.emit_estate(estate, interfaces), ())
    return emitted if folder is None else write_emitted(emitted, folder)


def write_emitted(emitted: Emitted, folder: Path) -> Emitted:
    """Writes the files of a configuration into a folder: all of them or, on an error, none."""
    texts = {folder / artefact.path: artefact.text for artefact in emitted.emission.artefacts}
    with Together() as files:
        for path, text in texts.items():
            files.write(path, text)
    return replace(emitted, files=tuple(texts))
