"""Findings about the scripts themselves, as `hubshift audit` prints them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import typer

if TYPE_CHECKING:
    from migrate.diagnostics import Diagnostic

FailOn = Literal["high", "medium", "low", "never"]


def reaches(risks: Sequence[Diagnostic], fail_on: FailOn) -> bool:
    """True if one of the findings is at least that bad."""
    from migrate.diagnostics import RISK_LEVELS

    levels = () if fail_on == "never" else RISK_LEVELS[: RISK_LEVELS.index(fail_on) + 1]
    return any(one.rule.severity in levels for one in risks)


def print_risks(risks: Sequence[Diagnostic], by_comments: int, by_baseline: int) -> None:
    """The findings by level and code, each with its place and line; then how many there are."""
    from migrate.diagnostics import RISK_LEVELS, RULES, in_one_line, visible

    groups: dict[str, list[Diagnostic]] = {}
    for one in risks:
        groups.setdefault(one.code, []).append(one)
    for code in sorted(groups, key=lambda code: (RISK_LEVELS.index(_level(code)), code)):
        rule = RULES[code]
        sources = f" ({', '.join(rule.sources)})" if rule.sources else ""
        typer.echo(f"\n{code} {rule.severity}: {rule.title}{sources}")
        for one in groups[code]:
            span = one.span
            place = f"{in_one_line(span.file)}:{span.line}:{span.column + 1}: " if span is not None else ""
            typer.echo(visible(f"  {place}{one.message}"))
        typer.echo(f"  What to do: {rule.remedy}")
    if risks or by_comments or by_baseline:
        counts = [(sum(one.rule.severity == level for one in risks), level) for level in RISK_LEVELS]
        shown = ", ".join(f"{number} {level}" for number, level in counts)
        taken = [f"{by_comments} taken back by comments"] * bool(by_comments)
        taken += [f"{by_baseline} in the baseline"] * bool(by_baseline)
        typer.echo(f"\nrisks:  {'; '.join([shown, *taken])}")


def _level(code: str) -> Any:
    from migrate.diagnostics import RULES

    return RULES[code].severity


def risk_data(risks: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Findings for `--json`."""
    from migrate.cli.findings import finding_data
    from migrate.diagnostics import fingerprints

    return [
        {**finding_data(one), "title": one.rule.title, "remedy": one.rule.remedy, "fingerprint": fingerprint}
        for one, fingerprint in zip(risks, fingerprints(risks), strict=True)
    ]
