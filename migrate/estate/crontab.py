"""Which scripts a crontab starts, by the form of crontab(5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_SETTING = re.compile(r"\s*[A-Za-z_]\w*\s*=")
_ENTRY = re.compile(r"\s*(?P<when>@[a-z]+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(?P<command>\S.*)")


@dataclass(frozen=True)
class Entry:
    """A line that starts something: its number, when (five fields, or `@reboot` and the like), and the command."""

    line: int
    when: str
    command: str


def entries(text: str) -> tuple[Entry, ...]:
    """The entries of a crontab; comments, empty lines and settings of variables are none."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        entry = _ENTRY.fullmatch(line)
        if entry and not line.lstrip().startswith("#") and not _SETTING.match(line):
            found.append(Entry(number, " ".join(entry["when"].split()), entry["command"].rstrip()))
    return tuple(found)


def script_of(entry: Entry, scripts: Iterable[str]) -> str | None:
    """The script that a command names, by its file name; of several the one whose path it names."""
    named = [script for script in scripts if _names(script, entry.command)]
    return max(named, key=lambda script: (f"/{script}" in entry.command, -script.count("/")), default=None)


def _names(script: str, text: str) -> bool:
    """True if the text names the script by its file name, perhaps with a path before it."""
    name = script.rpartition("/")[2]
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) is not None


def not_started(
    scripts: Iterable[str], crontabs: Iterable[str], programs: Mapping[str, str]
) -> tuple[str, ...]:
    """The scripts that no entry of any crontab names, and no other program (by its file name, with its text).

    By their file names, which a command may give with a path. Somebody may still start them by hand or from another
    machine. Without an entry in any crontab nothing is known, so there are none.
    """
    commands = [entry.command for text in crontabs for entry in entries(text)]
    if not commands:
        return ()
    found = []
    for script in scripts:
        texts = [*commands, *(text for file, text in programs.items() if file != script)]
        if not any(_names(script, text) for text in texts):
            found.append(script)
    return tuple(found)
