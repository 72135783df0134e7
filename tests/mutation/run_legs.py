"""Runs a script, or the reference runner on its model, many times, one after the other, each in a process of its own:

    python -P run_legs.py MODEL SCRIPT FOLDER PORT COMMAND...

It speaks the protocol of `run_batch.js`; `leg` of an order says which of both. COMMAND runs scripts that are not
Python. The script is started in FOLDER/work, beside copies of the files that lie beside it.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import select
import shutil
import signal
import socket
import sys
import threading
import time
import traceback
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import requests  # noqa: F401  # what a script imports takes most of its time

from migrate.reference.__main__ import main as reference

_SECONDS = 20.0


def main() -> Callable[[], None] | None:
    """Serves orders; in a child, what is left to be done there."""
    model, script, folder, port, *command = sys.argv[1:]
    work = Path(folder) / "work"
    beside = Path(script).parent
    given = dict(os.environ)
    connection = socket.create_connection(("127.0.0.1", int(port)))
    lines = connection.makefile("r", encoding="utf-8")
    connection.sendall(b'{"ready": true}\n')
    gc.freeze()  # what is here already is none of a child's garbage
    while (order := json.loads(lines.readline())).get("end") is None:
        connection.sendall(b'{"begun": true}\n')
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(beside, work)
        kept = _files(work)
        for name, content in order["files"].items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes(b64decode(content))
        child = os.fork()
        if child == 0:
            _enter(work, given, order["environment"])
            if order["leg"] == "reference":
                return lambda: sys.exit(reference([model]))
            if command:
                os.execvp(command[0], [*command, Path(script).name])
            sys.argv[:] = [Path(script).name]
            sys.path.insert(0, str(work))
            return lambda: _as_main(Path(script).name)
        status = _wait(child, connection)
        files = {n: c for n, c in _files(work).items() if kept.get(n) != c or n in order["files"]}
        found = {"done": {"outcome": status}, "files": {n: b64encode(c).decode() for n, c in files.items()}}
        connection.sendall(json.dumps(found).encode() + b"\n")
    return None


def _as_main(script: str) -> None:
    runpy.run_path(script, run_name="__main__")


def _enter(work: Path, given: dict[str, str], environment: dict[str, str | None]) -> None:
    os.chdir(work)
    os.environ.clear()
    os.environ.update(given)
    for name, value in environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    null = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(null, handle)


def _wait(child: int, connection: socket.socket) -> str:
    """How it ended: `exit N`, or `timed out`; asked to end when all that comes in was served."""
    handle = os.pidfd_open(child)
    until = time.monotonic() + _SECONDS
    outcome = ""
    while True:
        both = [handle, connection.fileno()]
        ready, _, _ = select.select(both, [], [], max(0.0, until - time.monotonic()))
        if handle in ready:
            break
        if connection.fileno() in ready:
            connection.recv(1 << 16)
            os.kill(child, signal.SIGTERM)
        else:
            outcome = "timed out"
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(handle)
    return outcome or f"exit {os.waitstatus_to_exitcode(status)}"


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def end_after(run: Callable[[], object]) -> NoReturn:
    """Runs it and ends the process as Python does (threads, exit handlers, files that are left open), but does not take
    apart all modules one by one, which takes a forked process longer than most scripts do."""
    status = 0
    try:
        run()
    except SystemExit as given:
        status = given.code if isinstance(given.code, int) else int(given.code is not None)
    except BaseException:  # noqa: BLE001  # whatever it is, Python prints it and ends with 1
        traceback.print_exc()
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]  # joins threads that are no daemons, as the interpreter does
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status & 0xFF)


if __name__ == "__main__" and (rest := main()) is not None:
    end_after(rest)
