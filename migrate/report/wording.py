"""The sentences that HTML and Markdown share: what a verdict means, what an empty list means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from migrate.report.content import ComparisonRow, CoverageRow, CredentialRow, FlowPage, Report, RuleRow


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
NO_OTHERS = (
    "Nothing varied from run to run, and nothing was found of which nobody can tell whether it is equal."
)
NO_REFUSED = (
    "No request was refused: the recording answers each, but for writes that got a stand-in for an answer."
)
NO_UNUSED = "Every recorded request was made by every leg."
NOT_REPLAYED = "No leg was run, so nothing is known of what the recording answers."
NOTHING_NEAR = "nothing like it was recorded"
NO_VARIABLES = "The script reads no configuration value."
NO_SECRETS = "The script uses no secret."
NO_ARTEFACTS = "Nothing was emitted."
NO_SYSTEMS = "No system was found."
SECRETS = "By name only; this report holds no secret value."
NO_PROOF = "No shadow run was asked for: this page says what the scripts do, and proves nothing yet."
SAME = "on the recorded input, script, model and emitted flow wrote the same, record by record"
MAP = (
    "At the left what flows read, in the middle the flows, at the right what they write. Colour, line and sign of a "
    "flow are those of its verdict."
)
MAP_GROUPED = "Flows that join the same systems with the same verdict are one box."
NO_SHARED = "No two flows use one credential, as far as names and hard-coded values tell."
NO_MAPPED = "No field of a request is set by rules of several flows."
STORAGE = {"env": "from the environment", "arg": "an argument", "hardcoded": "hard-coded"}
ABOUT_COVERAGE = (
    "Counted while the model ran on the recording. What was never exercised is not proved, whatever the verdict; a "
    "recording that reaches it would prove it."
)
ALL_COVERED = "The recording exercised all of it."
NO_COVERAGE = "The model was not run to an end, so nothing is known of what the recording exercises."
ABOUT_UNVERIFIED = (
    "A verdict speaks of what was compared on this recording. It says nothing of the following."
)
NO_UNVERIFIED = "Nothing is left open."
CONTRADICTION = (
    "The verdict is PASS, but the comparisons below do not show that all legs are equal. Do not rely on it."
)


SEVERITIES = ("gap", "warning", "note")
"""From the worst to the least."""

ORDER = ("FAIL", "NOT RUN", "REVIEW", "NOT COMPARED", "PASS")
"""Verdicts in the order in which a person looks at them; those that are not known come first."""


def in_order(verdicts: Iterable[str]) -> tuple[str, ...]:
    """The different verdicts, those first that need a person."""
    found = dict.fromkeys(verdicts)
    return (*(one for one in found if one not in ORDER), *(one for one in ORDER if one in found))


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


def blame(flow: FlowPage) -> str:
    """What the comparisons point to, where legs differ; nothing where they do not say."""
    same_ = {(one.left, one.right): one.same for one in flow.comparisons}
    read, emitted = (
        same_.get(("legacy", "reference")),
        [value for (left, _), value in same_.items() if left == "reference"],
    )
    if read is False:
        return "Script and model differ, so the script was read wrongly, or does what a model cannot say."
    if read and False in emitted:
        return "Script and model are the same, so the reading is right; what differs is the emitted flow."
    return ""


def applied(rule: RuleRow, flow: FlowPage) -> tuple[str, str]:
    """What the shadow run says of a rule: a word, and the name of its look."""
    differing = Counter(one.legs for one in flow.differences if one.rule == rule.id)
    if differing:
        return f"differs, {max(differing.values())} ×", "fail"
    if rule.times is None:
        return "not run", "open"
    if not rule.times:
        return "never exercised", "review"
    nulls = f", {rule.nulls} null" if rule.nulls else ""
    compared_ = [one for one in flow.comparisons if one.same is not None]
    if not compared_:
        return f"ran {rule.times} ×{nulls}, not compared", "open"
    others = {one.id for one in flow.rules}
    elsewhere = bool(flow.differences) and all(one.rule in others for one in flow.differences)
    if all(one.same for one in compared_) or elsewhere:
        return f"same, {rule.times} ×{nulls}", "pass"
    return f"ran {rule.times} ×{nulls}, no difference found", "open"


def writes_equal(comparisons: Sequence[ComparisonRow]) -> str:
    """`38 of 40` of the pair that agrees least, and whatever this figure alone would hide."""
    ran = [one for one in comparisons if one.same is not None]
    if not ran:
        return "not compared"
    worst = min(ran, key=lambda one: (one.equal_writes - _writes(one), one.equal_writes))
    parts = [f"{worst.equal_writes} of {_writes(worst)}"]
    if len(ran) > 1 and not all(one.same for one in ran):
        parts.append(f"least of {len(ran)} pairs")
    if any(one.same is False for one in ran) and worst.equal_writes == _writes(worst):
        parts.append("but other differences")
    if len(ran) < len(comparisons):
        parts.append(f"{counted(len(comparisons) - len(ran), 'pair')} not compared")
    return ", ".join(parts)


def equal(flow: FlowPage) -> str:
    """What is equal, in a few words; files and answers, which are compared whole, where there are any."""
    words = writes_equal(flow.comparisons)
    legs = [leg for leg in flow.legs if leg.state != "not-run"]
    ran = bool(flow.comparisons) and all(one.same for one in flow.comparisons)
    if not ran or not legs:
        return words
    more = [counted(legs[0].files, "file")] if legs[0].files else []
    more += [counted(legs[0].answers, "answer")] if legs[0].answers else []
    none = not any(leg.writes for leg in legs)
    return ", ".join(more if more and none else [words, *more])


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


def partly(missed: Sequence[CoverageRow]) -> str:
    """`The recording did not reach 3 branches and 2 table keys.`"""
    parts = []
    for kind, names in COVERED.items():
        number = sum(row.kind == kind for row in missed)
        if number:
            parts.append(f"{number} {names[number != 1]}")
    others = len(missed) - sum(row.kind in COVERED for row in missed)
    parts += [counted(others, "other part")] if others else []
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
    return f"The recording did not reach {listed}."


def first_look(flow: FlowPage) -> str:
    """What a person should look at first, or what a passing flow's recording exercised."""
    if flow.verdict == "PASS":
        return coverage(flow, ("rule", "branch", "lookup", "handler")) or "not known"
    if flow.reasons:
        return flow.reasons[0].partition(" ")[2]
    if flow.findings:
        return f"{flow.findings[0].code} {flow.findings[0].title}"
    return ", ".join(flow.systems) or NO_SYSTEMS


