"""All about one integration as a page of a report: what the model says, what was emitted, what a shadow run showed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from migrate.model import Excerpt, Translate, walk_steps
from migrate.model.notation import written
from migrate.pipeline.coverage import coverage_rows
from migrate.pipeline.places import Lines, place_of
from migrate.pipeline.replay_rows import refused_rows, unused_rows
from migrate.pipeline.step_rows import step_rows, trigger_rows
from migrate.report.content import (
    ComparisonRow,
    DifferenceRow,
    Finding,
    FlowPage,
    LegRow,
    LossRow,
    Place,
    RuleRow,
    SampleRow,
)

if TYPE_CHECKING:
    from migrate.pipeline.emitting import Emitted
    from migrate.pipeline.shadowing import ShadowRun
    from migrate.reference.observed import Observed


def flow_page(
    extraction: Extraction,
    emitted: Emitted | None = None,
    run: ShadowRun | None = None,
    lines: Lines | None = None,
    risks: Iterable[Diagnostic] = (),
) -> FlowPage:
    """The page of one integration; `lines` are the redacted source lines to be shown beside the rules.

    `risks` is what is wrong with the script itself.
    """
    integration = extraction.integration
    shown = lines or {}
    emitted = emitted or (run.emitted if run is not None else None)
    observed = run.observed if run is not None else None
    page = FlowPage(
        id=integration.id,
        name=integration.name,
        sources=tuple(source.file for source in integration.sources),
        systems=tuple(server.url for system in integration.systems for server in system.servers),
        variables=tuple(variable.name for variable in integration.variables),
        secrets=tuple(f"{secret.name} ({secret.storage})" for secret in integration.secrets),
        verdict="NOT COMPARED",
        reasons=(),
        steps=(*trigger_rows(integration.trigger, shown), *step_rows(integration.whole, shown)),
        rules=tuple(_rule_rows(extraction, emitted, observed, shown)),
        findings=tuple(finding(one) for one in (*extraction.diagnostics, *risks)),
    )
    if emitted is not None:
        page = _with_emitted(page, emitted)
    return page if run is None else _with_run(page, run, extraction, shown)


def _with_emitted(page: FlowPage, emitted: Emitted) -> FlowPage:
    return replace(
        page,
        target=emitted.target,
        losses=tuple(LossRow(one.id, one.level, one.reason) for one in emitted.emission.losses),
        artefacts=tuple(artefact.path for artefact in emitted.emission.artefacts),
    )


def _with_run(page: FlowPage, run: ShadowRun, extraction: Extraction, lines: Lines) -> FlowPage:
    return replace(
        page,
        verdict=run.judgement.verdict.name.replace("_", " "),
        reasons=tuple(str(reason) for reason in run.judgement.reasons),
        legs=tuple(_leg_rows(run)),
        comparisons=tuple(_comparison_rows(run)),
        differences=tuple(_difference_rows(run, extraction, lines)),
        other_findings=tuple(_difference_rows(run, extraction, lines, others=True)),
        refused=refused_rows(run.legs),
        unused=unused_rows(run.legs),
        unused_rules=tuple(map(str, run.judgement.unused_rules)),
        coverage=coverage_rows(run.observed, lines) if run.observed is not None else (),
    )


def finding(diagnostic: Diagnostic) -> Finding:
    """A diagnostic as a row of the report."""
    rule = diagnostic.rule
    excerpt = diagnostic.excerpt or Excerpt(redacted="")
    place = Place(diagnostic.span.file, diagnostic.span.line, excerpt.redacted) if diagnostic.span else None
    return Finding(rule.code, rule.severity, rule.title, diagnostic.message, rule.remedy, place)


def _rule_rows(
    extraction: Extraction, emitted: Emitted | None, observed: Observed | None, lines: Lines
) -> Iterable[RuleRow]:
    texts = emitted.emission.expressions if emitted is not None else {}
    times = (
        {point.owner: times for point, times in observed.points if point.kind == "rule"} if observed else {}
    )
    nulls = observed.nulls if observed is not None else {}
    samples = observed.samples if observed is not None else {}
    for step in walk_steps(extraction.integration.steps):
        if isinstance(step, Translate):
            for rule in step.rules:
                when = "" if rule.when is None else written(rule.when)
                yield RuleRow(
                    rule.id,
                    step.id,
                    ".".join(rule.target),
                    written(rule.value),
                    when,
                    texts.get(rule.id, ""),
                    rule.evidence,
                    place_of(rule.span, lines),
                    times.get(rule.id),
                    nulls.get(rule.id, 0),
                    SampleRow(sample.sources, sample.value) if (sample := samples.get(rule.id)) else None,
                )


def _leg_rows(run: ShadowRun) -> Iterable[LegRow]:
    for leg in run.legs:
        counts = (len(leg.writes), len(leg.reads))
        yield LegRow(leg.name, leg.state, *counts, leg.detail, len(leg.files), len(leg.answers))


def _comparison_rows(run: ShadowRun) -> Iterable[ComparisonRow]:
    compared = {(one.left, one.right): one for one in run.judgement.comparisons}
    names = [leg.name for leg in run.legs]
    for left, right in pairwise(names):
        one = compared.get((left, right))
        if one is None:
            yield ComparisonRow(left, right, None, 0, 0, 0)
            continue
        same = not (one.outcomes or one.writes.differences or one.answers or one.files)
        counts = (one.writes.left_count, one.writes.right_count, one.writes.equal)
        hits = tuple(str(hit) for hit in one.hits)
        paired_by = tuple(str(key) for key in one.writes.paired_by)
        yield ComparisonRow(left, right, same, *counts, hits, one.classes, paired_by)


def _difference_rows(
    run: ShadowRun, extraction: Extraction, lines: Lines, *, others: bool = False
) -> Iterable[DifferenceRow]:
    from migrate.pipeline.origins import origin

    for one in run.judgement.comparisons:
        for difference in one.other_findings if others else one.differences:
            came_from = origin(difference, extraction)
            yield DifferenceRow(
                f"{one.left} / {one.right}",
                difference.kind,
                difference.path,
                str(difference),
                came_from.rule,
                place_of(came_from.span, lines),
            )
