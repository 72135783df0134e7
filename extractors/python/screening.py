"""What a file could do to another system, seen from its imports alone."""

from __future__ import annotations

import ast
import re
import sys
import warnings

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
_SILENT = frozenset({"attr", "attrs", "pytest", "setuptools", "typing_extensions"})
"""Modules from elsewhere by which it cannot."""


def could_integrate(source: bytes) -> bool:
    """False for a file that imports nothing by which it could reach another system, and names no address.

    A file that cannot be parsed is not judged here.
    """
    if _TALKS.search(source):
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        if any(_talks(name) for name in names):
            return True
    return False


def _talks(module: str) -> bool:
    top = module.partition(".")[0]
    return top in _TALKING or (top not in sys.stdlib_module_names and top not in _SILENT)
