"""Regular expressions in Python's notation, as texts that the source fixes. `flags` are those of Python's `re`.

What is found is a list: the whole match, then each group, null for one that has no part in it. Source: the Python
Library Reference, 3.11, "re".
"""

from __future__ import annotations

import re
import warnings
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.functions.text import require_text
from migrate.model.values import EvaluationError

_TEXTS = [("text", "text")]


def _compiled(pattern: Any, flags: Any) -> re.Pattern[str]:
    require_text(pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern, flags)
    except (re.error, ValueError):
        raise EvaluationError("re.error", "the pattern is none") from None


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError
    return text


def _found(match: re.Match[str]) -> list[str | None]:
    return [match.group(), *match.groups()]


@kernel("re.sub", result="text", total_on=[("text",) * 3])
def _sub(text: Any, pattern: Any, replacement: Any, flags: Any = 0, count: Any = 0) -> Any:
    """`re.sub(pattern, replacement, text)`: each match, or the first `count`, becomes the replacement, a template."""
    require_text(replacement)
    try:
        return _compiled(pattern, flags).sub(replacement, _text(text), count)
    except (re.error, IndexError):
        raise EvaluationError("re.error", "the replacement names a group that is not there") from None


def _finding(how: str) -> None:
    def find(text: Any, pattern: Any, flags: Any = 0) -> Any:
        match = getattr(_compiled(pattern, flags), how)(_text(text))
        return None if match is None else _found(match)

    where = {
        "search": "the first match",
        "match": "a match at the start",
        "fullmatch": "a match of the whole text",
    }
    find.__doc__ = f"`re.{how}(pattern, text)`: {where[how]} with its groups, null where there is none."
    kernel(f"re.{how}", result=None, total_on=_TEXTS)(find)


for _how in ("search", "match", "fullmatch"):
    _finding(_how)


@kernel("re.group", result=None)
def _group(found: Any, number: Any) -> Any:
    """A group of what `re.search` and its kin found; AttributeError where that is null."""
    if found is None:
        raise AttributeError
    if not isinstance(found, list) or not isinstance(number, int):
        raise TypeError
    if number < 0:
        raise IndexError
    return found[number]


@kernel("re.finditer", result="list", total_on=_TEXTS)
def _finditer(text: Any, pattern: Any, flags: Any = 0) -> Any:
    """`re.finditer(pattern, text)`: all matches with their groups."""
    return [_found(match) for match in _compiled(pattern, flags).finditer(_text(text))]


@kernel("re.findall", result="list", total_on=_TEXTS)
def _findall(text: Any, pattern: Any, flags: Any = 0) -> Any:
    """`re.findall(pattern, text)`: whole matches, or the one group; a list of the groups where there are several."""
    return [
        list(one) if isinstance(one, tuple) else one for one in _compiled(pattern, flags).findall(_text(text))
    ]


@kernel("re.split", result="list", total_on=_TEXTS)
def _split(text: Any, pattern: Any, flags: Any = 0, limit: Any = 0) -> Any:
    """`re.split(pattern, text)`: what lies between the matches, at most `limit`, and the groups of these."""
    return _compiled(pattern, flags).split(_text(text), limit)
