"""Accesses to files, by the operating system itself: its errors are the reference."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from migrate.model import FileOperation, FilePath
from migrate.model.values import EvaluationError, Value, type_name
from migrate.reference.exchange import kind_of
from migrate.reference.expressions import evaluate
from migrate.reference.state import State

ENCODINGS = {
    "python.utf-8": "utf-8",
    "python.utf-8-sig": "utf-8-sig",
    "python.latin-1": "latin-1",
    "python.ascii": "ascii",
}
"""Encodings of the codec catalogue, and Python's names for them."""


@dataclass(frozen=True)
class Folders:
    """Where relative paths start: at the script's own folder, or at the run's working folder."""

    script: Path
    working: Path

    def located(self, file: FilePath, state: State) -> str:
        """The file's path. Raises EvaluationError."""
        value = evaluate(file.path, state)
        if not isinstance(value, str):
            raise EvaluationError("TypeError", f"a path is {type_name(value)}, not text")
        return os.path.join(self.script if file.folder == "script" else self.working, value) if value else ""


def access(operation: FileOperation, folders: Folders, state: State) -> dict[str, Value]:
    """Does what the operation says; the parts of its result. Raises EvaluationError, whose message holds no path."""
    path = folders.located(operation.file, state)
    target = None if operation.target is None else folders.located(operation.target, state)
    content = None if operation.content is None else evaluate(operation.content, state)
    try:
        return _accessed(operation, path, target, content)
    except (OSError, ValueError) as failure:
        kind = kind_of(failure)
    raise EvaluationError(kind, f"{operation.action} of a file")


def _accessed(operation: FileOperation, path: str, target: str | None, content: Value) -> dict[str, Value]:
    match operation.action:
        case "read":
            newline = None if operation.newlines == "translated" else ""
            with open(path, encoding=ENCODINGS[operation.encoding], newline=newline) as file:
                return {"text": file.read()}
        case "create":
            open(path, "wb").close()
        case "append":
            if not isinstance(content, str):
                raise EvaluationError("TypeError", f"{type_name(content)} is appended, not text")
            with open(path, "a", encoding=ENCODINGS[operation.encoding], newline="") as file:
                file.write(content)
        case "exists":
            return {"exists": os.path.exists(path)}
        case "is-file":
            return {"exists": os.path.isfile(path)}
        case "make-folder":
            os.makedirs(path, exist_ok=True)
        case "move":
            os.replace(path, target or "")
        case "delete":
            os.unlink(path)
        case _:
            assert_never(operation.action)
    return {}
