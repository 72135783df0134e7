"""`python -m tests.idioms.scripts_in_forks`: runs a script for each line of JSON that it reads, in a fork of its own.

A fork has the client libraries imported already, so that a run takes hundredths of a second. A line holds `folder`,
`script`, `environment` and `arguments`; the answer is a line with `status` (of the process; negative for a signal) and
`error` (the type of what ended it).
"""

from __future__ import annotations

import asyncio
import csv
import http.client
import json
import os
import runpy
import signal
import sys
import urllib.request
from typing import TypedDict

import httpx
import requests

PATIENCE = 20
"""Seconds of a run."""
IMPORTED = (asyncio, csv, http.client, httpx, requests, urllib.request)
"""What every fork has."""


class Job(TypedDict):
    """A line of the input."""

    folder: str
    script: str
    environment: dict[str, str]
    arguments: list[str]


def main() -> None:
    """Until the input ends."""
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)


def _run(job: Job) -> dict[str, object]:
    outcome, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(outcome)
        _script(job, told)
    os.close(told)
    with os.fdopen(outcome) as lines:
        error = lines.read()
    _, status = os.waitpid(child, 0)
    return {"status": os.waitstatus_to_exitcode(status), "error": error}


def _script(job: Job, told: int) -> None:
    """The script as `python SCRIPT` runs it; never returns."""
    status, error = 0, ""
    try:
        signal.alarm(PATIENCE)
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
        os.chdir(job["folder"])
        os.environ.clear()
        os.environ.update(job["environment"])
        sys.argv = [job["script"], *job["arguments"]]
        sys.path.insert(0, job["folder"])
        sys.dont_write_bytecode = True
        runpy.run_path(job["script"], run_name="__main__")
    except SystemExit as end:
        if end.code not in (None, 0):
            status = end.code if isinstance(end.code, int) else 1
    except BaseException as failure:  # noqa: BLE001  # whatever ends a script ends it
        status, error = 1, type(failure).__name__
    os.write(told, error.encode())
    os._exit(status & 0xFF)


if __name__ == "__main__":
    main()
