"""The extractor for Python scripts."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from extractors.evaluator import Evaluator
from extractors.lifting import lift
from extractors.python.front import lower
from extractors.python.knowledge import python_knowledge
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic

_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
_TALKS = re.compile(rb"https?://|\bos\.(?:system|popen|spawn\w*|exec\w*)\b|__import__|\bimport_module\b")
_TALKING = frozenset(
    {
        *(
            "asyncio",
            "ftplib",
            "http",
            "imaplib",
            "multiprocessing",
            "nntplib",
            "poplib",
            "smtplib",
            "socket",
        ),
        *("socketserver", "sqlite3", "ssl", "subprocess", "telnetlib", "urllib", "xmlrpc"),
    }
)
"""Modules of the standard library by which a script can reach another system."""
_SILENT = frozenset(["attr", "attrs", "pytest", "setuptools", "typing_extensions"])
"""Modules from elsewhere by which it cannot."""


def _could_integrate(source: bytes) -> bool:
    """False for a file that imports nothing by which it could reach another system, and names no address."""
    imported = {name.decode() for name in _IMPORT.findall(source)}
    foreign = imported - sys.stdlib_module_names - _SILENT
    return bool(foreign or imported & _TALKING or _TALKS.search(source))


class PythonExtractor:
    """Reads Python scripts: libcst for the syntax, the evaluator for the meaning."""

    language = "python"
    suffixes = (".py",)

    def extract(self, path: Path, root: Path) -> Extraction | tuple[Diagnostic, ...] | None:
        """The integration in the file; None if it calls no other system; diagnostics alone if it cannot be read."""
        file = path.relative_to(root).as_posix()
        try:
            source = path.read_bytes()
        except OSError as problem:
            return (Diagnostic("HS002", f"{file}: {problem.strerror}", None),)
        if not _could_integrate(source):
            return None
        script = lower(file, source)
        if isinstance(script, Diagnostic):
            return (script,)
        evaluation = Evaluator(script, python_knowledge())
        try:
            evaluation.run()
            for definition in evaluation.never_entered():
                evaluation.report("HS106", f"{definition.name} is never called in this file", definition.span)
            found = lift(evaluation, source)
        except RecursionError:
            return (Diagnostic("HS104", "the code or what it computes is nested too deep", script.span),)
        return found or tuple(evaluation.diagnostics) or None


EXTRACTOR = PythonExtractor()
