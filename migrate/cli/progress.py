"""Progress of long work: one line at a terminal that is written over again and again; nothing in a pipe."""

from __future__ import annotations

import os
import shutil
import sys
import time
from types import TracebackType

_BAR = 20
_SECONDS_BETWEEN = 0.1


class Progress:
    """A status line on standard error with a bar, where that is a terminal; it is gone at the end of the block."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._last = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write("")

    def show(self, done: int, total: int, text: str) -> None:
        """So much is done of a total that is known, and what is at work now. Shown ten times a second at most."""
        now = time.monotonic()
        if not self._shown or (now - self._last < _SECONDS_BETWEEN and done < total):
            return
        self._last = now
        filled = _BAR * done // total if total else 0
        self._write(f"[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total} {text}")

    def _write(self, line: str) -> None:
        if self._shown:
            from migrate.diagnostics import in_one_line

            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r{in_one_line(line)[:width]}\x1b[K")
            sys.stderr.flush()
