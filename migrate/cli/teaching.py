"""What `--help` teaches: the order of the commands, an example from start to end, and examples of each command."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from migrate.cli.status import MEANING

INTRODUCTION = """Moves integration scripts (fetch from A, map, send to B) to a platform, and proves that nothing
changed on the way.

It reads the scripts, writes the platform's configuration, and compares what script and configuration would send,
record by record, in a sandbox that no request can leave. What it cannot carry over is named with file and line.

From start to end, for one script:

\b
  hubshift demo                                      see all of it on a sample first
  hubshift audit scripts -o out                      what is there, and what cannot be read
  hubshift explain HS102                             what a finding means, what to do
  hubshift emit scripts/sync.py --to node-red -o flow
  hubshift record -o recorded -- python3 scripts/sync.py
  hubshift shadow scripts/sync.py --to node-red \\
      --recording recorded/recording.har             script, model and flow: PASS?

A recording may also come from a browser or a proxy, as a HAR 1.2 file. `hubshift COMMAND --help` has more examples."""

READ_ON = """Read on: README.md; docs/commands.md has all commands, docs/diagnostics.md all codes and bounds,
docs/flows.md what scripts become.

\b
Exit status of all commands:
  0  clean
  1  something needs review or differs
  2  failed, not run, or wrong usage
  3  nothing found
  130, 143  interrupted (Ctrl-C, kill); nothing is half-written"""

GROUPS = {
    "Look at your scripts": ("audit", "inventory", "explain"),
    "Move and prove": ("emit", "record", "shadow"),
    "Try": ("demo",),
}
"""The commands under their headings, in the order in which they are used."""

EXAMPLES = {
    "audit": (
        "hubshift audit scripts -o out",
        "hubshift audit scripts/sync.py --json",
        "hubshift audit scripts --on-gap fail",
        "hubshift audit scripts --format sarif --fail-on medium",
        "hubshift audit scripts --write-baseline known.json",
        "hubshift audit scripts --baseline known.json --fail-on low",
    ),
    "inventory": (
        "hubshift inventory scripts",
        "hubshift inventory scripts --format csv -o inventory.csv",
        "hubshift inventory scripts/sync.py --format jsonl",
    ),
    "explain": (
        "hubshift explain HS102",
        "hubshift explain map_members.email --in out",
        "hubshift explain map_members.email --in scripts/sync.py --json",
    ),
    "emit": (
        "hubshift emit scripts/sync.py --to node-red -o flow",
        "hubshift emit scripts/sync.py --to node-red -o flow --model out/model.json",
        "hubshift emit scripts --to openapi -o interfaces --recording recorded/recording.har",
    ),
    "shadow": (
        "hubshift shadow scripts/sync.py --recording traffic.har --to node-red --env-file test.env",
        "hubshift shadow scripts/sync.py --recording traffic.har --to node-red --config flow --report out",
        "hubshift shadow scripts/sync.py --recording traffic.har --to node-red --writes-out writes --json",
    ),
    "record": (
        "hubshift record -o recorded --env-file test.env -- python3 scripts/sync.py",
        'hubshift record -o recorded --allow-read "GET https://crm.example/contacts*" -- python3 scripts/sync.py',
    ),
    "demo": ("hubshift demo", "hubshift demo --flow orders_to_ferrum -o out/demo --json"),
}
"""Command lines to start from; each can be given as it stands."""

MORE = {
    "audit": "Bounds: a script of more than 5,000,000 bytes, nested deeper than 200 levels, or not read within 60 "
    "seconds is listed with its reason (HS002, HS001, HS104); the others are read. Links are not followed.",
}
"""What else is to be known of a command."""


def epilog(command: str) -> str:
    """What stands below the options of a command."""
    examples = "\n".join(["\b", "Examples:", *(f"  {line}" for line in EXAMPLES.get(command, ()))])
    return "\n\n".join(filter(None, (examples, MORE.get(command, ""), MEANING)))


class TaughtGroup(TyperGroup):
    """The commands under headings, with the first sentence of each whole."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes a section for each heading; what has none stands under its own. Both types are private to typer."""
        listed = {name for names in GROUPS.values() for name in names}
        others = tuple(name for name in self.list_commands(ctx) if name not in listed)
        for heading, names in {**GROUPS, "More": others}.items():
            rows = [
                (name, _sentence(self.commands[name].help or "")) for name in names if name in self.commands
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


def _sentence(text: str) -> str:
    return text.split("\n\n")[0].replace("\n", " ").partition(". ")[0].removesuffix(".")
