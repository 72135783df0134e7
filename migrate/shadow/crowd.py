"""All processes of a leg, seen from process 1 of their namespace."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import dataclass

_LOOK_SECONDS = 0.1
_LINGER_SECONDS = 1.0
_PAUSE_SECONDS = 0.01


@dataclass(slots=True)
class Crowd:
    """Kills all of them where they become more than `most`: the kernel's own limit does not hold for root."""

    most: int
    too_large: bool = False

    def watch(self) -> None:
        """Looks at them from now on."""
        threading.Thread(target=self._look, daemon=True).start()

    def disperse(self) -> int:
        """Waits a moment for those that are about to end, then kills the others; how many these were."""
        end = time.monotonic() + _LINGER_SECONDS
        while self._collect() and time.monotonic() < end and not self.too_large:
            time.sleep(_PAUSE_SECONDS)
        left = len(_others())
        while self._collect():
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            time.sleep(_PAUSE_SECONDS)
        return left

    def _collect(self) -> bool:
        """Takes the ends of those that have ended; whether any is left."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return False
        return True

    def _look(self) -> None:
        while not self.too_large:
            if len(_others()) > self.most:
                self.too_large = True
                with contextlib.suppress(ProcessLookupError):
                    os.kill(-1, signal.SIGKILL)
            time.sleep(_LOOK_SECONDS)


def _others() -> list[int]:
    """The processes of this namespace besides this one."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
