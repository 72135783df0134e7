"""`hubshift.yaml`: what people declare for a migration, a section for each part that reads it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from migrate.model.document import DocumentError, validated
from migrate.pipeline.parsing import parse_file
from migrate.shadow.comparison_settings import NOTHING_DECLARED, ComparisonSettings
from migrate.shadow.declared import RecordSettings
from migrate.shadow.replay_settings import ReplaySettings

PROJECT_NAME = "hubshift.yaml"


class Project(BaseModel):
    """All sections; one that is not in the file has its defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record: RecordSettings = RecordSettings()
    comparison: ComparisonSettings = NOTHING_DECLARED
    replay: ReplaySettings = ReplaySettings()


def read_project(path: Path) -> Project:
    """The settings in a file.

    Raises InputError with a line for each fault: file, line, JSON Pointer, and what is wrong; no value is quoted.
    """
    parsed = parse_file(path)
    try:
        return validated(Project, parsed.content)
    except DocumentError as problem:
        parsed.refuse(list(problem.faults))


def project_of(path: Path | None) -> Project:
    """The settings in the file that was named, else in `hubshift.yaml` of the current folder, else the defaults."""
    if path is not None:
        return read_project(path)
    beside = Path(PROJECT_NAME)
    return read_project(beside) if beside.is_file() else Project()
