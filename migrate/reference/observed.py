"""What a run went through and read, as lines of JSON from the process that ran to the one that reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from migrate.model import Integration
from migrate.reference.coverage import Point, Tally, points
from migrate.reference.samples import Sample


@dataclass(frozen=True)
class Observed:
    """The points of a model with the number of times that each was passed; nulls and samples by the rules' ids."""

    points: tuple[tuple[Point, int], ...]
    nulls: Mapping[str, int] = field(default_factory=dict)
    samples: Mapping[str, Sample] = field(default_factory=dict)


class _Samples(BaseModel):
    model_config = ConfigDict(extra="forbid")
    samples: dict[str, Sample]


class _Counts(BaseModel):
    model_config = ConfigDict(extra="forbid")
    counts: tuple[int, ...]
    nulls: dict[str, int]


_LINES = TypeAdapter(_Samples | _Counts)


def lines_of(tally: Tally, integration: Integration) -> tuple[dict[str, object], ...]:
    """The lines on one run or several; the first holds samples, values of the recording, the second none."""
    samples = TypeAdapter(dict[str, Sample]).dump_python(tally.samples.by_rule, mode="json")
    return ({"samples": samples}, {"counts": tally.counts(integration), "nulls": tally.nulls})


def observed(output: str, integration: Integration) -> Observed | None:
    """What a process says of its runs; None where it says nothing, or of another model.

    A line that cannot be read is passed over: the first of a long output may be cut off.
    """
    found = list(_read(output))
    counts = next((one for one in found if isinstance(one, _Counts)), None)
    samples = next((one.samples for one in found if isinstance(one, _Samples)), {})
    declared = points(integration)
    if counts is None or len(counts.counts) != len(declared):
        return None
    return Observed(tuple(zip(declared, counts.counts, strict=True)), counts.nulls, samples)


def _read(output: str) -> Iterator[_Samples | _Counts]:
    for line in output.splitlines():
        try:
            yield _LINES.validate_json(line)
        except ValidationError:
            continue
