"""What is written within a text in other spellings: escaped, packed, or both, one within another.

A text is searched as it stands, then with its escapes undone (percent, JSON and string literals, HTML references,
quoted-printable), each kind by itself and several times, and what is found so is replaced where it is written. What
is packed (base64, hexadecimal, gzip, zlib, ZIP, UTF-16, UTF-32) is unpacked, searched in the same way, and packed again
where something was found.
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from migrate.shadow import containers
from migrate.shadow.escapes import ESCAPED, views

STEPS = 4
"""How many spellings one within another are undone."""
_MOST_ROUNDS = 64
_LONG = 16
_WORD = re.compile(
    rb"[A-Za-z0-9+/_-]{56,76}(?:\r?\n[ \t]*(?!--)[A-Za-z0-9+/_-]{56,76})*"
    rb"(?:\r?\n[ \t]*(?!--)[A-Za-z0-9+/_-]{1,76})={0,2}|[A-Za-z0-9+/_-]{4,}={0,2}"
)
_LINE = re.compile(rb"[^\s]+")
_LONG_WORD = re.compile(rb"[A-Za-z0-9+/_-]{%d}" % _LONG)
_SPELLED = re.compile(ESCAPED.pattern + rb"|" + _LONG_WORD.pattern)
_PLAIN = re.compile(rb"[a-z0-9/_-]+")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2})+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_PAIR = re.compile(rb"[^\s:]*:[^\s]*")


class Span(NamedTuple):
    """A piece of a text and what to put there."""

    start: int
    end: int
    put: bytes


class Search(Protocol):
    """What is looked for."""

    @property
    def short(self) -> bool:
        """Whether some of it is found in pairs alone."""

    def found(self, data: bytes, way: str) -> list[Span]:
        """Where it stands in a text, in order, none over another; `way` tells how the text is spelled (`json+html`),
        and is empty for one that is written as it is."""

    def in_base64(self, data: bytes) -> bool:
        """Whether base64 of it may stand in a text, told at a glance."""

    def found_in_pair(self, data: bytes) -> list[Span]:
        """Where it stands in `user:password`, though it is too short to be found anywhere else."""


def rewritten(data: bytes, search: Search, steps: int = STEPS) -> bytes:
    """The text with all that is found replaced; what was packed is packed again."""
    if not data:
        return data
    if steps > 0:
        # What is compressed is noise, and holds anything by chance.
        packed = containers.repacked(data, lambda plain: rewritten(plain, search, steps - 1))
        if packed is not None:
            return packed
    data = spliced(data, search.found(data, ""))
    if steps <= 0 or not (_SPELLED.search(data) or search.short or search.in_base64(data)):
        return data
    for _ in range(_MOST_ROUNDS):
        for view in views(data, steps):
            spans = _changes(view.data, search.found(view.data, view.way)) if view.way else []
            spans = spans or _changes(view.data, _in_base64(view.data, search, steps))
            if spans:
                data = spliced(data, [Span(*view.origin(span.start, span.end), span.put) for span in spans])
                break
        else:
            return data
    return b"{{UNREADABLE}}"


def _changes(data: bytes, spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if data[span.start : span.end] != span.put]


def spliced(data: bytes, spans: Iterable[Span]) -> bytes:
    """The text with each piece replaced."""
    made: list[bytes] = []
    at = 0
    for span in spans:
        made += [data[at : span.start], span.put]
        at = span.end
    return b"".join([*made, data[at:]]) if made else data


def _in_base64(data: bytes, search: Search, steps: int) -> list[Span]:
    near = search.in_base64(data)
    if not near and not search.short and _LONG_WORD.search(data) is None:
        return []
    spans = []
    for found in _WORD.finditer(data):
        if not (near or search.short) and (len(found[0]) < _LONG or _is_plain(found[0])):
            continue
        # Lines of base64 may be one text, or each another.
        lines = list(_LINE.finditer(data, *found.span()))
        for one in (found, *(lines if len(lines) > 1 else ())):
            clean = _repacked(one[0], search, steps, near=near and search.in_base64(one[0]))
            if clean is not None:
                spans.append(Span(one.start(), one.end(), clean))
                if one is found:
                    break
    return spans


def _repacked(word: bytes, search: Search, steps: int, *, near: bool) -> bytes | None:
    """Base64, or hexadecimal, of what the word holds, without what was found there; None where nothing is found.

    What comes before may run on without a sign between: so it may begin at any of the first four characters.
    """
    packed = re.sub(rb"\s", b"", word).rstrip(b"=")
    if _HEXADECIMAL.fullmatch(packed):
        plain = bytes.fromhex(packed.decode("ascii"))
        clean = rewritten(plain, search, steps - 1) if _is_text(plain) else plain
        if clean != plain:
            return clean.hex().encode("ascii")
    for before in range(4 if near else 1):
        part = packed[before:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        plain = urlsafe_b64decode(part.translate(_TO_URL) + b"=" * (-len(part) % 4))
        if not before and (_is_text(plain) or containers.is_container(plain)):
            clean = rewritten(plain, search, steps - 1)
            if _PAIR.fullmatch(clean):
                clean = spliced(clean, search.found_in_pair(clean))
        else:
            clean = spliced(plain, search.found(plain, "")) if near else plain
        if clean != plain:
            made = b64encode(clean)
            made = made.translate(_TO_URL) if b"-" in word or b"_" in word else made
            padded = word.endswith(b"=") or len(packed) % 4 == 0
            return packed[:before] + (made if padded else made.rstrip(b"="))
    return None


def _is_plain(word: bytes) -> bool:
    """Whether a long word is no base64 or hexadecimal of a text: a path, an identifier."""
    return _PLAIN.fullmatch(word) is not None and _HEXADECIMAL.fullmatch(word) is None


def _is_text(data: bytes) -> bool:
    if _CONTROLS.search(data) is not None:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
