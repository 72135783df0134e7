"""Turns what was found into a report."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import migrate
from migrate import registry
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from migrate.model import (
    AnyStep,
    Check,
    Excerpt,
    Fail,
    Filter,
    Handler,
    Loop,
    LoopExit,
    Milestone,
    Read,
    Respond,
    Route,
    SourceSpan,
    Split,
    Stop,
    Translate,
    Trigger,
    Try,
    UnmappedStep,
    WebhookTrigger,
    Write,
    walk_steps,
)
from migrate.model.notation import described, written
from migrate.pipeline.coverage import coverage_rows
from migrate.pipeline.estate_map import estate_map
from migrate.pipeline.files import WriteFile, write_whole
from migrate.pipeline.replay_rows import refused_rows, unused_rows
from migrate.report.content import (
    ComparisonRow,
    DifferenceRow,
    EstateMap,
    Finding,
    FlowPage,
    LegRow,
    LossRow,
    Place,
    Report,
    RuleRow,
    SampleRow,
    SourceRow,
    StepRow,
)

if TYPE_CHECKING:
    from migrate.pipeline.emitting import Emitted
    from migrate.pipeline.shadowing import ShadowRun
    from migrate.reference.observed import Observed

Lines = dict[tuple[str, int], str]
"""Redacted source lines by file and line."""


def write_report(
    folder: Path,
    title: str,
    pages: Iterable[FlowPage],
    unread: Iterable[Diagnostic] = (),
    extractions: Sequence[Extraction] | None = None,
    write: WriteFile = write_whole,
) -> Path:
    """Writes report.html, report.md and report.json into a folder; returns the HTML file's path.

    `extractions` are what the pages were made of, in their order; without them there is no map of the estate.
    """
    from migrate.report import render_html, render_json, render_markdown

    report = report_of(title, pages, unread, extractions)
    for name, render in (
        ("report.html", render_html),
        ("report.md", render_markdown),
        ("report.json", render_json),
    ):
        write(folder / name, render(report))
    return folder / "report.html"


def report_of(
    title: str,
    pages: Iterable[FlowPage],
    unread: Iterable[Diagnostic] = (),
    extractions: Sequence[Extraction] | None = None,
) -> Report:
    """The whole report; pages of one id get the name of their script behind it."""
    found = tuple(pages)
    ids = Counter(page.id for page in found)
    flows = tuple(
        replace(page, id=f"{page.id} ({', '.join(page.sources)})") if ids[page.id] > 1 else page
        for page in found
    )
    sources = {source for one in extractions or () for source in one.integration.sources}
    return Report(
        title,
        flows,
        tuple(finding(one) for one in unread),
        migrate.__version__,
        estate_map(extractions, [flow.id for flow in flows], _excerpts(flows))
        if extractions
        else EstateMap(),
        tuple(_environment(flows)),
        tuple(
            SourceRow(file, sha256)
            for file, sha256 in sorted((source.file, source.sha256) for source in sources)
        ),
    )


def _excerpts(flows: Iterable[FlowPage]) -> Lines:
    """The source lines that stand on the pages already."""
    places = (row.place for flow in flows for rows in (flow.steps, flow.rules) for row in rows)
    return {(place.file, place.line): place.excerpt for place in places if place is not None}


def _environment(flows: Iterable[FlowPage]) -> Iterator[tuple[str, str]]:
    yield "hubshift", migrate.__version__
    yield "Python", platform.python_version()
    for target in sorted({flow.target for flow in flows if flow.target}):
        yield f"target {target}", registry.emitter(target).engine.version()


def flow_page(
    extraction: Extraction,
    emitted: Emitted | None = None,
    run: ShadowRun | None = None,
    lines: Lines | None = None,
) -> FlowPage:
    """The page of one integration; `lines` are the redacted source lines to be shown beside the rules."""
    integration = extraction.integration
    shown = lines or {}
    emitted = emitted or (run.emitted if run is not None else None)
    observed = run.observed if run is not None else None
    return FlowPage(
        id=integration.id,
        name=integration.name,
        sources=tuple(source.file for source in integration.sources),
        systems=tuple(server.url for system in integration.systems for server in system.servers),
        variables=tuple(variable.name for variable in integration.variables),
        secrets=tuple(f"{secret.name} ({secret.storage})" for secret in integration.secrets),
        verdict=run.judgement.verdict.name.replace("_", " ") if run is not None else "NOT COMPARED",
        reasons=tuple(str(reason) for reason in run.judgement.reasons) if run is not None else (),
        steps=(*_trigger_rows(integration.trigger, shown), *_step_rows(integration.steps, 0, shown)),
        rules=tuple(_rule_rows(extraction, emitted, observed, shown)),
        findings=tuple(finding(one) for one in extraction.diagnostics),
        target=emitted.target if emitted is not None else "",
        losses=tuple(LossRow(one.id, one.level, one.reason) for one in emitted.emission.losses)
        if emitted
        else (),
        artefacts=tuple(artefact.path for artefact in emitted.emission.artefacts) if emitted else (),
        legs=tuple(
            LegRow(
                leg.name,
                leg.state,
                len(leg.writes),
                len(leg.reads),
                leg.detail,
                len(leg.files),
                len(leg.answers),
            )
            for leg in run.legs
        )
        if run is not None
        else (),
        comparisons=tuple(_comparison_rows(run)) if run is not None else (),
        differences=tuple(_difference_rows(run, extraction, shown)) if run is not None else (),
        other_findings=tuple(_difference_rows(run, extraction, shown, others=True))
        if run is not None
        else (),
        refused=refused_rows(run.legs) if run is not None else (),
        unused=unused_rows(run.legs) if run is not None else (),
        unused_rules=tuple(map(str, run.judgement.unused_rules)) if run is not None else (),
        coverage=coverage_rows(observed, shown) if observed is not None else (),
    )


def finding(diagnostic: Diagnostic) -> Finding:
    """A diagnostic as a row of the report."""
    rule = diagnostic.rule
    excerpt = diagnostic.excerpt or Excerpt(redacted="")
    place = Place(diagnostic.span.file, diagnostic.span.line, excerpt.redacted) if diagnostic.span else None
    return Finding(rule.code, rule.severity, rule.title, diagnostic.message, rule.remedy, place)


def _place(span: SourceSpan | None, lines: Lines) -> Place | None:
    return Place(span.file, span.line, lines.get((span.file, span.line), "")) if span is not None else None


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
                    _place(rule.span, lines),
                    times.get(rule.id),
                    nulls.get(rule.id, 0),
                    SampleRow(sample.sources, sample.value) if (sample := samples.get(rule.id)) else None,
                )


def _trigger_rows(trigger: Trigger, lines: Lines) -> Iterable[StepRow]:
    """What starts the runs, where that is not a person or a scheduler."""
    if isinstance(trigger, WebhookTrigger):
        yield StepRow(trigger.id, "trigger", 0, trigger_text(trigger), _place(trigger.span, lines))


def trigger_text(trigger: Trigger) -> str:
    """What comes in and starts the runs, in a few words; nothing where a person or a scheduler starts them."""
    if isinstance(trigger, WebhookTrigger):
        return f"inbound: {', '.join(trigger.methods)} {', '.join(trigger.paths) or 'any path'}"
    return ""


def _step_rows(steps: Iterable[AnyStep], depth: int, lines: Lines) -> Iterable[StepRow]:
    for step in steps:
        yield StepRow(step.id, step.kind, depth, step_text(step), _place(step.span, lines))
        match step:
            case Split(steps=inner) | Loop(steps=inner):
                yield from _step_rows(inner, depth + 1, lines)
            case Route(branches=branches, otherwise=otherwise):
                for branch in branches:
                    yield from _step_rows(branch.steps, depth + 1, lines)
                if otherwise:
                    yield StepRow("", "otherwise", depth, "", None)
                    yield from _step_rows(otherwise, depth + 1, lines)
            case Try(steps=inner, handlers=handlers):
                yield from _step_rows(inner, depth + 1, lines)
                for handler in handlers:
                    yield StepRow("", "handler", depth, _handled(handler), _place(handler.span, lines))
                    yield from _step_rows(handler.steps, depth + 1, lines)


def step_text(step: AnyStep) -> str:
    """What a step does, in a line."""
    match step:
        case Read(operation=operation) | Write(operation=operation):
            return described(operation)
        case Translate(rules=rules):
            return ", ".join(".".join(rule.target) for rule in rules)
        case Check(expressions=expressions):
            return "; ".join(written(one) for one in expressions)
        case Filter(condition=condition):
            return written(condition)
        case Split(over=over, concurrency=1):
            return f"for each of {written(over)}"
        case Split(over=over, concurrency=concurrency):
            how_many = "all" if concurrency == "unbounded" else f"{concurrency}"
            return f"for each of {written(over)}, {how_many} at the same time"
        case Loop(condition=condition, paging=paging):
            how = f"paging by {paging.kind}, parameter {paging.parameter}" if paging is not None else ""
            test = f"while {written(condition)}" if condition is not None else "until an exit"
            return f"{test}; {how}" if how else test
        case Route(branches=branches):
            return "when " + "; ".join(written(branch.when) for branch in branches)
        case Try(handlers=handlers):
            return "; ".join(map(_handled, handlers))
        case Milestone(attempt=attempt, number=number):
            return f"{number} of {attempt}"
        case Fail(again=str()):
            return "raises the error again"
        case Fail(error=error):
            return f"raises {error}"
        case Stop(failed=failed, reason=reason):
            return f"{'fails' if failed else 'ends'}: {reason}"
        case Respond(status=status):
            return f"answers {written(status)}"
        case UnmappedStep(reason=reason):
            return reason
        case LoopExit():
            return "leaves the loop"


def _handled(handler: Handler) -> str:
    return f"after {', '.join(handler.errors) or 'any error'}"


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
                _place(came_from.span, lines),
            )
