"""Paths of files as texts, as POSIX has them."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import Any

from migrate.model.functions.declaration import kernel


def _require(*parts: Any) -> None:
    if not all(isinstance(part, str) for part in parts):
        raise TypeError


@kernel("python.path_join", result="text", total_on=[("text",), ("text", "text")])
def _path_join(*parts: Any) -> str:
    """`os.path.join(*parts)`: an absolute part takes the place of those before it."""
    _require(*parts)
    return posixpath.join(*parts) if parts else ""


@kernel("python.pure_path", result="text", total_on=[("text",), ("text", "text")])
def _pure_path(*parts: Any) -> str:
    """`str(PurePosixPath(*parts))`: joined as by `python.path_join`, without `.`, doubled and trailing slashes."""
    _require(*parts)
    return str(PurePosixPath(*parts))
