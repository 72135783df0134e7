"""Files in the user's cache folder, and the version of all that decides what is in them; loaded in no time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from functools import cache
from pathlib import Path

MAX_BYTES = 500_000_000
"""The size of all that is kept, at most; what was used longest ago goes first."""


def cache_folder() -> Path:
    """Where results are kept: `hubshift/read` in the user's cache folder (XDG Base Directory Specification)."""
    folder = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(folder) if os.path.isabs(folder) else Path.home() / ".cache") / "hubshift" / "read"


@cache
def version() -> str:
    """The hash of all that decides what is read: our own code and tables, what is installed beside them, and Python.

    Files are told apart by their size and the time of their last change, what is installed by that of its folder.
    """
    found = hashlib.sha256(sys.version.encode())
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for name in ("extractors", "migrate"):
        for folder, folders, files in os.walk(os.path.join(top, name)):
            folders[:] = sorted(one for one in folders if one != "__pycache__")
            for file in sorted(files):
                place = os.path.join(folder, file)
                state = os.stat(place)
                said = f"{place} {state.st_size} {state.st_mtime_ns}\n"
                found.update(said.encode("utf-8", "surrogateescape"))
    for folder in sys.path:
        with contextlib.suppress(OSError):
            found.update(f"{folder} {os.stat(folder).st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def written(place: Path, data: bytes) -> bool:
    """Writes a file whole or not at all, for its owner alone; False where there is no room for it."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=place.parent, suffix=".partial")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, place)
        except OSError:
            os.unlink(name)
            raise
    except OSError:
        return False
    return True


def prune(folder: Path, bound: int = MAX_BYTES) -> None:
    """Removes what was used longest ago, until what is left is within the bound."""
    with contextlib.suppress(OSError):
        found = sorted(
            ((one.stat().st_mtime_ns, one.stat().st_size, one.path) for one in os.scandir(folder)),
            reverse=True,
        )
        size = 0
        for _, length, path in found:
            size += length
            if size > bound:
                Path(path).unlink(missing_ok=True)
