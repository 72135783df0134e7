"""Projects of several scripts and what an audit makes of them, kept as text files beside this module.

A file holds cases: `=== what it shows`, then the files of the project, each after `--- its/name.py`, and after `---`
alone what is made of them: each flow in the notation of the evaluator's cases, with the files it was read from, and
the findings of files that are no flow. `python -m tests.unit.projects.cases` writes that anew; read the difference
before you commit it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from migrate.pipeline import audit
from tests.unit.evaluator.rendering import render

FOLDER = Path(__file__).resolve().parent / "cases"
HEAD, FILE, MADE = "=== ", "--- ", "\n---\n"


@dataclass(frozen=True)
class Case:
    """A project: what it shows, its files by name, and the expected text."""

    topic: str
    title: str
    files: tuple[tuple[str, str], ...]
    expected: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.title}"

    def made(self) -> str:
        """What an audit makes of the files, as text."""
        with tempfile.TemporaryDirectory(prefix="hubshift-") as name:
            for file, text in self.files:
                path = Path(name, file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            found = audit(Path(name))
        parts = []
        for one in found.extractions:
            sources = " ".join(source.file for source in one.integration.sources)
            parts.append(f"{one.integration.id}: {sources}\n{render(one).strip()}")
        parts += [str(one).partition("\n")[0] for one in found.unread]
        return "\n".join(parts)

    def written(self) -> str:
        """The case as it stands in its file."""
        files = "\n".join(f"{FILE}{name}\n{text.strip()}" for name, text in self.files)
        return f"{HEAD}{self.title}\n{files}{MADE}{self.made()}\n"


def read(folder: Path) -> tuple[Case, ...]:
    """All cases of all files in a folder, by file name."""
    found: list[Case] = []
    for file in sorted(folder.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        for block in text.removeprefix(HEAD).split(f"\n{HEAD}"):
            title, _, rest = block.partition("\n")
            given, _, expected = rest.partition(MADE)
            files = []
            for part in f"\n{given}".split(f"\n{FILE}")[1:]:
                name, _, source = part.partition("\n")
                files.append((name, source.strip() + "\n"))
            found.append(Case(file.stem, title, tuple(files), expected.strip()))
    return tuple(found)


def update(folder: Path) -> None:
    """Writes the expected text of all cases anew."""
    by_topic: dict[str, list[Case]] = {}
    for case in read(folder):
        by_topic.setdefault(case.topic, []).append(case)
    for topic, cases in by_topic.items():
        text = "\n".join(case.written() for case in cases)
        (folder / f"{topic}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update(FOLDER)
