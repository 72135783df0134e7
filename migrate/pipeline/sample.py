"""The sample estate of a checkout: its scripts, a recorded run of each, and what a demonstration is to show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from migrate.model.document import DocumentError, validated
from migrate.pipeline.beside import lay_out
from migrate.pipeline.files import InputError, temporary_folder
from migrate.pipeline.parsing import parse_file

SAMPLE = Path(__file__).resolve().parent.parent.parent / "fixtures" / "estate"


class Mistake(BaseModel):
    """A change of one expression in what was emitted for a flow, as a person could make it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str
    rule: str
    """The mapping rule that the change breaks: the explanation has to name it."""
    instead_of: str
    stands: str
    story: str


class Expected(BaseModel):
    """What the sample's `demo.yaml` says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    scripts: str
    """The folder of the scripts, as their owners have it."""
    verdicts: dict[str, str]
    """The verdict that each flow is to have, by the name of its folder."""
    not_started: tuple[str, ...]
    """The scripts that no crontab starts."""
    mistake: Mistake


@dataclass(frozen=True)
class RecordedRun:
    """One recorded run of a script: its files, each None where the script needs none."""

    name: str
    script: Path
    recording: Path
    env_file: Path
    before: Path | None
    mails: Path | None
    gaps: tuple[str, ...]
    """Codes of the gaps that the script is known to have."""

    @contextmanager
    def files(self) -> Iterator[Path]:
        """A folder with what lies beside the script when it starts."""
        with temporary_folder() as folder:
            lay_out(self.before, folder)
            yield folder


@dataclass(frozen=True)
class Sample:
    """The sample estate."""

    expected: Expected
    scripts: Path
    runs: tuple[RecordedRun, ...]


def read_sample(folder: Path = SAMPLE) -> Sample:
    """The sample estate. Raises InputError where it is not there, as in an installed package."""
    if not (folder / "demo.yaml").is_file():
        raise InputError(
            "the sample estate is not here: the demonstration needs a checkout of the repository"
        )
    parsed = parse_file(folder / "demo.yaml")
    try:
        expected = validated(Expected, parsed.content)
    except DocumentError as problem:
        parsed.refuse(list(problem.faults))
    runs = tuple(_first_run(case.parent) for case in sorted(folder.glob("*/case.yaml")))
    return Sample(expected, folder / expected.scripts, runs)


def _first_run(folder: Path) -> RecordedRun:
    """The full run of a case, which is the first of them."""
    case = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    first = next(one for one in case["runs"] if one["recording"] == case["recording"])
    return RecordedRun(
        name=folder.name,
        script=(folder / case["script"]).resolve(),
        recording=folder / case["recording"],
        env_file=folder / case["env_file"],
        before=folder / first["before"] if first.get("before") else None,
        mails=folder / first["mails"] if first.get("mails") else None,
        gaps=tuple(case.get("gaps", ())),
    )
