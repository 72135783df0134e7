"""Reads parts of a folder in several processes, and says in whose reading one of them has ended."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from migrate.contracts import Consulted, Extraction, SecretValues
from migrate.pipeline.reading import PartRead, Read, ended, pack, read_part, unpack

Part = tuple[str, tuple[Path, ...]]
"""A language, and scripts that belong together."""

_Sent = tuple[bytes, frozenset[Path], tuple[Consulted, ...], tuple[dict[str, str], ...]]
"""What a process sends back: the packed part, and beside it the values of credentials, which are in no pack."""
_AHEAD = 3
"""Parts that wait for each process, at most: what is read is taken before more is begun."""


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_parts(
    parts: Sequence[Part], root: Path, jobs: int, *, begun: Callable[[Path], None] = lambda script: None
) -> Iterator[tuple[Part, PartRead]]:
    """What the parts hold, each as soon as it is known; `begun` is told of scripts before they are read.

    With one job nothing is started.
    """
    if jobs == 1:
        for language, scripts in parts:
            yield (language, scripts), read_part(language, root, scripts, begun=begun)
        return
    done: set[Part] = set()
    with suppress(BrokenProcessPool):
        for part, read in _read_in(parts, root, jobs, begun):
            done.add(part)
            yield part, read
    # One of those that were being read has ended its process; each of the others is read again by itself.
    left = [part for part in parts if part not in done]
    for number, part in enumerate(left):
        try:
            yield from _read_in((part,), root, 1, begun)
        except BrokenProcessPool:
            yield part, ended(part[1], root)
            yield from read_parts(left[number + 1 :], root, jobs, begun=begun)
            return


def _read_in(
    parts: Sequence[Part], root: Path, jobs: int, begun: Callable[[Path], None]
) -> Iterator[tuple[Part, PartRead]]:
    waiting = list(reversed(parts))
    running: dict[Future[_Sent], Part] = {}
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        while waiting or running:
            while waiting and len(running) < jobs * _AHEAD:
                part = waiting.pop()
                begun(part[1][0])
                running[pool.submit(_read_and_send, part[0], root, part[1])] = part
            for one in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(one), _received(one.result())


def _read_and_send(language: str, root: Path, scripts: tuple[Path, ...]) -> _Sent:
    part = read_part(language, root, scripts)
    return pack(part.reads), part.loaded, part.consulted, tuple(_values(read) for _, read in part.reads)


def _values(read: Read) -> dict[str, str]:
    return read.secret_values.reveal() if isinstance(read, Extraction) else {}


def _received(sent: _Sent) -> PartRead:
    packed, loaded, consulted, values = sent
    reads = tuple(
        (path, replace(read, secret_values=SecretValues(held)) if isinstance(read, Extraction) else read)
        for (path, read), held in zip(unpack(packed), values, strict=True)
    )
    return PartRead(reads, loaded, consulted)
