"""The last answer of a command about a folder, given again as long as nothing has changed that it depends on.

Of each answer is kept what lies below the folder, what was asked of the file system while it was made, and the answers.
Where they are still the same, and hubshift, Python and all that is installed are, the command would say the same again.
Imports nothing that takes time. No credential is in an answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from migrate import registry
from migrate.pipeline.cache_files import version, written
from migrate.pipeline.walking import Passed, scripts_below

if TYPE_CHECKING:
    from migrate.contracts import Consulted, Extractor

_LEVEL = 1
"""Of compression: the fastest."""


@dataclass(frozen=True)
class AnswerCache:
    """The answers to one question about one folder; `question` holds all options that change it."""

    cache: Path
    folder: Path
    question: Sequence[str]

    def find(self) -> tuple[str, int] | None:
        """The last answer, a text and a number; None where it was not kept, or something has changed."""
        extractor = _extractor()
        if extractor is None:
            return None
        with suppress(OSError, ValueError, TypeError, KeyError, zlib.error):
            data = self._place.read_bytes()
            text = zlib.decompress(data[32:])
            if hashlib.sha256(text).digest() != data[:32]:
                return None
            found = json.loads(text)
            if found["seen"] != _digest(scripts_below(self.folder, extractor.suffixes)):
                return None
            answer = extractor.answers(self.folder)
            if all(answer(question, path, name) == given for question, path, name, given in found["asked"]):
                os.utime(self._place)
                return str(found["text"]), int(found["number"])
        return None

    def keep(
        self, text: str, number: int, seen: Iterable[Path | Passed], consulted: Iterable[Consulted] | None
    ) -> None:
        """Keeps an answer, if another run would give the same."""
        if consulted is None or _extractor() is None:
            return
        asked = sorted((one.question, one.path, one.name, one.answer) for one in consulted)
        found = {"seen": _digest(seen), "asked": asked, "text": text, "number": number}
        data = json.dumps(found).encode("ascii")
        written(self._place, hashlib.sha256(data).digest() + zlib.compress(data, _LEVEL))

    @property
    def _place(self) -> Path:
        parts = (version(), str(self.folder.absolute()), *self.question)
        name = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape"))
        return self.cache / f"{name.hexdigest()}.answer"


def _extractor() -> Extractor | None:
    """Our extractor; None where there are others, which `version` does not cover."""
    found = registry.extractors()
    own = type(found[0]).__module__.partition(".")[0] == "extractors"
    return found[0] if len(found) == 1 and own else None


def _digest(seen: Iterable[Path | Passed]) -> str:
    """What lies below a folder, in short."""
    found = hashlib.sha256()
    for one in seen:
        parts = (one.path, one.code, one.message) if isinstance(one, Passed) else (one,)
        found.update("\0".join(map(str, parts)).encode("utf-8", "surrogateescape") + b"\n")
    return found.hexdigest()
