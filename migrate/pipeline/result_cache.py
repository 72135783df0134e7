"""What scripts were found to hold, kept in the user's cache folder for the next run over the same folder.

An index a folder says of each part what was asked of the file system when it was read, and the answers; where all of
them are still the same, and hubshift and what it is built on are, the part is taken as it was. What it holds lies in a
file named after the hash of its content, so that a damaged one is none. The values of credentials are never kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from migrate.contracts import Consulted
from migrate.pipeline.cache_files import prune, version, written
from migrate.pipeline.reading import PartRead, Read, pack, unpack

_LEVEL = 1
"""Of compression: the fastest."""


@dataclass(frozen=True)
class _Kept:
    """A part in the index: the numbers of what it has asked, the name of what it holds, and the modules it loaded."""

    asked: tuple[int, ...]
    content: str
    loaded: tuple[str, ...]
    secrets: bool


@dataclass
class ResultCache:
    """What is kept of the scripts below one folder, for one language.

    `answer` gives the answer to a question as it is now. With `secrets`, parts with credentials in the source are read
    anew, since their values are needed.
    """

    folder: Path
    root: Path
    answer: Callable[[Consulted], str]
    secrets: bool = False
    _asked: list[Consulted] = field(default_factory=list)
    _parts: dict[str, _Kept] = field(default_factory=dict)
    _same: dict[int, bool] = field(default_factory=dict)
    _used: dict[str, tuple[tuple[Consulted, ...], _Kept]] = field(default_factory=dict)
    _changed: bool = False

    def __post_init__(self) -> None:
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, zlib.error):
            found = json.loads(_checked(self._index.read_bytes()))
            asked = [Consulted(*one) for one in found["asked"]]
            parts = {
                name: _Kept(tuple(numbers), content, tuple(loaded), secrets)
                for name, (numbers, content, loaded, secrets) in found["parts"].items()
            }
            if all(0 <= number < len(asked) for part in parts.values() for number in part.asked):
                self._asked, self._parts = asked, parts

    @property
    def _index(self) -> Path:
        name = hashlib.sha256("\0".join((version(), str(self.root))).encode("utf-8", "surrogateescape"))
        return self.folder / f"{name.hexdigest()}.index"

    def find(self, scripts: Sequence[Path]) -> PartRead | None:
        """The part of these scripts as it was read before; None where it is to be read."""
        kept = self._parts.get(_name(scripts))
        if kept is None or (kept.secrets and self.secrets) or not all(map(self._is_same, kept.asked)):
            return None
        reads: tuple[tuple[Path, Read], ...] = tuple((path, None) for path in scripts)
        if kept.content:
            try:
                place = self.folder / kept.content
                packed = zlib.decompress(place.read_bytes())
                if hashlib.sha256(packed).hexdigest() != kept.content:
                    return None
                reads = unpack(packed)
                os.utime(place)
            except (OSError, ValueError, zlib.error):
                return None
        consulted = tuple(self._asked[number] for number in kept.asked)
        self._used[_name(scripts)] = (consulted, kept)
        return PartRead(reads, frozenset(map(Path, kept.loaded)), consulted)

    def _is_same(self, number: int) -> bool:
        if number not in self._same:
            asked = self._asked[number]
            self._same[number] = self.answer(asked) == asked.answer
        return self._same[number]

    def keep(self, scripts: Sequence[Path], part: PartRead) -> None:
        """Keeps what a part holds, if another run would give the same."""
        if not part.consulted:
            return
        packed = b"" if part.holds_nothing else pack(part.reads)
        content = hashlib.sha256(packed).hexdigest() if packed else ""
        if content and not written(self.folder / content, zlib.compress(packed, _LEVEL)):
            return
        kept = _Kept((), content, tuple(sorted(map(str, part.loaded))), part.has_secrets)
        self._used[_name(scripts)] = (part.consulted, kept)
        self._changed = True

    def close(self) -> None:
        """Writes the index, where it changed: of the parts that were found or kept since it was opened."""
        if not self._changed and len(self._used) == len(self._parts):
            return
        numbers: dict[Consulted, int] = {}
        parts = {
            name: (
                [numbers.setdefault(one, len(numbers)) for one in consulted],
                kept.content,
                kept.loaded,
                kept.secrets,
            )
            for name, (consulted, kept) in self._used.items()
        }
        asked = [(one.question, one.path, one.name, one.answer) for one in numbers]
        text = json.dumps({"asked": asked, "parts": parts}).encode("ascii")
        written(self._index, hashlib.sha256(text).digest() + zlib.compress(text, _LEVEL))
        prune(self.folder)


def _name(scripts: Iterable[Path]) -> str:
    return "\0".join(map(str, scripts))


def _checked(data: bytes) -> bytes:
    """The text of an index; raises ValueError where it is damaged."""
    text = zlib.decompress(data[32:])
    if hashlib.sha256(text).digest() != data[:32]:
        raise ValueError("damaged")
    return text
