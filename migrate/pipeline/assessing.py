"""Judges the scripts of an audit: findings HS4, with their source lines, and what people have taken back of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from migrate.estate.risks import NOTHING_AROUND, Surroundings, risks_of
from migrate.pipeline.auditing import Audit
from migrate.pipeline.walking import crontabs_below, is_passed_over
from migrate.secrets.excerpts import excerpt_line, mask_known

_STARTERS = frozenset(
    {
        ".py",
        ".sh",
        ".bash",
        ".yml",
        ".yaml",
        ".service",
        ".timer",
        ".toml",
        ".cfg",
        ".ini",
        ".json",
        ".bat",
        ".ps1",
    }
)
_NAMED = ("Makefile", "Dockerfile", "Procfile", "Jenkinsfile")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Assessment:
    """The findings of each flow, in the order of the flows: those that count, and those that a comment takes back."""

    risks: tuple[tuple[Diagnostic, ...], ...]
    ignored: tuple[tuple[Diagnostic, ...], ...]

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        """Those that count, flow by flow."""
        return tuple(one for flow in self.risks for one in flow)

    @property
    def all_ignored(self) -> tuple[Diagnostic, ...]:
        """Those that comments take back, flow by flow."""
        return tuple(one for flow in self.ignored for one in flow)


def assess(found: Audit, folder: Path) -> Assessment:
    """What is wrong with the scripts themselves; `folder` is the one that was audited, or the script."""
    around = NOTHING_AROUND if folder.is_file() else _surroundings(folder)
    root = folder if folder.is_dir() else folder.parent
    secrets = {value for one in found.extractions for value in one.secret_values.reveal().values()}
    lines = _Lines(root, secrets)
    risks = [tuple(map(lines.beside, one)) for one in risks_of(found.extractions, around)]
    taken_back = _taken_back(found.extractions)
    return Assessment(
        tuple(tuple(one for one in flow if not _is_in(one, taken_back)) for flow in risks),
        tuple(tuple(one for one in flow if _is_in(one, taken_back)) for flow in risks),
    )


def _taken_back(extractions: Iterable[Extraction]) -> frozenset[tuple[str, int, str]]:
    """File, line and code of what comments take back."""
    return frozenset(
        (seen.span.file, seen.span.line, code)
        for one in extractions
        for seen in one.observations
        if seen.kind == "suppression"
        for code in seen.subject.split()
    )


def _is_in(risk: Diagnostic, taken_back: frozenset[tuple[str, int, str]]) -> bool:
    """True if a comment in the first or last line of the place names the code."""
    span = risk.span
    return span is not None and any(
        (span.file, line, risk.code) in taken_back for line in (span.line, span.end_line)
    )


class _Lines:
    """Source lines, redacted."""

    def __init__(self, root: Path, secrets: Iterable[str]) -> None:
        self._root = root
        self._secrets = frozenset(secrets)
        self._texts: dict[str, list[str]] = {}

    def beside(self, risk: Diagnostic) -> Diagnostic:
        """The finding with its source line; no value of a secret is left in its message."""
        message = mask_known(risk.message, self._secrets)
        if risk.span is None:
            return replace(risk, message=message)
        file = risk.span.file
        if file not in self._texts:
            try:
                text = (self._root / file).read_text(encoding="utf-8", errors="replace")
            except OSError:
                text = ""
            self._texts[file] = text.split("\n")
        excerpt = excerpt_line(self._texts[file], risk.span, self._secrets)
        return replace(risk, message=message, excerpt=excerpt)


def _surroundings(folder: Path) -> Surroundings:
    crontabs = crontabs_below(folder)
    return Surroundings(crontabs, dict(_programs(folder)) if crontabs else {})


def _programs(folder: Path) -> Iterator[tuple[str, str]]:
    """The files below a folder that could start a script, by name; links are not followed."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_passed_over(name))
        for name in sorted(files):
            path = Path(parent, name)
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_BYTES:
                continue
            if path.suffix.lower() in _STARTERS or name.startswith(_NAMED):
                yield (
                    path.relative_to(folder).as_posix(),
                    path.read_text(encoding="utf-8", errors="replace"),
                )
