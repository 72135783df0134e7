"""Single characters written as something else: what a text says once that is undone, and where each was written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.entities import html5

_MOST_VIEWS = 24
"""Texts made of one at most: kinds of escapes may be undone in any order."""


@dataclass(frozen=True)
class View:
    """A text with escapes undone, and where each of them stood in the text that it was made of.

    `way` names their kinds, such as `json+html`, the outermost first.
    """

    data: bytes
    way: str
    of: View | None = None
    starts: tuple[int, ...] = ()
    """Where what was escaped begins here."""
    undone: tuple[tuple[int, int, int], ...] = ()
    """Where it ends here, and from where to where it was escaped there."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of this text stands in the one that all began with."""
        if self.of is None:
            return start, end
        if at := bisect_right(self.starts, start):
            ends, was, was_end = self.undone[at - 1]
            start = was if start < ends else was_end + start - ends
        if at := bisect_right(self.starts, end - 1):
            ends, _, was_end = self.undone[at - 1]
            end = was_end + max(0, end - ends)
        return self.of.origin(start, end)


@dataclass(frozen=True)
class _Escapes:
    """A way to write single characters: a pattern, and what one that it finds stands for; None for nothing."""

    way: str
    sign: re.Pattern[bytes]
    pattern: re.Pattern[bytes]
    meaning: Callable[[re.Match[bytes]], bytes | None]

    def undone(self, view: View) -> View | None:
        """The text with them undone; None where it has none."""
        if self.sign.search(view.data) is None:
            return None
        made: list[bytes] = []
        starts: list[int] = []
        undone: list[tuple[int, int, int]] = []
        at = size = 0
        for found in self.pattern.finditer(view.data):
            plain = self.meaning(found)
            if plain is None:
                continue
            size += found.start() - at
            made += [view.data[at : found.start()], plain]
            starts.append(size)
            size += len(plain)
            undone.append((size, found.start(), found.end()))
            at = found.end()
        if not made:
            return None
        data = b"".join([*made, view.data[at:]])
        way = f"{view.way}+{self.way}" if view.way else self.way
        return View(data, way, view, tuple(starts), tuple(undone))


def views(data: bytes, steps: int) -> Iterator[View]:
    """The text, and what it says with its escapes undone up to so many times."""
    level = [View(data, "")]
    seen = {data}
    yield level[0]
    for _ in range(steps):
        following = []
        for view in level:
            for escapes in _ESCAPES if ESCAPED.search(view.data) else ():
                made = escapes.undone(view)
                if made is None or made.data in seen:
                    continue
                if len(seen) >= _MOST_VIEWS:
                    return
                seen.add(made.data)
                following.append(made)
                yield made
        level = following


def _character(code: int) -> bytes | None:
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else None


def _of_percent(found: re.Match[bytes]) -> bytes | None:
    return bytes.fromhex(found[1].decode("ascii")) if found[1] else _character(int(found[2], 16))


_NAMED = {
    b'"': b'"',
    b"\\": b"\\",
    b"/": b"/",
    b"'": b"'",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
}


def _of_literal(found: re.Match[bytes]) -> bytes | None:
    if found["high"]:
        high, low = int(found["high"], 16), int(found["low"], 16)
        return _character(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    if digits := found["unicode"] or found["braced"] or found["long"] or found["hex"]:
        return _character(int(digits, 16))
    return _character(int(found["octal"], 8)) if found["octal"] else _NAMED[found["named"]]


def _of_reference(found: re.Match[bytes]) -> bytes | None:
    if found[1]:
        return _character(int(found[1]))
    if found[2]:
        return _character(int(found[2], 16))
    plain = html5.get(found[3].decode("ascii") + ";")
    return None if plain is None else plain.encode()


def _of_quoted(found: re.Match[bytes]) -> bytes | None:
    return bytes.fromhex(found[1].decode("ascii")) if found[1] else b""


_ESCAPES = (
    _Escapes(
        "percent",
        re.compile(rb"%[0-9A-Fa-fu]"),
        re.compile(rb"%(?:([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))"),
        _of_percent,
    ),
    _Escapes(
        "json",
        re.compile(rb"\\"),
        re.compile(
            rb"""\\(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})
              | u(?P<unicode>[0-9a-fA-F]{4}) | u\{(?P<braced>[0-9a-fA-F]{1,6})\} | U(?P<long>[0-9a-fA-F]{8})
              | x(?P<hex>[0-9a-fA-F]{2}) | (?P<octal>[0-3]?[0-7]{2}) | (?P<named>["\\/'bfnrt]))""",
            re.VERBOSE,
        ),
        _of_literal,
    ),
    _Escapes(
        "html",
        re.compile(rb"&[#A-Za-z]"),
        re.compile(rb"&(?:\#(\d{1,7});?|\#[xX]([0-9a-fA-F]{1,6});?|([A-Za-z][A-Za-z0-9]{1,31});)"),
        _of_reference,
    ),
    _Escapes(
        "quoted",
        re.compile(rb"=(?:3D|[89A-F][0-9A-F]|[ \t]*\r?\n)"),
        re.compile(rb"=(?:([0-9A-F]{2})|[ \t]*\r?\n)"),
        _of_quoted,
    ),
)

ESCAPED = re.compile(b"|".join(escapes.sign.pattern for escapes in _ESCAPES))
"""Stands in each text that has escapes."""
