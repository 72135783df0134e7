"""A baseline: the findings that are known and accepted for now, so that only new ones count.

A JSON file that `hubshift audit --write-baseline` writes, for people to keep under version control and to shorten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from migrate.diagnostics import Diagnostic, fingerprints
from migrate.pipeline.assessing import Assessment
from migrate.pipeline.files import InputError


class Known(BaseModel):
    """One finding: its code, its file (to be read), and the fingerprint by which it is known again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    file: str
    fingerprint: str


class Baseline(BaseModel):
    """All that are known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    findings: tuple[Known, ...] = ()


def baseline_of(risks: Iterable[Diagnostic]) -> Baseline:
    """The findings as a baseline, by file, code and fingerprint."""
    found = tuple(risks)
    known = {
        Known(code=one.code, file=one.span.file if one.span is not None else "", fingerprint=fingerprint)
        for one, fingerprint in zip(found, fingerprints(found), strict=True)
    }
    return Baseline(findings=tuple(sorted(known, key=lambda one: (one.file, one.code, one.fingerprint))))


def baseline_text(baseline: Baseline) -> str:
    """The file, a line for each finding, so that differences can be read."""
    lines = ",\n".join(f"    {json.dumps(one.model_dump(), ensure_ascii=False)}" for one in baseline.findings)
    listed = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {baseline.version},\n  "findings": {listed}\n}}\n'


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file; raises InputError where it cannot be read or is of another form."""
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as problem:
        raise InputError(f"{path}: {problem.strerror}") from problem
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        place = "/".join(map(str, first["loc"]))
        raise InputError(f"{path}: no baseline: {place or 'the file'}: {first['msg']}") from problem


def apart(assessment: Assessment, baseline: Baseline) -> tuple[Assessment, tuple[Diagnostic, ...]]:
    """The findings that are not in the baseline, and those that are."""
    known = {one.fingerprint for one in baseline.findings}
    everything = assessment.all
    accepted = {number for number, fingerprint in enumerate(fingerprints(everything)) if fingerprint in known}
    numbers = iter(range(len(everything)))
    left = tuple(tuple(one for one in flow if next(numbers) not in accepted) for flow in assessment.risks)
    return Assessment(left, assessment.ignored), tuple(everything[number] for number in sorted(accepted))
