"""A bound on the time that a computation takes of the processor: how busy the machine is changes no outcome."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN_SECONDS = 0.5


class TookTooLong(Exception):
    """The time was up."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises `TookTooLong` in the block after so many seconds of the processor, in the main thread alone.

    The signal is given again until the block is left, since an exception in a finaliser is lost.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def up(number: int, frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGPROF, up)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.signal(signal.SIGPROF, before)
