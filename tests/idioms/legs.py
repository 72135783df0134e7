"""A script and its model against the same vendor: what each sent, left behind, and how it ended."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from migrate.contracts import Extraction
from migrate.reference import Folders, run
from migrate.reference.clients import Clients
from tests.idioms.vendor import Answers, Sent, Vendor

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Leg:
    """What one run did. `reason` names an error; it has no part in a comparison, as the languages differ in it."""

    sent: tuple[Sent, ...]
    files: tuple[tuple[str, bytes], ...]
    failed: bool
    reason: str

    def sorted(self) -> Leg:
        """The same with its requests in no order."""
        order = sorted(self.sent, key=lambda one: (one.method, one.target, one.body))
        return Leg(tuple(order), self.files, self.failed, self.reason)


class Legacy:
    """Runs scripts under CPython, in forks of one process."""

    def __enter__(self) -> Legacy:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "tests.idioms.scripts_in_forks"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(
        self, folder: Path, script: str, environment: dict[str, str], arguments: list[str]
    ) -> tuple[bool, str]:
        """Whether it failed, and the type of the error that ended it."""
        job = {"folder": str(folder), "script": script, "environment": environment, "arguments": arguments}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        outcome = json.loads(self._process.stdout.readline())
        return outcome["status"] != 0, outcome["error"] or f"exit status {outcome['status']}"


def leg_of(
    vendor: Vendor, answers: Answers, source: Path, folder: Path, execute: Callable[[Path], tuple[bool, str]]
) -> Leg:
    """One run in a fresh copy of the script's folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    vendor.begin(answers)
    failed, reason = execute(folder)
    files = tuple(
        (str(path.relative_to(folder)), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    )
    return Leg(tuple(vendor.journal), files, failed, reason if failed else "")


def run_model(extraction: Extraction, folder: Path, environment: dict[str, str]) -> tuple[bool, str]:
    """The model in the reference runner; an answer as `Legacy.run` gives it. A gap is an error of the test."""
    with Clients() as clients:
        known = {**environment, **extraction.secret_values.reveal()}
        outcome = run(extraction.integration, known, clients, folders=Folders(folder, folder))
    assert not outcome.unmapped, f"the run came to a gap: {outcome.reason}"
    return outcome.failed, outcome.reason
