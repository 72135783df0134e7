"""The Groovy classes that a project carries: Python's semantics, and what routes do besides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from migrate.model.errors import ERRORS

SOURCES = Path(__file__).parent / "groovy"

OPEN = ("Values", "Containers", "Numbers", "Texts", "Formats", "Json", "Flow", "Http")
"""Classes whose functions expressions call by their bare names."""
_ALWAYS = ("Shell", "Flow", "Http", "Values", "Gap", "Ended", "PythonError")
_QUOTED = re.compile(r"'([A-Za-z_][A-Za-z0-9_.]*)'")
_FUNCTION = re.compile(r"^  static (?:[\w<>\[\]]+ )?(\w+)\(", re.MULTILINE)
_CALLED = re.compile(r"(?<![\w.'])(\w+)\(")
_CLASS = re.compile(r"(?<![\w'])([A-Z]\w+)")


@cache
def source(name: str) -> str:
    """The text of a class."""
    return (SOURCES / f"{name}.groovy").read_text(encoding="utf-8")


@cache
def names() -> tuple[str, ...]:
    """All classes of the library."""
    return tuple(sorted(path.stem for path in SOURCES.glob("*.groovy")))


@cache
def functions() -> dict[str, str]:
    """The class of each function that expressions call by its bare name."""
    return {found: name for name in OPEN for found in _FUNCTION.findall(source(name))}


@cache
def _uses(name: str) -> frozenset[str]:
    """The classes that a class names."""
    return frozenset(_CLASS.findall(source(name))) & frozenset(names()) - {name}


def needed(code: Iterable[str]) -> tuple[str, ...]:
    """The classes that expressions need, by name."""
    texts = list(code)
    open_ = [*_ALWAYS]
    open_ += [functions()[one] for text in texts for one in _CALLED.findall(text) if one in functions()]
    open_ += [one for text in texts for one in _CLASS.findall(text) if one in names()]
    found: set[str] = set()
    while open_:
        one = open_.pop()
        if one not in found:
            found.add(one)
            open_ += _uses(one)
    return tuple(sorted(found))


def kinds(code: Iterable[str]) -> str:
    """The class that knows which kinds of errors are special cases of which, for the kinds that stand in the texts."""
    open_ = [kind for text in code for kind in _QUOTED.findall(text) if kind in ERRORS]
    known: set[str] = set()
    while open_:
        kind = open_.pop()
        if kind not in known:
            known.add(kind)
            open_ += ERRORS.get(kind, ())
    rows = "".join(
        f"    {_quoted(kind)}: [{', '.join(map(_quoted, ERRORS[kind]))}],\n"
        for kind in sorted(known & ERRORS.keys())
    )
    return (
        "package python\n\n/** Kinds of errors, each with those that it is a special case of. */\nclass Kinds {\n"
        f"  private static final Map GENERAL = [{f'{chr(10)}{rows}  ' if rows else ':'}]\n\n"
        "  /** Whether errors of a kind are errors of the other: the same, or special cases. */\n"
        "  static boolean isA(String kind, String general) {\n"
        "    kind == general || GENERAL.getOrDefault(kind, []).any { isA((String) it, general) }\n  }\n}\n"
    )


def _quoted(text: str) -> str:
    return f"'{text}'"
