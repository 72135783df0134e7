"""docs/commands.md: the help of the command line, as it is printed."""

from __future__ import annotations

from typer.main import get_command
from typer.testing import CliRunner

from migrate.cli import app
from migrate.cli.teaching import GROUPS

HEAD = """# Commands

<!-- Generated from migrate/cli: `make pages`. -->

What `hubshift --help` and `hubshift COMMAND --help` print. `hubshift --install-completion` lets the shell complete
commands, options, targets, codes and ids.

With `--json` a command prints one JSON document on standard output, whose keys stay; everything else goes to standard
error. Where the command fails, the document has `error`, a sentence, and `status`, the exit status, beside what is
known all the same. Wrong usage is said on standard error alone. At a terminal, long work shows a line with what is done
and what is at work; in a pipe there is silence.

On Ctrl-C (exit status 130) and on SIGTERM (143) a command ends what it has started, and leaves no file half-written. On
any error before the last file is written, all files stay as they were."""


def commands_page() -> str:
    """The page."""
    names = sorted(getattr(get_command(app), "commands"), key=_place)  # noqa: B009 - untyped here
    parts = [HEAD, "## hubshift", _printed()]
    for name in names:
        parts += [f"## hubshift {name}", _printed(name)]
    return "\n\n".join(parts) + "\n"


def _place(name: str) -> int:
    order = [one for names in GROUPS.values() for one in names]
    return order.index(name) if name in order else len(order)


def _printed(*words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--help"], prog_name="hubshift", env={"COLUMNS": "80"})
    return f"```text\n{done.stdout.rstrip()}\n```"
