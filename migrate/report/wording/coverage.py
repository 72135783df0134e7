"""What a recording exercised, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from migrate.report.content import CoverageRow, FlowPage
from migrate.report.wording.counting import counted

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
