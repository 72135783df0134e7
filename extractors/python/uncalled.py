"""What a file could do to another system, seen from its imports alone; and its functions that nothing calls."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator

from extractors.evaluator.hard_coded import nodes_of
from extractors.ir import (
    Attribute,
    Binary,
    CallExpr,
    Expr,
    FunctionDef,
    Import,
    LiteralExpr,
    Name,
    Script,
    TemplateText,
)
from migrate.model import SourceSpan

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
_VERBS = frozenset({"post", "put", "patch", "delete", "request", "send", "execute", "urlopen"})


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


def uncalled(script: Script, entered: set[SourceSpan]) -> Iterator[FunctionDef]:
    """The functions that were never entered and that seem to call another system."""
    imported = {
        alias or name
        for node in nodes_of(script.body)
        if isinstance(node, Import) and (node.level or _talks(node.module))
        for name, alias in (node.names or ((node.module.partition(".")[0], node.alias),))
    }
    for node in nodes_of(script.body):
        if isinstance(node, FunctionDef) and node.span not in entered and _calls_a_system(node, imported):
            yield node


def _calls_a_system(definition: FunctionDef, imported: set[str]) -> bool:
    for node in nodes_of(definition.body):
        if not isinstance(node, CallExpr):
            continue
        if _root(node.function) in imported:
            return True
        if isinstance(node.function, Attribute):
            if node.function.name in _VERBS:
                return True
            first = node.arguments[0].value if node.arguments else None
            if node.function.name == "get" and isinstance(first, (TemplateText, Binary)):
                return True
            if isinstance(first, LiteralExpr) and isinstance(first.value, str) and "/" in first.value:
                return True
    return False


def _root(expression: Expr) -> str:
    while isinstance(expression, Attribute):
        expression = expression.value
    return expression.name if isinstance(expression, Name) else ""
