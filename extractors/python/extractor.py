"""The extractor for Python scripts."""

from __future__ import annotations

import re
from pathlib import Path

from extractors.evaluator import Evaluator
from extractors.lifting import lift
from extractors.python.front import lower
from extractors.python.knowledge import python_knowledge
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic

_INTEGRATES = re.compile(
    rb"https?://|\b(?:requests|httpx|aiohttp|urllib|urllib2|urllib3|http\.client|httplib|pycurl|zeep|suds|ftplib|paramiko"
    rb"|smtplib|boto3|sqlalchemy|psycopg2?|pymysql|pyodbc|sqlite3|oracledb|pymongo|subprocess|gspread|kafka)\b"
)
"""A file without any of these words calls no other system, so it is not parsed."""


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
        if not _INTEGRATES.search(source):
            return None
        script = lower(file, source)
        if isinstance(script, Diagnostic):
            return (script,)
        evaluation = Evaluator(script, python_knowledge())
        evaluation.run()
        for definition in evaluation.never_entered():
            evaluation.report("HS106", f"{definition.name} is never called in this file", definition.span)
        found = lift(evaluation, source)
        return found or tuple(evaluation.diagnostics) or None


EXTRACTOR = PythonExtractor()
