"""Where a difference of a shadow run comes from."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.contracts import Extraction
from migrate.model import MappingRule, Parameter, SourceSpan
from migrate.shadow.differences import Difference, Rated
from migrate.shadow.location import locate


@dataclass(frozen=True)
class Origin:
    """Where a difference comes from: the rule or part of the model, and the legacy line."""

    rule: str
    span: SourceSpan | None


def origin(difference: Difference | Rated, extraction: Extraction) -> Origin:
    """The mapping rule, parameter or step that a difference comes from, and its legacy line."""
    plain = difference.difference if isinstance(difference, Rated) else difference
    part, span = locate(plain, extraction.integration)
    match part:
        case MappingRule(id=rule):
            return Origin(rule, span)
        case Parameter(name=name, location=location):
            return Origin(f"{location} parameter {name}", span)
        case None:
            return Origin("", None)
        case step:
            return Origin(step.id, span)
