"""The extractor for Python scripts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from extractors.evaluator import Evaluator
from extractors.lifting import lift
from extractors.python.front import lower
from extractors.python.knowledge import python_knowledge
from extractors.python.reading import MAX_BYTES, too_large, unreadable
from extractors.python.screening import could_integrate
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from migrate.model import Excerpt
from migrate.secrets.excerpts import mask_known


class PythonExtractor:
    """Reads Python scripts: libcst for the syntax, the evaluator for the meaning."""

    language = "python"
    suffixes = (".py",)

    def extract(self, path: Path, root: Path) -> Extraction | tuple[Diagnostic, ...] | None:
        """The integration in the file; None if it calls no other system; diagnostics alone if it cannot be read."""
        file = path.relative_to(root).as_posix()
        try:
            with path.open("rb") as script_file:
                source = script_file.read(MAX_BYTES + 1)
        except OSError as problem:
            return (unreadable(file, str(problem.strerror)),)
        if len(source) > MAX_BYTES:
            return (too_large(file),)
        if not could_integrate(source):
            return None
        script = lower(file, source)
        if isinstance(script, Diagnostic):
            return (script,)
        try:
            evaluation = Evaluator.of(script, python_knowledge())
            found = lift(evaluation, source)
        except RecursionError:
            return (Diagnostic("HS104", "the code or what it computes is nested too deep", script.span),)
        secrets = evaluation.configuration.secret_values.values()
        if found is not None:
            return replace(found, diagnostics=tuple(_masked(one, secrets) for one in found.diagnostics))
        return tuple(_masked(one, secrets) for one in evaluation.findings.diagnostics) or None


def _masked(diagnostic: Diagnostic, secrets: Collection[str]) -> Diagnostic:
    """The diagnostic without values that showed to be secrets only after it was made."""
    excerpt = diagnostic.excerpt
    if excerpt is not None:
        excerpt = Excerpt(redacted=mask_known(excerpt.redacted, secrets))
    return replace(diagnostic, message=mask_known(diagnostic.message, secrets), excerpt=excerpt)


EXTRACTOR = PythonExtractor()
