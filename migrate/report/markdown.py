"""The report as Markdown with GitHub's tables: for a pull request, a wiki, a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from migrate.report import wording
from migrate.report.content import Finding, FlowPage, Place, Report
from migrate.report.escaping import code, text
from migrate.report.view import FlowView, view


def render_markdown(report: Report) -> str:
    """The whole report; every text of it is escaped, also in cells of tables."""
    return "\n".join(_report(report, view(report.flows))) + "\n"


def _report(report: Report, flows: Sequence[FlowView]) -> Iterator[str]:
    yield f"# {text(report.title)}"
    yield from ("", text(wording.overview(report)), "", "## Summary", "")
    if flows:
        columns = ("Flow", "Systems", "Verdict", "Writes equal", "Gaps and losses")
        yield from _table(columns, (_summary(flow) for flow in flows))
    else:
        yield wording.NO_FLOWS
    for flow in flows:
        yield from _flow(flow)
    yield from ("", "## Files that could not be read", "")
    yield from _findings(report.unread, wording.NO_UNREAD)
    yield from ("", "---", "", f"Made by hubshift {text(report.version)}".rstrip() + ".")


def _summary(flow: FlowView) -> tuple[str, ...]:
    page = flow.page
    return (
        f"[{text(page.name)}](#{flow.anchor})",
        ", ".join(text(system) for system in page.systems) or wording.NO_SYSTEMS,
        _verdict(page.verdict),
        wording.writes_equal(page.comparisons),
        wording.gaps(page),
    )


def _flow(flow: FlowView) -> Iterator[str]:
    page = flow.page
    yield from ("", f'<a id="{flow.anchor}"></a>', "", f"## {text(page.name)}", "")
    yield f"- Scripts: {_codes(page.sources, 'none named')}"
    yield f"- Systems: {_codes(page.systems, wording.NO_SYSTEMS)}"
    yield f"- Target: {text(page.target) or 'none chosen'}"
    yield from ("", "### Verdict", "")
    yield f"{_verdict(page.verdict)}: {wording.verdict_sign(page.verdict).meaning}"
    if wording.contradicts(page):
        yield from ("", f"**{wording.CONTRADICTION}**")
    if page.reasons:
        yield from ("", *(f"- {text(reason)}" for reason in page.reasons))
    elif page.verdict not in ("PASS", "NOT COMPARED"):
        yield from ("", wording.NO_REASONS)
    yield from ("", "### Shadow run", "")
    yield from _shadow_run(page)
    yield from ("", "### Differences", "")
    yield from _differences(flow)
    yield from ("", "### Mapping", "")
    yield from _mapping(flow)
    yield from ("", "### Steps", "")
    yield from _steps(page)
    yield from ("", "### Findings", "")
    yield from _findings(page.findings, wording.NO_FINDINGS)
    yield from ("", "### Losses", "")
    yield from _losses(page)
    yield from ("", "### Configuration", "")
    yield f"- Variables: {_codes(page.variables, wording.NO_VARIABLES)}"
    secrets = _codes(page.secrets, wording.NO_SECRETS)
    yield f"- Secrets: {secrets}" + (f". {wording.SECRETS}" if page.secrets else "")
    yield from ("", "### Artefacts", "")
    yield from (f"- {code(artefact)}" for artefact in page.artefacts)
    if not page.artefacts:
        yield wording.NO_ARTEFACTS


def _shadow_run(page: FlowPage) -> Iterator[str]:
    if page.legs:
        yield from _table(
            ("Leg", "How it ended", "Writes", "Reads", "Detail"),
            (
                (text(leg.name), text(leg.state), str(leg.writes), str(leg.reads), text(leg.detail))
                for leg in page.legs
            ),
        )
    else:
        yield wording.NO_LEGS
    yield ""
    if not page.comparisons:
        yield wording.NO_COMPARISONS
        return
    yield from _table(
        ("Compared", "Result", "Equal writes", "Writes left", "Writes right", "Left out by a named rule"),
        (
            (
                f"{text(pair.left)} and {text(pair.right)}",
                wording.same(pair),
                wording.equal_writes(pair),
                str(pair.left_writes),
                str(pair.right_writes),
                "<br>".join(text(one) for one in pair.left_out) or "nothing",
            )
            for pair in page.comparisons
        ),
    )


def _differences(flow: FlowView) -> Iterator[str]:
    if not flow.differences:
        yield wording.no_differences(flow.page)
        return
    rows = []
    for group in flow.differences:
        further = [f"and {group.further} more, which the JSON form lists"] if group.further else []
        rows.append(
            (
                _code(group.path, "whole request or run"),
                f"{group.count} × {text(', '.join(group.kinds))}",
                text("; ".join(group.legs)),
                "<br>".join([*(text(one) for one in group.texts), *further]),
                _code(group.rule, "none known"),
                "<br>".join(_place(place) for place in group.places) or "no line",
            )
        )
    yield from _table(("Where", "Kind", "Legs", "What", "Rule", "Legacy line"), rows)


def _mapping(flow: FlowView) -> Iterator[str]:
    if not flow.rules:
        yield wording.NO_RULES
        return
    yield from _table(
        ("Step", "Target field", "Rule", "When", "Emitted expression", "Evidence", "Legacy line"),
        (
            (
                code(group.step),
                code(rule.target),
                _code(rule.rule, "not known"),
                _code(rule.when, "always"),
                _code(rule.emitted, "nothing emitted"),
                text(rule.evidence),
                _place(rule.place),
            )
            for group in flow.rules
            for rule in group.rules
        ),
    )


def _steps(page: FlowPage) -> Iterator[str]:
    if not page.steps:
        yield wording.NO_STEPS
        return
    yield from _table(
        ("Step", "Id", "Legacy line"),
        (
            (
                f"{'&emsp;' * step.depth}**{text(step.kind)}** {text(step.text)}",
                code(step.id) if step.id else "",
                _place(step.place),
            )
            for step in page.steps
        ),
    )


def _losses(page: FlowPage) -> Iterator[str]:
    if not page.losses:
        yield wording.no_losses(page)
        return
    rows = ((code(loss.id), text(loss.level), text(loss.reason)) for loss in page.losses)
    yield from _table(("Part", "Level", "Reason"), rows)


def _findings(findings: Sequence[Finding], otherwise: str) -> Iterator[str]:
    for one in findings:
        place = f" ({_place(one.place)})" if one.place else ""
        yield f"- **{text(one.severity)} {text(one.code)}: {text(one.title)}**{place}<br>{text(one.message)}"
        if one.remedy:
            yield f"  <br>What to do: {text(one.remedy)}"
    if not findings:
        yield otherwise


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _verdict(verdict: str) -> str:
    return f"**{text(verdict)}**"


def _code(value: str, otherwise: str) -> str:
    return code(value) if value else otherwise


def _codes(values: Sequence[str], otherwise: str) -> str:
    return ", ".join(code(value) for value in values) or otherwise


def _place(place: Place | None) -> str:
    if place is None:
        return "no line"
    line = text(f"{place.file}:{place.line}")
    return f"{line}<br>{code(place.excerpt)}" if place.excerpt else line
