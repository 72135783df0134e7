"""What a script makes of a secret before it is sent: other case, hexadecimal, UTF-16, base64, and pieces of all these.

A piece of 8 characters or more is found wherever it stands and becomes `{{NAME|…}}`, which says how it was made: the
form, if it is not the value as it stands, and from where to where, if it is not the whole (`{{NAME|upper:0:8}}`).
So two pieces that differ stay different. Shorter pieces, sums and encrypted forms are not found.
"""

from __future__ import annotations

import re
import struct
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping

PIECE = 8
"""The shortest piece of a secret that is looked for, in bytes."""

TAG = rb"(?:\|[a-z0-9+:]+)?"
"""Matches what stands behind the name in a placeholder."""

_WORD_BYTES = struct.calcsize("I")
"""Of a piece of 8 bytes, wherever it stands, one such word lies within it as long as a word has up to 4."""

_WORD = re.compile(rb"[A-Za-z0-9+/=_.~!*@-]+")
_WIDE = "utf16"
_DIFFERENT = 4
"""A piece has so many different characters at least: rows of dashes or zeros are in every other text."""


class DerivedForms:
    """Finds pieces of the values (name to value; an earlier name goes first) and of their derived forms."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._pieces: dict[bytes, tuple[str, str, bytes, int]] = {}
        for name, value in values.items():
            for tag, form in _forms(value.encode("utf-8", "surrogatepass")):
                for start in range(len(form) - PIECE + 1):
                    piece = form[start : start + PIECE]
                    plain = piece.replace(b"\0", b"") if tag == _WIDE else piece
                    if _WORD.fullmatch(plain) and len(set(plain)) >= _DIFFERENT:
                        self._pieces.setdefault(piece, (name, tag, form, start))
        self._words = {
            int.from_bytes(piece[start : start + _WORD_BYTES], sys.byteorder)
            for piece in self._pieces
            for start in range(PIECE - _WORD_BYTES + 1)
        }

    def found(self, data: bytes) -> list[tuple[int, int, bytes]]:
        """From where to where a piece stands, and its placeholder."""
        made: list[tuple[int, int, bytes]] = []
        at = 0
        for first in self._perhaps_at(data):
            found = self._pieces.get(data[first : first + PIECE]) if first >= at else None
            if found is None:
                continue
            name, tag, form, start = found
            end, at = start + PIECE, first + PIECE
            while end < len(form) and data[at : at + 1] == form[end : end + 1]:
                end, at = end + 1, at + 1
            whole = (start, end) == (0, len(form))
            parts = [*([tag] if tag else []), *([] if whole else [f"{start}:{end}"])]
            mark = "|" + ":".join(parts) if parts else ""
            made.append((first, at, b"{{%b%b}}" % (name.encode("ascii"), mark.encode("ascii"))))
        return made

    def _perhaps_at(self, data: bytes) -> Iterable[int]:
        """Where pieces may begin, ascending: wherever one stands, it fills one of the data's machine words."""
        if not self._pieces or len(data) < PIECE:
            return ()
        whole = len(data) - len(data) % _WORD_BYTES
        words = self._words.intersection(memoryview(data)[:whole].cast("I"))
        starts: set[int] = set()
        for word in words:
            text = word.to_bytes(_WORD_BYTES, sys.byteorder)
            at = data.find(text)
            while at >= 0:
                starts.update(range(max(0, at - PIECE + _WORD_BYTES), at + 1))
                at = data.find(text, at + 1)
        return sorted(starts)


def _forms(value: bytes) -> Iterator[tuple[str, bytes]]:
    """The forms of a value, each with the word for it, the value itself first."""
    yield "", value
    cases: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (("upper", bytes.upper), ("lower", bytes.lower))
    for word, change in cases:
        yield word, change(value)
    yield _WIDE, value.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    yield "hex", value.hex().encode("ascii")
    yield "hex+upper", value.hex().upper().encode("ascii")
    # Where base64 begins before the value, only what depends on the value alone is known of it.
    for before in range(3):
        packed = b64encode(bytes(before) + value)
        first = -(-before * 8 // 6) if before else 0
        last = (before + len(value)) * 8 // 6
        word = f"base64+{before}" if before else "base64"
        yield word, packed[first:last]
        yield f"{word}+url", packed[first:last].replace(b"+", b"-").replace(b"/", b"_")
