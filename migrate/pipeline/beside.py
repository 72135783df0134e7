"""Files that lie beside a script before it runs."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path


def lay_out(before: Path | None, folder: Path) -> None:
    """Copies the files of `before` into the folder; of `NAME.sql` the SQLite database `NAME.db` is made."""
    for file in sorted(before.iterdir()) if before else ():
        if file.suffix != ".sql":
            shutil.copy(file, folder)
            continue
        with sqlite3.connect(folder / f"{file.stem}.db") as database:
            database.executescript(file.read_text(encoding="utf-8"))
        database.close()
