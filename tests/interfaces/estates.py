"""The estates whose interfaces are tried: each fixture by itself, and the sample estate; with their recordings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from migrate.interfaces import Exchange
from migrate.model import Estate, Integration
from migrate.pipeline import emit_estate
from migrate.pipeline.emitting import Emitted
from migrate.pipeline.exchanges import exchanges_of
from migrate.shadow.recording import read_har
from tests.conformance.cases import Fixture, fixtures
from tests.interfaces.described import Document

SAMPLE = "estate"
GOLDENS = {name: Path(__file__).parent / "documents" / name for name in ("estate", "contacts_to_mailing")}
"""Where the documents are kept that are compared whole."""


@dataclass(frozen=True)
class Tried:
    """An estate with the recordings of its flows."""

    name: str
    fixtures: tuple[Fixture, ...]

    @property
    def recordings(self) -> tuple[Path, ...]:
        """The recordings of all runs."""
        return tuple(one.folder / run.recording for one in self.fixtures for run in one.case.runs)

    def emitted(self, *, with_traffic: bool) -> Emitted:
        """The documents of the estate."""
        return _emitted(self.name, with_traffic)

    def documents(self, *, with_traffic: bool) -> list[Document]:
        """Those of its systems."""
        return [
            yaml.safe_load(one.text)
            for one in self.emitted(with_traffic=with_traffic).emission.artefacts
            if one.path.startswith("systems/")
        ]

    def calls(self) -> tuple[tuple[Exchange, dict[str, str]], ...]:
        """The recorded requests with their answers, those that are equal once, and the headers in lower case."""
        return _calls(self.recordings)


@cache
def _calls(recordings: tuple[Path, ...]) -> tuple[tuple[Exchange, dict[str, str]], ...]:
    found: dict[str, tuple[Exchange, dict[str, str]]] = {}
    for path in recordings:
        recorded = read_har(path).exchanges
        for exchange, one in zip(exchanges_of([path]), recorded, strict=True):
            headers = {name.lower(): value for name, value in one.request.headers}
            found.setdefault(repr((exchange, sorted(headers.items()))), (exchange, headers))
    return tuple(found.values())


@cache
def _emitted(name: str, with_traffic: bool) -> Emitted:
    tried = estates()[name]
    estate = Estate(integrations=tuple(_model(one) for one in tried.fixtures))
    return emit_estate(estate, "openapi", tried.recordings if with_traffic else ())


def _model(fixture: Fixture) -> Integration:
    """The integration of a fixture as its golden model has it."""
    content = json.loads((fixture.folder / "model.json").read_text(encoding="utf-8"))
    del content["$schema"]
    (found,) = Estate.model_validate(content).integrations
    return found


@cache
def estates() -> dict[str, Tried]:
    """All of them by name."""
    groups: dict[str, list[Fixture]] = {}
    for fixture in fixtures():
        groups.setdefault(fixture.name.partition("/")[0], []).append(fixture)
    return {name: Tried(name, tuple(found)) for name, found in groups.items()}


def goldens() -> dict[Path, str]:
    """The documents that are kept, by their files: as made with all recordings."""
    return {
        folder / artefact.path: artefact.text
        for name, folder in GOLDENS.items()
        for artefact in estates()[name].emitted(with_traffic=True).emission.artefacts
    }


def update() -> None:
    """Writes the goldens anew; read the difference before you commit it."""
    for path, text in goldens().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update()
