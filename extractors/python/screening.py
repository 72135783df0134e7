"""What the text of a file shows of it: what it imports, and whether it could reach another system."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

_TALKS = re.compile(
    rb"https?://|\bos\.(?:system|popen|spawn\w*|exec\w*)\b|__import__|\bimport_module\b"
    rb"|\bsys\.path\b|\bfrom[ \t]+sys[ \t]+import\b[^\n]*\bpath\b|\baddsitedir\b|__path__"
)
"""Addresses, other programs, and modules that no statement names."""
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
_SILENT = frozenset(
    {
        *("attr", "attrs", "cattrs", "coverage", "docutils", "factory", "faker", "freezegun", "hypothesis"),
        *("more_itertools", "mypy_extensions", "nose", "numpy", "pluggy", "pytest", "scipy", "setuptools"),
        *("sortedcontainers", "sympy", "toolz", "typing_extensions", "wcwidth"),
    }
)
"""Modules from elsewhere by which it cannot."""
_IMPORTS = re.compile(
    rb"from[ \t]+([.\w]+)|import[ \t\\]+((?:[^\n\\]|\\[\s\S])*)|import_module\(\s*[\"']([.\w]+)"
)
"""Begins with letters alone, which the search is fast with."""
_NAMES = re.compile(r"[.\w]+")
_GUARD = re.compile(rb"^if\b[^\n]*\b__name__\b[^\n]*__main__", re.MULTILINE)


@dataclass(frozen=True)
class Import:
    """A statement that loads a module: its name, relative ones with their level, and the names taken from it."""

    module: str
    level: int = 0
    names: tuple[str, ...] = ()

    @property
    def stated(self) -> str:
        """The name as it stands there, with its dots."""
        return "." * self.level + self.module


class Text:
    """The text of a file, of which is found out what is asked, once."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self.guarded = _GUARD.search(source) is not None
        """True if it asks whether it was started."""
        self.talks = _TALKS.search(source) is not None
        """True if it names an address, another program, or modules that no statement names."""
        found = (part for one in _IMPORTS.finditer(source) for part in one.groups() if part)
        self.mentioned = frozenset(
            name for text in found for name in _NAMES.findall(text.decode("ascii", "replace"))
        )
        """What stands where imports could stand, names with their dots: no import is missing, some are none."""
        self._imports: tuple[Import, ...] | None = None
        self._parsed = False

    @property
    def imports(self) -> tuple[Import, ...] | None:
        """What it imports; None where it cannot be parsed."""
        if not self._parsed:
            self._imports, self._parsed = _imports(self._source), True
            self._source = b""
        return self._imports


def _imports(source: bytes) -> tuple[Import, ...] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = ast.walk(tree) if b"import_module" in source else _statements(tree)
    return tuple(dict.fromkeys(found for node in nodes for found in _imported(node)))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements of a tree, those within others too."""
    waiting: list[ast.AST] = [node]
    while waiting:
        one = waiting.pop()
        yield one
        for name in ("finalbody", "orelse", "handlers", "cases", "body"):
            inner = getattr(one, name, None)
            if isinstance(inner, list):
                waiting.extend(reversed(inner))


def _imported(node: ast.AST) -> Iterator[Import]:
    match node:
        case ast.Import(names=names):
            yield from (Import(alias.name) for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            yield Import(module or "", level, tuple(alias.name for alias in names if alias.name != "*"))
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield Import(name)


def reaches(module: str) -> bool:
    """True if a system could be reached by a module of the standard library, or from elsewhere."""
    top = module.partition(".")[0]
    return top in _TALKING or (top not in sys.stdlib_module_names and top not in _SILENT)
