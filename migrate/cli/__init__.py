"""The command line. A command reads its options and calls the pipeline; each has a module of its name."""

from __future__ import annotations

from typing import Annotated

import typer

from migrate.cli import audit, demo, emit, explain, inventory, record, shadow
from migrate.cli.status import CLEAN, FAILED, NOTHING, REVIEW, ending, run_to_the_end
from migrate.cli.teaching import INTRODUCTION, READ_ON, TaughtGroup, epilog

__all__ = ["CLEAN", "FAILED", "NOTHING", "REVIEW", "app", "main"]

app = typer.Typer(
    name="hubshift",
    cls=TaughtGroup,
    help=INTRODUCTION,
    epilog=READ_ON,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for _command in (
    audit.audit,
    inventory.inventory,
    explain.explain,
    emit.emit,
    record.record,
    shadow.shadow,
    demo.demo,
):
    app.command(epilog=epilog(_command.__name__))(ending(_command))


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