def any_plain(report: Report) -> bool:
    """Whether a system is reached without encryption."""
    return any(system.plain for system in report.estate.systems)


def names_of(credential: CredentialRow) -> tuple[str, ...]:
    """The different names of a credential."""
    return tuple(dict.fromkeys(name for _, name in credential.names))


def flows_of(credential: CredentialRow) -> tuple[str, ...]:
    """The flows that use a credential."""
    return tuple(dict.fromkeys(flow for flow, _ in credential.names))


def coverage(flow: FlowPage, kinds: Collection[str] = tuple(COVERED)) -> str:
    """`14 of 16 rules, 5 of 8 branches`; nothing where no run was observed."""
    parts = ((kind, taken, all_) for kind, taken, all_ in covered(flow) if kind in kinds)
    return ", ".join(f"{taken} of {all_} {COVERED[kind][all_ != 1]}" for kind, taken, all_ in parts)


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


def replayed(flow: FlowPage) -> str:
    """`2 requests refused, 3 recorded ones not made`; nothing where neither is so."""
    parts = [f"{counted(len(flow.refused), 'request')} refused"] if flow.refused else []
    not_made = sum(len(row.places) for row in flow.unused)
    parts += [f"{not_made} recorded not made"] if not_made else []
    return ", ".join(parts) or "all answered, all made"


def by_leg(legs: Sequence[tuple[str, int]]) -> str:
    """`2 by legacy, 1 by reference`."""
    return ", ".join(f"{times} by {leg}" for leg, times in legs)


def no_losses(flow: FlowPage) -> str:
    """What it means that a flow lists no loss."""
    return "The emitter states no loss." if flow.target else "No target was chosen, so no loss is known."


def contradicts(flow: FlowPage) -> bool:
    """Whether the verdict is better than what stands below it."""
    shown = bool(flow.comparisons) and all(one.same for one in flow.comparisons) and not flow.differences
    return flow.verdict == "PASS" and not shown


def _writes(comparison: ComparisonRow) -> int:
    return max(comparison.left_writes, comparison.right_writes)
