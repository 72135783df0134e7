"""How a command ends: its exit status and, on a failure, one line on standard error."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import typer

from migrate.cli.answer import answer

if TYPE_CHECKING:
    from migrate.diagnostics import Outcome

P = ParamSpec("P")

CLEAN, REVIEW, FAILED, NOTHING = 0, 1, 2, 3
INTERRUPTED = 130
"""After Ctrl-C, as a shell counts it: 128 and the number of the signal."""

STATUS: dict[Outcome, int] = {"clean": CLEAN, "review": REVIEW, "failed": FAILED}

MEANING = (
    "Exit status: 0 clean, 1 something needs review or differs, 2 failed or wrong usage, 3 nothing found."
)

_EXTRA = "the module {} is missing; install it with: pip install 'hubshift[shadow]'"


class Failure(Exception):
    """A command cannot go on: a line for people, the exit status, and what is known all the same, for `--json`."""

    def __init__(self, message: str, status: int, known: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.answer = {**known, "error": message, "status": status}


def fail(message: str, status: int = FAILED, known: Mapping[str, Any] | None = None) -> NoReturn:
    """Ends the command with a message; `known` is what `--json` gives beside it."""
    raise Failure(message, status, known or {})


def fail_missing(module: ModuleNotFoundError) -> NoReturn:
    """Ends the command for want of a package that only running a flow needs."""
    fail(_EXTRA.format(module.name))


def fail_unwritten(problem: OSError, folder: object) -> NoReturn:
    """Ends the command because a file, or a folder for files, cannot be written."""
    fail(f"{problem.filename or folder}: cannot be written: {problem.strerror}")


def fail_at(problem: OSError, place: object) -> NoReturn:
    """Ends the command because of a file or folder: the one that the error names, else the place that it was about."""
    fail(f"{problem.filename or place}: {problem.strerror}")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The name that was meant, perhaps, as the end of a sentence; nothing where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(given, list(known), n=1)
    return f", did you mean {near[0]}?" if near else ""


def ending(command: Callable[P, None]) -> Callable[P, None]:
    """The command, so that a failure is one line on standard error and, with `--json`, an answer that says so."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except Failure as failure:
            if options.get("json_"):
                answer(failure.answer)
            typer.echo(f"hubshift: {failure}", err=True)
            raise typer.Exit(failure.status) from None

    return run


def run_to_the_end(command: Callable[[], object]) -> None:
    """Runs the whole command line; whatever ends it early is one line on standard error and an exit status.

    A signal that ends the process lets it clean up: no process, no folder and no half-written file is left.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        command()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            _leave(FAILED)  # whoever read our output has enough, as `head` does
        if end.code == INTERRUPTED:
            _leave(INTERRUPTED, "interrupted")
        raise
    except KeyboardInterrupt:
        _leave(INTERRUPTED, "interrupted")
    except OSError as problem:
        _leave(FAILED, f"{problem.filename or 'standard output'}: {problem.strerror}")
    except Exception as fault:  # noqa: BLE001 - a fault of ours ends with a status of its own, and shows no values
        frame = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        _leave(FAILED, f"failed by a fault of its own, {type(fault).__name__} at {place}; please report it")


def _leave(status: int, message: str = "") -> NoReturn:
    """Ends the process; what standard output still holds and nobody takes is thrown away."""
    with contextlib.suppress(OSError):
        if message:
            sys.stderr.write(f"hubshift: {message}\n")
            sys.stderr.flush()
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def say(message: str) -> None:
    """Progress, for people at a terminal only."""
    if sys.stderr.isatty():
        typer.echo(message, err=True)
