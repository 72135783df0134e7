"""The sentences that HTML and Markdown share: what a verdict means, what an empty list means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migrate.report.content import ComparisonRow, CoverageRow, FlowPage, Report


@dataclass(frozen=True)
class VerdictSign:
    """How a verdict looks, by form and word as well as by colour, and what it says."""

    name: str
    sign: str
    meaning: str


_SIGNS = {
    "PASS": VerdictSign("pass", "✓", "Every leg wrote the same as every other."),
    "REVIEW": VerdictSign("review", "!", "No write differs, but the reasons need a person to look at them."),
    "FAIL": VerdictSign("fail", "✕", "The legs do not do the same, or one of them came to a gap."),
    "NOT RUN": VerdictSign("open", "–", "A leg did not run to an end, so nothing is proved."),
    "NOT COMPARED": VerdictSign("open", "–", "No shadow run was asked for, so nothing is proved."),
}

EVIDENCE = {
    "literal": "written so in the script",
    "folded": "computed from constants of the script",
    "inferred": "concluded from how it is used",
    "observed": "seen in recorded traffic",
    "unresolved": "not known",
}

NO_FLOWS = "No integration was found."
NO_UNREAD = "Every file could be read."
NO_STEPS = "No step was found."
NO_RULES = "This flow has no mapping rule."
NO_FINDINGS = "No findings: the analysis met no gap, and has no warning and no note."
NO_LEGS = "No leg was run."
NO_COMPARISONS = "No two legs were compared."
NO_REASONS = "No reason is given for this verdict."
NO_VARIABLES = "The script reads no configuration value."
NO_SECRETS = "The script uses no secret."
NO_ARTEFACTS = "Nothing was emitted."
NO_SYSTEMS = "No system was found."
SECRETS = "By name only; this report holds no secret value."
CONTRADICTION = (
    "The verdict is PASS, but the comparisons below do not show that all legs are equal. Do not rely on it."
)


def verdict_sign(verdict: str) -> VerdictSign:
    """The sign of a verdict; one that is not known is shown as it is, and says so."""
    return _SIGNS.get(
        verdict, VerdictSign("open", "?", "This version of the report does not know this verdict.")
    )


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 gap`, `2 gaps`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def overview(report: Report) -> str:
    """How many flows there are, with which verdicts; how many files could not be read."""
    verdicts = [flow.verdict for flow in report.flows]
    order = [*_SIGNS, *(verdict for verdict in dict.fromkeys(verdicts) if verdict not in _SIGNS)]
    parts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in order if verdict in verdicts)
    flows = f"{counted(len(verdicts), 'flow')}: {parts}." if verdicts else NO_FLOWS
    return f"{flows} {counted(len(report.unread), 'file')} could not be read." if report.unread else flows


def writes_equal(comparisons: Sequence[ComparisonRow]) -> str:
    """`38 of 40` of the pair that agrees least, and whatever this figure alone would hide."""
    ran = [one for one in comparisons if one.same is not None]
    if not ran:
        return "not compared"
    worst = min(ran, key=lambda one: (one.equal_writes - _writes(one), one.equal_writes))
    parts = [f"{worst.equal_writes} of {_writes(worst)}"]
    if len(ran) > 1:
        parts.append(f"least of {len(ran)} pairs")
    if any(one.same is False for one in ran) and worst.equal_writes == _writes(worst):
        parts.append("but other differences")
    if len(ran) < len(comparisons):
        parts.append(f"{counted(len(comparisons) - len(ran), 'pair')} not compared")
    return ", ".join(parts)


def gaps(flow: FlowPage) -> str:
    """`none`, or the number of gaps found and of losses stated."""
    number = sum(finding.severity == "gap" for finding in flow.findings)
    parts = [counted(number, "gap")] if number else []
    if flow.losses:
        parts.append(counted(len(flow.losses), "loss", "losses"))
    return ", ".join(parts) or "none"


COVERED = {
    "rule": ("rule", "rules"),
    "branch": ("branch", "branches"),
    "lookup": ("table key", "table keys"),
    "handler": ("handler", "handlers"),
    "step": ("step", "steps"),
    "passes": ("number of passes", "numbers of passes"),
    "error answer": ("error answer", "error answers"),
}
"""Kinds of ways that a run can take, one and several."""

_MOST_NEVER = 5


def covered(flow: FlowPage) -> tuple[tuple[str, int, int], ...]:
    """For each kind that the flow has: how many ways were taken, and how many there are."""
    kinds = [kind for kind in COVERED if any(row.kind == kind for row in flow.coverage)]
    return tuple(
        (
            kind,
            sum(row.times > 0 for row in flow.coverage if row.kind == kind),
            sum(row.kind == kind for row in flow.coverage),
        )
        for kind in kinds
    )


def never(flow: FlowPage) -> tuple[CoverageRow, ...]:
    """The ways that the recorded run never took, but for those that lie behind another of them."""
    missed = (row for row in flow.coverage if not row.times and not row.behind)
    order = list(COVERED)
    return tuple(sorted(missed, key=lambda row: order.index(row.kind) if row.kind in order else len(order)))


def way(row: CoverageRow) -> str:
    """A way in words."""
    match row.kind:
        case "step":
            return f"step {row.owner}"
        case "rule":
            return f"rule for {row.text}"
        case "branch":
            return f"{row.text}: {row.way}"
        case "lookup":
            return f"{row.text}[{row.way}]"
        case "handler":
            return f"try {row.owner}: {row.text}"
        case "passes":
            return f"{row.owner}: {row.way}"
        case _:
            return f"{row.owner}: {row.text}"


def coverage(flow: FlowPage) -> str:
    """`14 of 16 rules, 5 of 8 branches`; nothing where no run was observed."""
    return ", ".join(f"{taken} of {all_} {COVERED[kind][all_ != 1]}" for kind, taken, all_ in covered(flow))


def coverage_line(flow: FlowPage) -> str:
    """The coverage in one line, with the first ways that were never taken and their places."""
    missed = never(flow)
    shown = [f"{way(row)} ({row.place.file}:{row.place.line})" if row.place else way(row) for row in missed]
    beyond = [f"and {len(missed) - _MOST_NEVER} more"] if len(missed) > _MOST_NEVER else []
    listed = "; ".join([*shown[:_MOST_NEVER], *beyond])
    return coverage(flow) + (f"; never: {listed}" if missed else "")


def same(comparison: ComparisonRow) -> str:
    """Whether two legs are the same, in words."""
    if comparison.same is None:
        return "not compared"
    return "same" if comparison.same else "not the same"


def equal_writes(comparison: ComparisonRow) -> str:
    """How many writes are equal; a dash, not a zero, where nobody looked."""
    return "–" if comparison.same is None else str(comparison.equal_writes)


def no_differences(flow: FlowPage) -> str:
    """What it means that a flow lists no difference."""
    ran = [one for one in flow.comparisons if one.same is not None]
    if not ran:
        return "Nothing was compared, so nothing is known about differences."
    if not all(one.same for one in ran):
        return "Legs are not the same, but no single difference is listed; see the reasons of the verdict."
    if missing := len(flow.comparisons) - len(ran):
        return (
            f"No differences in what was compared; {counted(missing, 'pair')} of legs could not be compared."
        )
    return "No differences: what was compared is equal, record by record."


def no_losses(flow: FlowPage) -> str:
    """What it means that a flow lists no loss."""
    return "The emitter states no loss." if flow.target else "No target was chosen, so no loss is known."


def contradicts(flow: FlowPage) -> bool:
    """Whether the verdict is better than what stands below it."""
    shown = bool(flow.comparisons) and all(one.same for one in flow.comparisons) and not flow.differences
    return flow.verdict == "PASS" and not shown


def _writes(comparison: ComparisonRow) -> int:
    return max(comparison.left_writes, comparison.right_writes)
