"""What is found out about a script beside what it does: gaps, warnings and notes, with their source lines."""

from __future__ import annotations

from extractors.evaluator.configuration import Configuration
from extractors.evaluator.values import Unknown
from migrate.diagnostics import Diagnostic
from migrate.model import Excerpt, SourceSpan
from migrate.secrets.excerpts import excerpt_line


class Findings:
    """The findings of one evaluation, in the order in which they are met."""

    def __init__(self, source: str, configuration: Configuration) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._lines = source.split("\n")
        self._lines_of: dict[str, list[str]] = {}
        self._configuration = configuration
        self._excerpts: dict[tuple[str, int, int], Excerpt] = {}
        """The excerpts made, by file, line and how many secrets were known: masked more, the more are."""
        self._stated: dict[Unknown, None] = {}
        self.told: dict[SourceSpan, str] = {}
        """The names of secrets that are printed or logged, by the call that does; on any way that was looked at."""

    def excerpt(self, span: SourceSpan) -> Excerpt:
        """The redacted source line of a span."""
        secrets = self._configuration.secret_values
        key = span.file, span.line, len(secrets)
        if key not in self._excerpts:
            lines = self._lines_of.get(span.file, self._lines)
            self._excerpts[key] = excerpt_line(lines, span, secrets.values())
        return self._excerpts[key]

    def add_source(self, file: str, source: str) -> None:
        """Takes in the text of another file in which findings can lie."""
        self._lines_of.setdefault(file, source.split("\n"))

    def add(self, diagnostic: Diagnostic) -> None:
        """Adds what was found about another file, once."""
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def report(self, code: str, message: str, span: SourceSpan) -> None:
        """Adds a finding."""
        self.diagnostics.append(Diagnostic(code, message, span, self.excerpt(span)))

    def state(self, unknown: Unknown) -> None:
        """A gap stands where the value arose, and ends a run that comes there."""
        self._stated[unknown] = None

    def is_stated(self, unknown: Unknown) -> bool:
        """True if a gap stands where the value arose."""
        return unknown in self._stated

    def mark(self) -> tuple[int, int]:
        """How much has been found."""
        return len(self.diagnostics), len(self._stated)

    def since(self, mark: tuple[int, int]) -> list[Diagnostic]:
        """What was found since."""
        return self.diagnostics[mark[0] :]

    def forget(self, mark: tuple[int, int]) -> None:
        """Forgets what was reported since; what is stated stays so."""
        del self.diagnostics[mark[0] :]

    def undo(self, mark: tuple[int, int]) -> None:
        """Forgets what was found since."""
        diagnostics, stated = mark
        del self.diagnostics[diagnostics:]
        for unknown in list(self._stated)[stated:]:
            del self._stated[unknown]
