"""The report as Markdown with GitHub's tables: for a pull request, a wiki, a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from migrate.report import wording
from migrate.report.content import Finding, FlowPage, Place, Report, RuleRow
from migrate.report.escaping import code, text
from migrate.report.view import DifferenceGroup, FindingGroup, FlowView, ReportView, VerdictGroup, view


def render_markdown(report: Report) -> str:
    """The whole report; every text of it is escaped, also in cells of tables."""
    return "\n".join(_report(view(report))) + "\n"


def _report(shown: ReportView) -> Iterator[str]:
    report = shown.report
    yield f"# {text(report.title)}"
    yield from ("", text(wording.overview(report)), "", "## Summary", "")
    for sentence in wording.sentences(report):
        yield from (text(sentence), "")
    for group in shown.index:
        yield from _index(group)
    if report.estate.systems:
        yield from ("", "## Systems", "")
        yield from _systems(shown)
    yield from ("", "## Flows", "")
    if not shown.flows:
        yield wording.NO_FLOWS
    for flow in shown.flows:
        yield from _flow(flow)
    yield from ("", "## Findings", "")
    for found in shown.findings:
        yield from _finding(found)
    if not shown.findings:
        yield wording.NO_FINDINGS
    yield from ("", "### Files that could not be read", "")
    yield from _findings(report.unread, wording.NO_UNREAD)
    yield from ("", "## What was not verified", "", wording.ABOUT_UNVERIFIED, "")
    yield from _unverified(shown.flows)
    yield from ("", "## Made with", "")
    yield from (f"- {text(name)}: {text(value)}" for name, value in report.environment)
    if report.sources:
        yield ""
        rows = ((code(source.file), code(source.sha256)) for source in report.sources)
        yield from _table(("File", "SHA-256"), rows)
    yield from ("", "---", "", f"Made by hubshift {text(report.version)}".rstrip() + ".")


def _index(group: VerdictGroup) -> Iterator[str]:
    yield f"{_verdict(group.verdict)}: {wording.verdict_sign(group.verdict).meaning}"
    yield ""
    second = "Exercised by the recording" if group.verdict == "PASS" else "What to look at first"
    yield from _table(
        ("Flow", second, "Equal", "Gaps and losses"),
        (
            (
                f"[{text(flow.page.name)}](#{flow.anchor})",
                text(wording.first_look(flow.page)),
                wording.equal(flow.page),
                wording.gaps(flow.page),
            )
            for flow in group.flows
        ),
    )
    yield ""


def _systems(shown: ReportView) -> Iterator[str]:
    estate = shown.report.estate

    def links(ids: Iterable[str]) -> str:
        return ", ".join(f"[{text(id)}](#{shown.flow_anchors[id]})" for id in ids if id in shown.flow_anchors)

    yield from _table(
        ("System", "Kind", "Read by", "Written by"),
        (
            (
                code(one.name),
                text(one.kind) + (", **not encrypted**" if one.plain else ""),
                links(one.read_by) or "no flow",
                links(one.written_by) or "no flow",
            )
            for one in estate.systems
        ),
    )
    yield from ("", "### Credentials that flows share", "")
    if estate.credentials:
        yield from _table(
            ("Credential", "Kept", "Used by", "Sent to", "What is known"),
            (
                (
                    _codes(wording.names_of(one), ""),
                    text(wording.STORAGE.get(one.storage, one.storage)),
                    links(wording.flows_of(one)),
                    _codes(one.systems, "not known"),
                    text(one.note),
                )
                for one in estate.credentials
            ),
        )
    else:
        yield wording.NO_SHARED
    yield from ("", "### Fields that several flows set", "")
    if not estate.mapped:
        yield wording.NO_MAPPED
        return
    yield from _table(
        ("Request", "Field", "Flow", "Made of", "Legacy line"),
        (
            (
                text(field.request),
                code(field.field) + ("" if field.same else " **not the same**"),
                links([rule.flow]),
                code(rule.text),
                _place(rule.place),
            )
            for field in estate.mapped
            for rule in field.rules
        ),
    )


def _flow(flow: FlowView) -> Iterator[str]:
    page = flow.page
    yield from ("", f'<a id="{flow.anchor}"></a>', "", f"### {text(page.name)}", "")
    yield f"{_verdict(page.verdict)}: {wording.verdict_sign(page.verdict).meaning}"
    if wording.contradicts(page):
        yield from ("", f"**{wording.CONTRADICTION}**")
    if wording.blame(page):
        yield from ("", wording.blame(page))
    if page.reasons:
        yield from ("", *(f"- {text(reason)}" for reason in page.reasons))
    elif page.verdict not in ("PASS", "NOT COMPARED"):
        yield from ("", wording.NO_REASONS)
    yield ""
    yield f"- Scripts: {_codes(page.sources, 'none named')}"
    yield f"- Systems: {_codes(page.systems, wording.NO_SYSTEMS)}"
    yield f"- Target: {text(page.target) or 'none chosen'}"
    yield from ("", "#### Differences by cause", "")
    yield from _differences(flow)
    yield from ("", "#### Mapping", "")
    yield from _mapping(flow)
    yield from ("", "#### Coverage", "")
    yield from _coverage(flow)
    yield from ("", "#### Shadow run", "")
    yield from _shadow_run(page)
    yield from ("", "#### What varied or could not be told", "")
    yield from _others(flow)
    yield from ("", "#### Recording", "")
    yield from _recording(page)
    yield from ("", "#### Steps", "")
    yield from _steps(page)
    yield from ("", "#### Findings and losses", "")
    yield from _findings(page.findings, wording.NO_FINDINGS)
    yield ""
    yield from _losses(page)
    yield from ("", "#### Configuration", "")
    yield f"- Variables: {_codes(page.variables, wording.NO_VARIABLES)}"
    secrets = _codes(page.secrets, wording.NO_SECRETS)
    yield f"- Secrets: {secrets}" + (f". {wording.SECRETS}" if page.secrets else "")
    yield f"- Artefacts: {_codes(page.artefacts, wording.NO_ARTEFACTS)}"


def _coverage(flow: FlowView) -> Iterator[str]:
    if not flow.page.coverage:
        yield wording.NO_COVERAGE
        return
    yield from (f"{wording.coverage(flow.page)}. {wording.ABOUT_COVERAGE}", "")
    if not flow.missed:
        yield wording.ALL_COVERED
        return
    rows = ((text(row.kind), text(wording.way(row)), _place(row.place)) for row in flow.missed)
    yield from _table(("What", "Never", "Legacy line"), rows)


def _finding(group: FindingGroup) -> Iterator[str]:
    one = group.finding
    yield f"- **{text(one.severity)} {text(one.code)}: {text(one.title)}**"
    if one.remedy:
        yield f"  <br>What to do: {text(one.remedy)}"
    for found, page in group.found:
        flow = f"{text(page.name)}: " if page is not None else ""
        place = f" ({_place(found.place)})" if found.place else ""
        yield f"  - {flow}{text(found.message)}{place}"


def _unverified(flows: Sequence[FlowView]) -> Iterator[str]:
    if not any(flow.unverified for flow in flows):
        yield wording.NO_UNVERIFIED
    for flow in flows:
        if flow.unverified:
            yield f"- [{text(flow.page.name)}](#{flow.anchor})"
        for one in flow.unverified:
            place = f" ({_place(one.place)})" if one.place else ""
            yield f"  - {text(one.kind)}: {text(one.text)}{place}"


def _shadow_run(page: FlowPage) -> Iterator[str]:
    if page.legs:
        yield from _table(
            ("Leg", "How it ended", "Writes", "Reads", "Files", "Detail"),
            (
                (
                    text(leg.name),
                    text(leg.state),
                    str(leg.writes),
                    str(leg.reads),
                    str(leg.files),
                    text(leg.detail),
                )
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
    yield from _difference_table(flow.differences)


def _others(flow: FlowView) -> Iterator[str]:
    if flow.others:
        yield from _difference_table(flow.others)
    else:
        yield wording.NO_OTHERS if flow.page.comparisons else wording.NO_COMPARISONS


def _recording(page: FlowPage) -> Iterator[str]:
    if not page.legs:
        yield wording.NOT_REPLAYED
        return
    if page.refused:
        yield from _table(
            ("Refused request", "Made", "Nearest in the recording", "Differs in"),
            (
                (
                    code(row.request),
                    text(wording.by_leg(row.legs)),
                    _code(row.nearest, wording.NOTHING_NEAR),
                    "<br>".join(text(one) for one in (*row.differences, *row.notes)) or "not known",
                )
                for row in page.refused
            ),
        )
    else:
        yield wording.NO_REFUSED
    yield ""
    if page.unused:
        yield from _table(
            ("Recorded request", "Not made by", "How many", "Where in the recording"),
            (
                (
                    code(row.request),
                    text(", ".join(row.legs)),
                    str(len(row.places)),
                    _first_places(row.places),
                )
                for row in page.unused
            ),
        )
    else:
        yield wording.NO_UNUSED


def _first_places(places: Sequence[str]) -> str:
    return text(", ".join(places[:3])) + (f" and {len(places) - 3} more" if len(places) > 3 else "")


def _difference_table(groups: Sequence[DifferenceGroup]) -> Iterator[str]:
    rows = []
    for group in groups:
        further = [f"and {group.further} more, which the JSON form lists"] if group.further > 0 else []
        rows.append(
            (
                f"{group.count} × {text(group.kind)}",
                _code(group.cause, "no rule known"),
                "<br>".join(code(path) for path in group.paths[:3]) or "whole request or run",
                text("; ".join(f"{count} in {legs}" for legs, count in group.legs)),
                "<br>".join([*(text(one) for one in group.texts), *further]),
                "<br>".join(_place(place) for place in group.places) or "no line",
            )
        )
    yield from _table(("Kind", "Rule or step", "Where", "Legs", "What", "Legacy line"), rows)


def _mapping(flow: FlowView) -> Iterator[str]:
    if not flow.rules:
        yield wording.NO_RULES
        return
    yield from _table(
        (
            "Legacy line",
            "Target field",
            "Rule",
            "When",
            "Emitted expression",
            "Sample",
            "Shadow run",
            "Evidence",
        ),
        (
            (
                _place(rule.place),
                code(rule.target),
                _code(rule.rule, "not known"),
                _code(rule.when, "always"),
                _code(rule.emitted, "nothing emitted"),
                _sample(rule),
                text(wording.applied(rule, flow.page)[0]),
                text(rule.evidence),
            )
            for group in flow.rules
            for rule in group.rules
        ),
    )


def _sample(rule: RuleRow) -> str:
    if rule.sample is None:
        return "none"
    sources = (f"{text(name)} {code(value)}" for name, value in rule.sample.sources)
    return "<br>".join([*sources, f"→ {code(rule.sample.value)}"])


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
