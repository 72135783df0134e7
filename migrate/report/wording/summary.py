"""The whole report in a few plain sentences and figures."""

from __future__ import annotations

from migrate.report.content import Report
from migrate.report.wording.counting import counted
from migrate.report.wording.coverage import COVERED, covered, never
from migrate.report.wording.fixed import NO_FLOWS, NO_PROOF, SAME
from migrate.report.wording.verdicts import SIGNS, in_order, verdict_sign


def overview(report: Report) -> str:
    """How many flows there are, with which verdicts; how many files could not be read."""
    verdicts = [flow.verdict for flow in report.flows]
    order = [*SIGNS, *(verdict for verdict in dict.fromkeys(verdicts) if verdict not in SIGNS)]
    parts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in order if verdict in verdicts)
    flows = f"{counted(len(verdicts), 'flow')}: {parts}." if verdicts else NO_FLOWS
    return f"{flows} {counted(len(report.unread), 'file')} could not be read." if report.unread else flows


def sentences(report: Report) -> tuple[str, ...]:
    """The report in a few plain sentences: what was found, what passes, what needs a person, what was not tried."""
    return tuple(one for one in (_found(report), _passing(report), _open(report), _tried(report)) if one)


def _found(report: Report) -> str:
    if not report.flows:
        return NO_FLOWS
    scripts = len({file for flow in report.flows for file in flow.sources})
    text = f"{counted(len(report.flows), 'flow')} {_were(len(report.flows))} read from {counted(scripts, 'script')}"
    number = systems(report)
    return f"{text}, and joined to {counted(number, 'system')}." if number else f"{text}."


def systems(report: Report) -> int:
    """How many systems there are, without files and requests that come in."""
    return sum(system.kind in ("web", "mail", "database") for system in report.estate.systems)


def _passing(report: Report) -> str:
    compared = [flow for flow in report.flows if flow.verdict != "NOT COMPARED"]
    if not compared:
        return NO_PROOF if report.flows else ""
    passed = [flow for flow in compared if flow.verdict == "PASS"]
    if not passed:
        return "No flow passes."
    writes = sum(flow.legs[0].writes for flow in passed if flow.legs)
    files = sum(flow.legs[0].files for flow in passed if flow.legs)
    much = f"{counted(writes, 'write')}, {counted(files, 'file')}" if files else counted(writes, "write")
    which = (
        f"{len(passed)} of {counted(len(report.flows), 'flow')} {'passes' if len(passed) == 1 else 'pass'}"
    )
    if len(passed) == len(report.flows):
        which = "Every flow passes"
    return f"{which}: {SAME} ({much})."


def _open(report: Report) -> str:
    parts = []
    for verdict, text in (
        ("FAIL", "do not do the same as the script"),
        ("NOT RUN", "could not be run to an end"),
        ("REVIEW", "need a person to look at open points"),
    ):
        number = sum(flow.verdict == verdict for flow in report.flows)
        if number:
            parts.append(f"{counted(number, 'flow')} {_singular(text) if number == 1 else text}")
    gaps_ = sum(one.severity == "gap" for flow in report.flows for one in flow.findings)
    if gaps_:
        parts.append(f"{counted(gaps_, 'place')} in the scripts {_were(gaps_)} not understood (gaps)")
    if report.unread:
        parts.append(f"{counted(len(report.unread), 'file')} could not be read")
    if not parts:
        return "Nothing else needs a person." if report.flows else ""
    listed = "; ".join(parts)
    return f"{listed[0].upper()}{listed[1:]}."


def _tried(report: Report) -> str:
    """What the recordings exercised, all flows together; a PASS says nothing about the rest."""
    flows = [flow for flow in report.flows if flow.coverage]
    totals: dict[str, tuple[int, int]] = {}
    for flow in flows:
        for kind, taken, all_ in covered(flow):
            before = totals.get(kind, (0, 0))
            totals[kind] = (before[0] + taken, before[1] + all_)
    parts = [
        f"{taken} of {all_} {COVERED[kind][all_ != 1]}"
        for kind, (taken, all_) in totals.items()
        if kind in ("rule", "branch", "lookup", "handler")
    ]
    if not parts:
        return ""
    number = sum(bool(never(flow)) for flow in flows if flow.verdict == "PASS")
    who = f"{counted(number, 'flow')} with PASS {'has' if number == 1 else 'have'}"
    rest = f" {who} parts that the recording never reached: those parts are not proved." if number else ""
    return f"The recordings exercised {', '.join(parts)}.{rest}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _singular(text: str) -> str:
    return text.replace("do not", "does not", 1).replace("need a", "needs a", 1)


def tiles(report: Report) -> tuple[tuple[str, str, str], ...]:
    """Figures for the head of the report: number, what it counts, name of its look."""
    found = in_order(flow.verdict for flow in report.flows)
    verdicts = [
        (str(sum(flow.verdict == one for flow in report.flows)), one, verdict_sign(one).name) for one in found
    ]
    gaps_ = sum(one.severity == "gap" for flow in report.flows for one in flow.findings)
    joined = systems(report)
    more = [(str(joined), "system" if joined == 1 else "systems", "")] if joined else []
    more += [(str(gaps_), "gap" if gaps_ == 1 else "gaps", "gap" if gaps_ else "")]
    if report.unread:
        more.append((str(len(report.unread)), "not read", "fail"))
    return (*verdicts, *more)


def any_plain(report: Report) -> bool:
    """Whether a system is reached without encryption."""
    return any(system.plain for system in report.estate.systems)
