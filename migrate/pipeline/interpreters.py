"""What runs a legacy script, and what its interpreter says at the end."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from migrate.contracts import Start
from migrate.shadow.legs import LegRun

_EXCEPTION = re.compile(
    r"^(?:[A-Za-z_][\w]*\.)*([A-Za-z_]\w*(?:Error|Exception|Exit|Interrupt|Timeout|Refused))\b"
)
_NO_COMMAND = re.compile(
    r"^.*: line \d+: ([\w.+-]+): command not found$|^hubshift: (\w+) cannot be started", re.MULTILINE
)


def interpreter(script: Path) -> tuple[str, ...]:
    """The command that runs a script: bash for `.sh` and `.bash`, else the Python that runs hubshift."""
    return ("bash",) if script.suffix in (".sh", ".bash") else (sys.executable,)


def started(script: Path, start: Start) -> tuple[str, ...]:
    """What the interpreter is told to run: the script, or the module that it is, with no folder of its own choice."""
    return ("-P", "-m", start.module) if start.module else (str(script),)


def finding_modules(start: Start, environment: Mapping[str, str]) -> dict[str, str]:
    """The variable that tells the interpreter where the script's modules lie, if that must be told."""
    if not start.search:
        return {}
    folders = [*map(str, start.search), *filter(None, [environment.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(folders)}


def lacking(done: LegRun) -> str | None:
    """What a script needs and the machine lacks, as its interpreter says it.

    A shell goes on after a command that is not there, so that counts however the script ended.
    """
    module = re.search(r"^ModuleNotFoundError: No module named '([\w.]+)'", done.stderr, re.MULTILINE)
    if module and done.exit_status != 0:
        return f"the script needs the module {module[1]}, which is not installed beside hubshift"
    command = _NO_COMMAND.search(done.stderr)
    if command:
        return f"the script needs the command {command[1] or command[2]}, which this machine lacks"
    return None


def ended(done: LegRun) -> str:
    """How a script ended, without the text of its exception."""
    for line in reversed(done.stderr.splitlines()):
        found = _EXCEPTION.match(line)
        if found:
            return f"it ended with {found[1]}"
    return f"it ended with exit status {done.exit_status}"
