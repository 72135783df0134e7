"""Python's regular expressions as JavaScript's, where there is one that finds the same in every text.

The tree of Python's own parser is written anew with the flag `u`: classes of characters by their Unicode properties,
`.` and anchors spelt out, as the two languages differ in what ends a line. What JavaScript does otherwise (references
to groups, groups that a repetition may pass over, repetitions of nothing) has no counterpart.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants as codes  # type: ignore[attr-defined]  # the parser's own names
from re import _parser as parser  # type: ignore[attr-defined]  # the only exact reading of a pattern
from typing import Any

from migrate.model import Call, Constant, Expression

_SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CLASSES = {
    codes.CATEGORY_DIGIT: (r"\p{Nd}", "0-9", False),
    codes.CATEGORY_NOT_DIGIT: (r"\p{Nd}", "0-9", True),
    codes.CATEGORY_SPACE: (_SPACE, r"\t-\r\x20", False),
    codes.CATEGORY_NOT_SPACE: (_SPACE, r"\t-\r\x20", True),
    codes.CATEGORY_WORD: (r"\p{L}\p{N}_", "A-Za-z0-9_", False),
    codes.CATEGORY_NOT_WORD: (r"\p{L}\p{N}_", "A-Za-z0-9_", True),
}
_END = r"(?![\s\S])"


class NoCounterpart(Exception):
    """A pattern that means something else in JavaScript."""


SEARCHES = frozenset({"sub", "search", "match", "fullmatch", "findall", "finditer", "split"})
FUNCTIONS = frozenset(f"re.{name}" for name in SEARCHES)
"""The functions whose second argument is a pattern."""
_SEVERAL = frozenset(f"re.{name}" for name in ("sub", "findall", "finditer", "split"))
"""Those that go on behind a match: behind an empty one, Python tries again in the same place for one that is not."""


@dataclass(frozen=True)
class Search:
    """A call by a pattern in JavaScript's notation; a replacement is texts and numbers of groups."""

    source: str
    flags: str
    replacement: tuple[str | int, ...] | None
    arguments: tuple[Expression, ...]


def search(call: Call) -> Search:
    """The call in JavaScript's notation. Raises `NoCounterpart`."""
    text, *others = call.arguments
    known = [one.value for one in others if isinstance(one, Constant)]
    pattern, *rest = known
    replacement = rest.pop(0) if call.function == "re.sub" else None
    flags = rest.pop(0) if rest else 0
    if len(known) != len(others) or not isinstance(pattern, str) or not isinstance(flags, int):
        raise NoCounterpart("a pattern that is known at run time only")
    source, ignoring_case = translated(pattern, flags)
    if call.function in _SEVERAL and parser.parse(pattern, flags).getwidth()[0] == 0:
        raise NoCounterpart("a pattern that may find nothing between two characters")
    template = None if replacement is None else _template(pattern, flags, str(replacement))
    return Search(
        source, "gui" if ignoring_case else "gu", template, (text, *others[len(others) - len(rest) :])
    )


def _template(pattern: str, flags: int, replacement: str) -> tuple[str | int, ...]:
    """A replacement as texts and numbers of groups."""
    groups, literals = parser.parse_template(replacement, re.compile(pattern, flags))
    numbers = dict(groups)
    parts = (numbers.get(place, literal) for place, literal in enumerate(literals))
    return tuple(part for part in parts if part is not None and part != "")


