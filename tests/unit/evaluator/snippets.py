"""Snippets of scripts and the steps that they become, kept as text files beside this module.

A file holds cases: `=== what it shows`, the script, `---`, what is made of it in the notation of `rendering`.
`python -m tests.unit.evaluator.snippets` writes what is made anew; read the difference before you commit it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from extractors.python.extractor import EXTRACTOR
from tests.unit.evaluator.rendering import render

FOLDER = Path(__file__).resolve().parent / "cases"
HEAD, MADE = "=== ", "\n---\n"


@dataclass(frozen=True)
class Snippet:
    """A case: what it shows, the script, and the expected text."""

    topic: str
    title: str
    source: str
    expected: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.title}"


def read(folder: Path) -> tuple[Snippet, ...]:
    """All cases of all files in a folder, by file name."""
    found: list[Snippet] = []
    for file in sorted(folder.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        for block in text.removeprefix(HEAD).split(f"\n{HEAD}"):
            title, _, rest = block.partition("\n")
            source, _, expected = rest.partition(MADE)
            found.append(Snippet(file.stem, title, source + "\n", expected.strip()))
    return tuple(found)


def made_of(source: str) -> str:
    """What the extractor makes of a script, as text."""
    with tempfile.TemporaryDirectory(prefix="hubshift-") as name:
        script = Path(name, "script.py")
        script.write_text(source, encoding="utf-8")
        return render(EXTRACTOR.extract(script, script.parent))


def update(folder: Path) -> None:
    """Writes the expected text of all cases anew."""
    by_topic: dict[str, list[Snippet]] = {}
    for case in read(folder):
        by_topic.setdefault(case.topic, []).append(case)
    for topic, cases in by_topic.items():
        blocks = [f"{HEAD}{c.title}\n{c.source.strip()}{MADE}{made_of(c.source)}\n" for c in cases]
        (folder / f"{topic}.txt").write_text("\n".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    update(FOLDER)
