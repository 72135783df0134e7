"""Diagnostics: what could not be read, carried over or shown to be equal; each with a stable code and a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from migrate.model import Excerpt, SourceSpan

Severity = Literal["gap", "warning", "note"]


@dataclass(frozen=True)
class Rule:
    """A kind of diagnostic: what it means and what to do about it; `hubshift explain CODE` prints it."""

    code: str
    severity: Severity
    title: str
    remedy: str


RULES = {
    rule.code: rule
    for rule in (
        Rule("HS001", "gap", "The file cannot be parsed", "Repair the syntax error, or leave the file out."),
        Rule("HS002", "gap", "The file cannot be read", "Check its encoding, size and rights."),
        Rule("HS003", "gap", "A script in a language that is not read",
             "Migrate it by hand, or leave it out."),
        Rule("HS004", "note", "A link is not followed", "Name the folder it leads to if the scripts there count."),
        Rule("HS101", "gap", "A construct of the language is not supported",
             "Rewrite it in the supported idioms, or migrate this step by hand."),
        Rule("HS102", "gap", "A function or library is not known",
             "Migrate the call by hand, or add a client-library file for it."),
        Rule("HS103", "gap", "A value cannot be determined", "See the reason; state the value in the model by hand."),
        Rule("HS104", "gap", "A bound of the analysis was reached", "Split the script, or migrate this part by hand."),
        Rule("HS105", "gap", "Error handling that is not followed",
             "See the reason; state the try step of the model by hand, or write the handler in a supported form."),
        Rule("HS106", "warning", "A function that seems to call a system is never called in its file",
             "Name the file that calls it, or leave it out if nobody runs it."),
        Rule("HS107", "gap", "A secret of the source would reach the model",
             "Move the secret out of the source, then run again."),
        Rule("HS201", "warning", "The script waits; the emitted flow does not", "Add a delay if a receiver needs it."),
        Rule("HS202", "note", "The script goes on without a credential; the emitted flow does not",
             "Set the variable; the script would have sent the text None in its place."),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Diagnostic:
    """One finding: its rule, what was found, where, and the source line (redacted)."""

    code: str
    message: str
    span: SourceSpan | None
    excerpt: Excerpt | None = None

    @property
    def wants_review(self) -> bool:
        """True for what makes a flow differ from its script, or could."""
        return self.rule.severity != "note"

    @property
    def rule(self) -> Rule:
        """The rule that the code names."""
        return RULES[self.code]

    def __str__(self) -> str:
        """`file:line:column: code: message`, then the source line with the place underlined."""
        place = f"{self.span.file}:{self.span.line}:{self.span.column + 1}: " if self.span else ""
        text = f"{place}{self.code} {self.rule.severity}: {self.message}"
        if self.span and self.excerpt and self.excerpt.redacted:
            line = self.excerpt.redacted
            text += f"\n    {line}\n    {underline(self.span, line)}"
        return text


def underline(span: SourceSpan, line: str) -> str:
    """Carets under the columns that the span covers in its first line."""
    end = span.end_column if span.end_line == span.line else len(line)
    start = min(span.column, len(line))
    return " " * start + "^" * max(1, min(end, len(line)) - start)
