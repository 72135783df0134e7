"""How a command ends: its exit status and, on a failure, one line on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from migrate.diagnostics import Outcome

CLEAN, REVIEW, FAILED, NOTHING = 0, 1, 2, 3

STATUS: dict[Outcome, int] = {"clean": CLEAN, "review": REVIEW, "failed": FAILED}

MEANING = (
    "Exit status: 0 clean, 1 something needs review or differs, 2 failed or wrong usage, 3 nothing found."
)

_EXTRA = "the module {} is missing; install it with: pip install 'hubshift[shadow]'"


def fail(message: str, status: int = FAILED) -> NoReturn:
    """Ends the command with a message."""
    typer.echo(f"hubshift: {message}", err=True)
    raise typer.Exit(status)


def fail_missing(module: ModuleNotFoundError) -> NoReturn:
    """Ends the command for want of a package that only running a flow needs."""
    fail(_EXTRA.format(module.name))


def say(message: str) -> None:
    """Progress, for people at a terminal only."""
    if sys.stderr.isatty():
        typer.echo(message, err=True)
