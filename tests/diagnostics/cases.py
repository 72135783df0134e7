"""The fixtures of the diagnostics: for each code a script in `scripts/` and, beside it, what an audit says of it.

`HS101.py` is what an author could have written, `HS101.txt` what is printed. `make goldens` writes the texts anew.
Where a model or a configuration was made from another version of the script, it lies there too. A script in
`near_misses/` is nearly reported with its code, and is not. Further files of a fixture stand below `# --- NAME ---`.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from migrate.diagnostics import RULES, Diagnostic
from migrate.pipeline import Audit, audit
from migrate.pipeline.assessing import assess
from migrate.pipeline.models import model_text
from migrate.pipeline.provenance import with_configuration, with_model
from tests.diagnostics.broken import BROKEN

FOLDER = Path(__file__).resolve().parent / "scripts"
NEAR_MISSES = FOLDER.parent / "near_misses"
_FILE = re.compile(r"^# --- (\S+) ---\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """The fixture of one code."""

    code: str
    script: Path

    @property
    def expected(self) -> Path:
        """The file with what is printed."""
        return self.script.with_suffix(".txt")

    @property
    def model(self) -> Path:
        """A model from another version, if there is one."""
        return self.script.with_suffix(".json")

    @property
    def configuration(self) -> Path:
        """A folder with emitted files from another version, if there is one."""
        return self.script.with_suffix("")

    @property
    def is_risk(self) -> bool:
        """True if the code is about the script itself, which an audit judges when all scripts are read."""
        return RULES[self.code].is_risk

    def audit(self) -> Audit:
        """An audit of a folder with this script alone, and what stands below it."""
        with self._laid_out() as folder:
            return audit(folder)

    def findings(self) -> tuple[Diagnostic, ...]:
        """What is found, by an audit or with the model or configuration that lies beside the script."""
        if self.is_risk:
            with self._laid_out() as folder:
                found = audit(folder)
                return (*found.findings, *assess(found, folder).all)
        found = self.audit()
        if self.model.exists():
            return with_model(found.extractions[0], self.script, self.model).diagnostics
        if self.configuration.exists():
            return with_configuration(found.extractions[0], self.configuration).diagnostics
        return found.findings

    @contextmanager
    def _laid_out(self) -> Iterator[Path]:
        """A folder with the files of the fixture."""
        with tempfile.TemporaryDirectory(prefix="hubshift-") as name:
            if self.is_risk:
                first, *rest = _FILE.split(self.script.read_text(encoding="utf-8"))
                for file, text in ((self.script.name, first), *zip(rest[::2], rest[1::2], strict=True)):
                    Path(name, file).write_text(text, encoding="utf-8")
            else:
                shutil.copy(self.script, name, follow_symlinks=False)
            # A fault of ours that some script shows would be mended, so that one is made.
            broken = patch("migrate.registry.extractors", lambda: (BROKEN,))
            with broken if self.code == "HS005" else nullcontext():
                yield Path(name)

    def model_text(self) -> str:
        """The script's model, as if it were made from another version."""
        estate = self.audit().estate
        text = model_text(estate, "../../../docs/schema/estate.schema.json")
        return text.replace(estate.integrations[0].sources[0].sha256, "0" * 64)

    def printed(self) -> str:
        """The findings as the command line prints them."""
        return "".join(f"{one}\n" for one in self.findings())


def cases() -> tuple[Case, ...]:
    """All fixtures, by code."""
    return tuple(Case(path.stem, path) for path in sorted(FOLDER.iterdir()) if path.suffix in (".py", ".rb"))


def near_misses() -> tuple[Case, ...]:
    """The scripts that are nearly reported, by code."""
    return tuple(Case(path.stem, path) for path in sorted(NEAR_MISSES.glob("*.py")))


def update() -> None:
    """Writes all expected texts anew; read the difference before you commit it."""
    for case in (*cases(), *near_misses()):
        if case.model.exists():
            case.model.write_text(case.model_text(), encoding="utf-8")
        case.expected.write_text(case.printed(), encoding="utf-8")


if __name__ == "__main__":
    update()
