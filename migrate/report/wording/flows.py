"""What is said of one flow: what is equal, what differs, whom the comparisons blame, what to look at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from migrate.report.content import ComparisonRow, FlowPage, RuleRow
from migrate.report.wording.counting import counted
from migrate.report.wording.coverage import coverage
from migrate.report.wording.fixed import NO_SYSTEMS


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


def first_look(flow: FlowPage) -> str:
    """What a person should look at first, or what a passing flow's recording exercised."""
    if flow.verdict == "PASS":
        return coverage(flow, ("rule", "branch", "lookup", "handler")) or "not known"
    if flow.reasons:
        return flow.reasons[0].partition(" ")[2]
    if flow.findings:
        return f"{flow.findings[0].code} {flow.findings[0].title}"
    return ", ".join(flow.systems) or NO_SYSTEMS


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
