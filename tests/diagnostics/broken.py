"""An extractor with a fault, in the place of the real ones: a fault of hubshift that stays."""

from __future__ import annotations

from pathlib import Path


class BrokenExtractor:
    """Fails on every file."""

    language = "python"
    suffixes = (".py",)

    def extract(self, path: Path, root: Path) -> None:
        """Raises KeyError, with a text that is not to be seen."""
        raise KeyError(path.read_text(encoding="utf-8"))


BROKEN = BrokenExtractor()
