"""What stands around the records of a page: which of its values follow from where the page lies, and how.

A value is computed only where it is certain: each rule that holds on all recorded pages has to give the same for the
page that is asked for. Where several rules hold and part there, nobody knows which one the server follows, and the
page is refused, unless people declared the rule, or the field's name is one that says it (`NAMES`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from migrate.shadow.replay_settings import EnvelopeValue


class Uncertain(Exception):
    """A page cannot be made from the recorded records; the message says why."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where a page lies: its first record (from 0), its records, how many a full page has, all records."""

    start: int
    count: int
    size: int | None
    total: int

    @property
    def end(self) -> int:
        return self.start + self.count

    @property
    def more(self) -> bool:
        return self.end < self.total

    @property
    def kind(self) -> tuple[bool, bool, bool]:
        """Pages of one kind have the same fields around their records."""
        return self.start == 0, self.more, self.count == 0


Value = None | bool | int | str | tuple[str, str]
"""A value of an envelope: what JSON has; a float, list or object as `("json", its text)`."""

_Rule = Callable[[Geometry], Value]


class _Inapplicable(Exception):
    """A rule says nothing for a page."""


def _page(geometry: Geometry) -> int:
    if not geometry.size or geometry.start % geometry.size:
        raise _Inapplicable
    return geometry.start // geometry.size


def _size(geometry: Geometry) -> int:
    if geometry.size is None:
        raise _Inapplicable
    return geometry.size


def _previous(geometry: Geometry) -> int:
    return max(geometry.start - _size(geometry), 0)


RULES: Mapping[EnvelopeValue, _Rule] = {
    "count": lambda g: g.count,
    "total": lambda g: g.total,
    "remaining": lambda g: g.total - g.end,
    "size": _size,
    "start": lambda g: g.start,
    "from": lambda g: g.start + 1,
    "end": lambda g: g.end,
    "last": lambda g: g.end - 1,
    "page": lambda g: _page(g) + 1,
    "page-from-0": _page,
    "pages": lambda g: -(-g.total // _size(g)),
    "more": lambda g: g.more,
    "is-last": lambda g: not g.more,
    "is-first": lambda g: g.start == 0,
    "next-start": lambda g: g.end if g.more else None,
    "next-page": lambda g: _page(g) + 2 if g.more else None,
    "previous-start": lambda g: _previous(g) if g.start else None,
    "previous-page": lambda g: _page(g) if g.start else None,
}
NAMES: Mapping[str, EnvelopeValue] = {
    "hasmore": "more",
    "nextoffset": "next-start",
    "nextpage": "next-page",
    "previouspage": "previous-page",
    "prevpage": "previous-page",
    "total": "total",
    "totalcount": "total",
    "totalpages": "pages",
}
"""Names, in lower case and without signs, that mean the same wherever they stand."""

_ALL: tuple[EnvelopeValue, ...] = ("constant", *RULES)
_PLAIN: tuple[Value, ...] = (None, True, False, "", ("json", "[]"), ("json", "{}"))


def value_of(
    name: str,
    seen: Sequence[tuple[Geometry, Value]],
    asked: Geometry,
    rule: EnvelopeValue | None = None,
    called: EnvelopeValue | None = None,
) -> Value:
    """The value that a field has on the page asked for, from those on recorded pages. `rule` is a declared one,
    `called` the one that the field's name speaks for; it decides only between rules that hold on all pages.

    Raises Uncertain.
    """
    if rule is not None:
        if not _holds(rule, seen):
            raise Uncertain(f"{name} is declared as {rule}, and is not on the recorded pages")
        return _result(rule, seen, asked)
    if called is not None and _holds(called, seen):
        return _result(called, seen, asked)
    rules = [one for one in _ALL if _holds(one, seen)]
    if not rules:
        same = [one for one in seen if one[0].more == asked.more]
        if same and all(_same(value, same[0][1]) for _, value in same) and _is_plain(same[0][1]):
            return same[0][1]
        raise Uncertain(f"{name} differs from page to page, and not as a count or position does")
    results: list[tuple[str, Value]] = []
    for one in rules:
        try:
            results.append((one, _result(one, seen, asked)))
        except Uncertain:
            continue
    first = results[0][1] if results else None
    if not results or not all(_same(result, first) for _, result in results):
        raise Uncertain(f"{name} may be {_words(one for one, _ in results)}; say which under `envelope`")
    return first


def _holds(rule: EnvelopeValue, seen: Sequence[tuple[Geometry, Value]]) -> bool:
    if rule == "constant":
        return all(_same(value, seen[0][1]) for _, value in seen)
    try:
        return all(_same(value, _as(value, RULES[rule](geometry))) for geometry, value in seen)
    except _Inapplicable:
        return False


def _result(rule: EnvelopeValue, seen: Sequence[tuple[Geometry, Value]], asked: Geometry) -> Value:
    if rule == "constant":
        return seen[0][1]
    try:
        result = RULES[rule](asked)
    except _Inapplicable:
        raise Uncertain(f"{rule} is not known for this page") from None
    like = next((value for _, value in seen if value is not None), None)
    return _as(like, result)


def _as(like: Value, value: Value) -> Value:
    """A number as the text that the field has it in."""
    return str(value) if isinstance(like, str) and type(value) is int else value


def _same(left: Value, right: Value) -> bool:
    return type(left) is type(right) and left == right


def _is_plain(value: Value) -> bool:
    return any(_same(value, one) for one in _PLAIN)


def _words(rules: Iterable[str]) -> str:
    return " or ".join(rules)
