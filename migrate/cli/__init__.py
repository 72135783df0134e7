"""The command line. A command reads its options and calls the pipeline; each has a module of its name."""

from __future__ import annotations

from typing import Annotated

import typer

from migrate.cli import audit, demo, emit, explain, record, shadow
from migrate.cli.status import CLEAN, FAILED, MEANING, NOTHING, REVIEW, ending, run_to_the_end

__all__ = ["CLEAN", "FAILED", "NOTHING", "REVIEW", "app", "main"]

app = typer.Typer(
    name="hubshift",
    help="Reads integration scripts, writes a platform's configuration, and proves that both do the same.\n\n"
    "Start with `hubshift demo`, then `hubshift audit DIR` on your scripts, then `hubshift shadow SCRIPT`.\n\n"
    + MEANING,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for _command in (audit.audit, emit.emit, record.record, shadow.shadow, explain.explain, demo.demo):
    app.command(epilog=MEANING)(ending(_command))


def _version(shown: bool) -> None:
    if shown:
        import migrate

        typer.echo(f"hubshift {migrate.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def main() -> None:
    """The command `hubshift`."""
    run_to_the_end(app)
