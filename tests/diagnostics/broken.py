"""An extractor with a fault, in the place of the real ones: a fault of hubshift that stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.each_alone import EachAlone


class BrokenExtractor:
    """Fails on every file."""

    language = "python"
    suffixes = (".py",)

    def project(self, root: Path, scripts: Sequence[Path]) -> EachAlone:
        """The scripts of a folder."""
        return EachAlone(self.extract, root, scripts)

    def extract(self, path: Path, root: Path) -> None:
        """Raises KeyError, with a text that is not to be seen."""
        raise KeyError(path.read_text(encoding="utf-8"))


BROKEN = BrokenExtractor()
