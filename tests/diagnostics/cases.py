"""The fixtures of the diagnostics: for each code a script in `scripts/` and, beside it, what an audit says of it.

`HS101.py` is what an author could have written, `HS101.txt` what is printed. `make goldens` writes the texts anew.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from migrate.diagnostics import Diagnostic
from migrate.pipeline import Audit, audit

FOLDER = Path(__file__).resolve().parent / "scripts"


@dataclass(frozen=True)
class Case:
    """The fixture of one code."""

    code: str
    script: Path

    @property
    def expected(self) -> Path:
        """The file with what is printed."""
        return self.script.with_suffix(".txt")

    def audit(self) -> Audit:
        """An audit of a folder with this script alone."""
        with tempfile.TemporaryDirectory(prefix="hubshift-") as name:
            shutil.copy(self.script, name, follow_symlinks=False)
            return audit(Path(name))

    def findings(self) -> tuple[Diagnostic, ...]:
        """What is found."""
        return self.audit().findings

    def printed(self) -> str:
        """The findings as the command line prints them."""
        return "".join(f"{one}\n" for one in self.findings())


def cases() -> tuple[Case, ...]:
    """All fixtures, by code."""
    return tuple(Case(path.stem, path) for path in sorted(FOLDER.iterdir()) if path.suffix != ".txt")


def update() -> None:
    """Writes all expected texts anew; read the difference before you commit it."""
    for case in cases():
        case.expected.write_text(case.printed(), encoding="utf-8")


if __name__ == "__main__":
    update()