def translated(pattern: str, flags: int) -> tuple[str, bool]:
    """The pattern in JavaScript's notation, and whether case is ignored. Raises `NoCounterpart`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(pattern, flags)
    given = tree.state.flags
    return _Writer(given).sequence(tree, False), bool(given & re.IGNORECASE)


class _Writer:
    def __init__(self, flags: int) -> None:
        self.flags = flags

    def sequence(self, nodes: Iterable[Any], looked_behind: bool) -> str:
        return "".join(self.node(operation, value, looked_behind) for operation, value in nodes)

    def node(self, operation: Any, value: Any, looked_behind: bool) -> str:
        match operation:
            case codes.LITERAL:
                return self._character(value)
            case codes.NOT_LITERAL:
                return f"[^{self._character(value)}]"
            case codes.ANY:
                return r"[\s\S]" if self.flags & re.DOTALL else r"[^\n]"
            case codes.IN:
                return self._in(value)
            case codes.BRANCH:
                return f"(?:{'|'.join(self.sequence(one, looked_behind) for one in value[1])})"
            case codes.AT:
                return self._at(value)
            case codes.SUBPATTERN:
                return self._group(value, looked_behind)
            case codes.MAX_REPEAT | codes.MIN_REPEAT:
                return self._repeat(value, operation is codes.MIN_REPEAT, looked_behind)
            case codes.ASSERT | codes.ASSERT_NOT:
                direction, inner = value
                sign = ("<" if direction < 0 else "") + ("=" if operation is codes.ASSERT else "!")
                return f"(?{sign}{self.sequence(inner, looked_behind or direction < 0)})"
        raise NoCounterpart(f"a pattern with {str(operation).lower()}")

    def _group(self, value: Any, looked_behind: bool) -> str:
        number, added, removed, inner = value
        if added or removed:
            raise NoCounterpart("a pattern with flags for a part of it")
        if number is not None and looked_behind:
            raise NoCounterpart("a pattern with a group in what it looks back at")
        return f"({'?:' if number is None else ''}{self.sequence(inner, looked_behind)})"

    def _repeat(self, value: Any, lazy: bool, looked_behind: bool) -> str:
        least, most, inner = value
        if inner.getwidth()[0] == 0:
            raise NoCounterpart("a pattern that repeats what may be nothing")
        if most != 1 and _passes_over(inner):
            raise NoCounterpart("a pattern that repeats a group which may have no part in it")
        until = "" if most is codes.MAXREPEAT else most
        return f"(?:{self.sequence(inner, looked_behind)}){{{least},{until}}}{'?' if lazy else ''}"

    def _in(self, members: Iterable[Any]) -> str:
        inside, around, negated = "", [], False
        for operation, value in members:
            match operation:
                case codes.NEGATE:
                    negated = True
                case codes.LITERAL:
                    inside += self._character(value)
                case codes.RANGE:
                    inside += f"{self._character(value[0])}-{self._character(value[1])}"
                case codes.CATEGORY:
                    class_ = self._class(value)
                    if _CLASSES[value][2]:
                        around.append(f"[^{class_}]")
                    else:
                        inside += class_
                case _:
                    raise NoCounterpart(f"a pattern with {str(operation).lower()}")
        ways = [*around, f"[{inside}]"] if inside else around
        if not negated:
            return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
        return f"[^{inside}]" if not around else f"(?:(?!{'|'.join(ways)})[\\s\\S])"

    def _character(self, code: int) -> str:
        letter = chr(code)
        if letter.isascii() and (letter.isalnum() or letter == "_"):
            return letter
        if 0xD800 <= code < 0xE000:
            raise NoCounterpart("a pattern with half a surrogate pair")
        if self.flags & re.IGNORECASE and code > 0x7F:
            raise NoCounterpart("a pattern that ignores the case of letters that are not ASCII")
        return f"\\u{{{code:x}}}"

    def _class(self, category: Any) -> str:
        if category not in _CLASSES:
            raise NoCounterpart("a pattern with a class of characters")
        unicode, ascii_, _ = _CLASSES[category]
        return ascii_ if self.flags & re.ASCII else unicode

    def _at(self, where: Any) -> str:
        lines = self.flags & re.MULTILINE
        word = f"[{self._class(codes.CATEGORY_WORD)}]"
        before, after = f"(?<={word})", f"(?={word})"
        outside_before, outside_after = f"(?<!{word})", f"(?!{word})"
        match where:
            case codes.AT_BEGINNING:
                return r"(?:^|(?<=\n))" if lines else "^"
            case codes.AT_BEGINNING_STRING:
                return "^"
            case codes.AT_END:
                return rf"(?=\n|{_END})" if lines else rf"(?=\n?{_END})"
            case codes.AT_END_STRING:
                return _END
            case codes.AT_BOUNDARY:
                return f"(?:{before}{outside_after}|{outside_before}{after})"
            case codes.AT_NON_BOUNDARY:
                return f"(?:{before}{after}|{outside_before}{outside_after})"
        raise NoCounterpart(f"a pattern with {str(where).lower()}")


def _passes_over(nodes: Iterable[Any]) -> bool:
    """True if a group in a sequence may have no part in a match of it, or there are any below another construct."""
    for operation, value in nodes:
        if operation is codes.SUBPATTERN:
            if _passes_over(value[3]):
                return True
        elif operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            if _has_group(value[2]):
                return True
        elif operation is codes.BRANCH:
            if any(_has_group(one) for one in value[1]):
                return True
        elif operation in (codes.ASSERT, codes.ASSERT_NOT) and _has_group(value[1]):
            return True
    return False


def _has_group(nodes: Iterable[Any]) -> bool:
    for operation, value in nodes:
        match operation:
            case codes.SUBPATTERN:
                if value[0] is not None or _has_group(value[3]):
                    return True
            case codes.MAX_REPEAT | codes.MIN_REPEAT:
                if _has_group(value[2]):
                    return True
            case codes.BRANCH:
                if any(_has_group(one) for one in value[1]):
                    return True
            case codes.ASSERT | codes.ASSERT_NOT:
                if _has_group(value[1]):
                    return True
    return False
