"""Explains a step or mapping rule of a model: what it does, the legacy lines it came from, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migrate.contracts import Extraction
from migrate.diagnostics import RULES, Rule, visible
from migrate.model import (
    AnyStep,
    Estate,
    Integration,
    MappingRule,
    Translate,
    Unmapped,
    UnmappedStep,
    expressions_of,
    walk,
    walk_steps,
)
from migrate.model.notation import written
from migrate.pipeline.auditing import read_script
from migrate.pipeline.files import InputError
from migrate.pipeline.models import read_model
from migrate.pipeline.parsing import YAML_SUFFIXES
from migrate.pipeline.sources import source_lines
from migrate.pipeline.step_rows import step_text

REPORT_NAME = "report.json"
Lines = dict[tuple[str, int], str]


@dataclass(frozen=True)
class ExplainedPart:
    """A step or rule of one integration, with the legacy line (redacted) where that is known, and its gaps."""

    integration: str
    id: str
    kind: str
    text: str
    evidence: str
    file: str
    line: int
    source: str
    gaps: tuple[Rule, ...]
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        parts = [f"{self.integration}: {self.id} ({self.kind})", f"    {self.text}"]
        if place or self.source:
            parts += ["", f"From {place}{self.source}".rstrip(": ")]
        if self.evidence:
            parts += ["", f"Evidence: {self.evidence}"]
        parts += [f"\n{rule.code} ({rule.severity}): {rule.title}" for rule in self.gaps]
        return visible("\n".join([*parts, "", f"What to do: {self.remedy}"]))


_EVIDENCE = {
    "literal": "written so in the source",
    "folded": "computed by the script",
    "inferred": "concluded from how it is used",
    "observed": "seen in recorded traffic",
    "unresolved": "not known",
}


_REMEDY = (
    "nothing, if this is what the script does. Else change it in model.json, pass that by --model, and prove it by "
    "`hubshift shadow`."
)


def explain_part(id: str, where: Path) -> tuple[ExplainedPart, ...]:
    """All steps and rules with this id in a model file, the folder of an audit, or a script.

    `INTEGRATION/ID` names that of one integration, as the pages of a report do.
    Raises InputError where there is no such place, or no such id in it.
    """
    if not where.exists():
        raise InputError(
            f"{id}: no diagnostic has this code, and to look for a step or rule, {where} is not there; "
            "name the folder of an audit, a model file or a script by --in"
        )
    estate, lines = _at_hand(where)
    found = tuple(_parts(id, estate, lines))
    if not found:
        raise InputError(
            f"{id}: {where} holds no step and no rule of this id, and no diagnostic has this code"
        )
    return found


def _at_hand(where: Path) -> tuple[Estate, Lines]:
    """The model at a place, and the redacted source lines that are known there."""
    if where.is_dir() or where.suffix.lower() in (".json", *YAML_SUFFIXES):
        folder = where if where.is_dir() else where.parent
        return read_model(where), _reported_lines(folder / REPORT_NAME)
    found = read_script(where, where.parent)
    if not isinstance(found, Extraction):
        raise InputError(f"{where}: no integration could be read; `hubshift audit` says why")
    return Estate(integrations=(found.integration,)), source_lines(where.parent, found)


def _reported_lines(report: Path) -> Lines:
    """The lines that the report of an audit holds; none where there is no such report."""
    try:
        pages = json.loads(report.read_text(encoding="utf-8"))["flows"]
        places = [row["place"] for page in pages for row in (*page["rules"], *page["steps"]) if row["place"]]
        return {(place["file"], place["line"]): place["excerpt"] for place in places}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _parts(id: str, estate: Estate, lines: Lines) -> Iterator[ExplainedPart]:
    for integration in estate.integrations:
        wanted = (id, id.removeprefix(f"{integration.id}/"))
        for step in walk_steps(integration.whole):
            if step.id in wanted:
                yield _explained(integration, step, lines)
            if isinstance(step, Translate):
                yield from (_explained(integration, one, lines) for one in step.rules if one.id in wanted)


def _explained(integration: Integration, part: AnyStep | MappingRule, lines: Lines) -> ExplainedPart:
    span = part.span
    gaps = tuple(RULES[code] for code in dict.fromkeys(_codes(part)))
    return ExplainedPart(
        integration=integration.id,
        id=part.id,
        kind="mapping rule" if isinstance(part, MappingRule) else part.kind,
        text=_rule_text(part) if isinstance(part, MappingRule) else step_text(part),
        evidence=_EVIDENCE[part.evidence] if isinstance(part, MappingRule) else "",
        file=span.file if span else "",
        line=span.line if span else 0,
        source=lines.get((span.file, span.line), "") if span else "",
        gaps=gaps,
        remedy=" ".join(rule.remedy for rule in gaps) or _REMEDY,
    )


def _rule_text(rule: MappingRule) -> str:
    when = f", where {written(rule.when)}" if rule.when is not None else ""
    return f"{'.'.join(rule.target)} = {written(rule.value)}{when}"


def _codes(part: AnyStep | MappingRule) -> Iterator[str]:
    if isinstance(part, UnmappedStep):
        yield part.code
    if isinstance(part, MappingRule):
        expressions = (part.value, *((part.when,) if part.when is not None else ()))
    else:
        expressions = expressions_of(part)
    for expression in expressions:
        yield from (one.code for one in walk(expression) if isinstance(one, Unmapped))
