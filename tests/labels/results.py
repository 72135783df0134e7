"""Figures that are stored: of which labels they are, by the hashes of the label files, and what was counted.

A label file holds the hashes of its texts, so that a result belongs to exactly those texts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter

from migrate.estate.inventory import Row
from migrate.pipeline.auditing import audit
from migrate.pipeline.inventorying import inventory
from tests.labels.constructs import TITLES, Figure, Figures
from tests.labels.labels import FOLDER, Label

STORED = FOLDER / "results.json"
_FIGURES: TypeAdapter[tuple[Figure, ...]] = TypeAdapter(tuple[Figure, ...])


def rows_of_texts(labels: dict[str, Label], text: Path) -> dict[str, Sequence[Row]]:
    """What the inventory says of each script of a set."""
    return {id: inventory(audit(text / id), text / id) for id in labels}


def hashes(name: str) -> dict[str, str]:
    """The SHA-256 of each label file of a set."""
    files = sorted((FOLDER / name).glob("*.yaml"))
    return {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def store(name: str, figures: Figures, path: Path = STORED) -> None:
    """Writes the figures of a set, beside those of others."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    shown = {table: [asdict(one) for one in found] for table, found in figures.items()}
    known[name] = {"labels": hashes(name), "figures": shown}
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def stored(name: str, path: Path = STORED) -> tuple[dict[str, str], Figures]:
    """The hashes of the labels that the figures of a set are of, and the figures."""
    known = json.loads(path.read_text(encoding="utf-8"))[name]
    found = {table: _FIGURES.validate_python(known["figures"][table]) for table in TITLES}
    return known["labels"], found


def share(part: int, total: int) -> str:
    """A share with its denominator."""
    return f"{100 * part / total:.0f} % of {total}" if total else "-"


def printed(figures: Figures) -> str:
    """The tables for a terminal."""
    lines = []
    for table, found in figures.items():
        lines.append(f"  {TITLES[table]}:")
        width = max((len(one.name) for one in found), default=0)
        lines += [
            f"    {one.name:{width}}  found {one.found:4} ({share(one.found, one.total)})"
            f"  right {one.right:4} ({share(one.right, one.total)})"
            for one in found
        ]
    return "\n".join(lines)
