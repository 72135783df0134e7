"""The fixtures: a folder each with legacy script, traffic, and what is expected of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fixtures.case import FOLDER, Case, cases
from fixtures.shell_jq import by_hand as shell_jq
from migrate.contracts import Extraction
from migrate.model import Estate
from migrate.pipeline import emit, read_script
from migrate.pipeline.models import model_text

TARGETS = ("camel", "node-red")
LIBRARY = re.compile(r"src/main/resources/python/\w+\.groovy")
"""Files of the library that a project carries, the same in nearly all: no goldens, but for one in tests/unit/camel."""

SCHEMA = FOLDER.parent / "docs" / "schema" / "estate.schema.json"

BY_HAND: dict[str, Callable[[], Estate]] = {"shell_jq": shell_jq.estate}
"""What makes the models that no extractor makes."""


@dataclass(frozen=True)
class Fixture:
    """One fixture folder."""

    folder: Path
    case: Case

    @property
    def name(self) -> str:
        """The path of the folder below `fixtures/`."""
        return self.folder.relative_to(FOLDER).as_posix()

    @property
    def script(self) -> Path:
        """The legacy script."""
        return (self.folder / self.case.script).resolve()

    @property
    def env_file(self) -> Path:
        """Its environment."""
        return self.folder / self.case.env_file

    def extraction(self) -> Extraction:
        """What the extractor makes of the script, or the model that was written by hand."""
        if self.case.model == "by-hand":
            (integration,) = BY_HAND[self.name]().integrations
            return Extraction(integration, ())
        found = read_script(self.script, self.script.parent)
        assert isinstance(found, Extraction)
        return found

    def goldens(self) -> dict[Path, str]:
        """What the tool makes of the fixture today, by the path of the golden file."""
        extraction = self.extraction()
        schema = os.path.relpath(SCHEMA, self.folder)
        made = {
            self.folder / "model.json": model_text(Estate(integrations=(extraction.integration,)), schema),
            self.folder / "diagnostics.txt": "".join(f"{one}\n" for one in extraction.diagnostics),
        }
        for target in TARGETS:
            for artefact in emit(extraction.integration, target).emission.artefacts:
                if not LIBRARY.fullmatch(artefact.path):
                    made[self.folder / "emitted" / target / artefact.path] = artefact.text
        return made


def fixtures() -> tuple[Fixture, ...]:
    """All fixtures, by name."""
    return tuple(Fixture(FOLDER / name, case) for name, case in cases().items())


def update() -> None:
    """Writes all goldens anew; read the difference before you commit it."""
    for fixture in fixtures():
        for path, text in fixture.goldens().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update()
