"""One finding: what was found and where, and how it prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from migrate.diagnostics.rule import Rule
from migrate.diagnostics.rules import RULES
from migrate.diagnostics.visible import in_one_line, visible
from migrate.model import Excerpt, SourceSpan


@dataclass(frozen=True)
class Diagnostic:
    """One finding: its rule, what was found, where, and the source line (redacted)."""

    code: str
    message: str
    span: SourceSpan | None
    excerpt: Excerpt | None = None

    @property
    def is_gap(self) -> bool:
        """True for what is not carried over."""
        return self.rule.severity == "gap"

    @property
    def wants_review(self) -> bool:
        """True for what makes a flow differ from its script, or could."""
        return self.rule.severity in ("gap", "warning")

    @property
    def is_risk(self) -> bool:
        """True for what is wrong with the script itself, wherever it runs."""
        return self.rule.is_risk

    @property
    def rule(self) -> Rule:
        """The rule that the code names."""
        return RULES[self.code]

    def __str__(self) -> str:
        """`file:line:column: code: message`, then the source line with the place underlined."""
        place = (
            f"{in_one_line(self.span.file)}:{self.span.line}:{self.span.column + 1}: " if self.span else ""
        )
        text = place + visible(f"{self.code} {self.rule.severity}: {self.message}")
        if self.span and self.excerpt and self.excerpt.redacted:
            line = self.excerpt.redacted
            text += f"\n    {visible(line)}\n    {underline(self.span, line)}"
        return text


def unique(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings in their order, those that print alike once."""
    shown: dict[str, Diagnostic] = {}
    for one in diagnostics:
        shown.setdefault(str(one), one)
    return tuple(shown.values())


def underline(span: SourceSpan, line: str) -> str:
    """Carets under the columns that the span covers in its first line, as a terminal shows it."""
    end = span.end_column if span.end_line == span.line else len(line)
    start = min(span.column, len(line))
    before = "".join("\t" if sign == "\t" else " " * _width(sign) for sign in line[:start])
    return before + "^" * max(1, sum(map(_width, line[start:end])))


def _width(sign: str) -> int:
    """Columns that a character takes: wide ones of East Asia two, marks that combine none (Unicode, UAX #11)."""
    shown = visible(sign)
    if len(shown) > 1:
        return len(shown)
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
