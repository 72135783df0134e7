"""What is run in a sandbox and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.shadow.classification import Classification
from migrate.shadow.messages import Exchange
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.replay_settings import ReplaySettings
from migrate.shadow.written_files import WrittenFile

if TYPE_CHECKING:
    from migrate.shadow.declared import RecordSettings
    from migrate.shadow.mails import Mail

SCRATCH = "/tmp/scratch"
"""Where a leg finds its scratch folder; also its HOME."""


class SandboxUnavailable(Exception):
    """The leg was NOT RUN, because it could not be isolated fully; `reason` says what is missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a comparison: a command that runs in `folder`.

    The command sees `folder` writable under its own path; what it changes there, or anywhere, is thrown away.
    `scratch` is a folder whose content it finds, writable, in SCRATCH. All else is read-only; /tmp, /run,
    /var/tmp and /dev/shm are empty but for the `visible` paths, which it sees read-only. `environment` is all
    of its environment but PATH (given if absent), HOME, locale, time zone, hash seed and the variables that
    make clients trust the endpoint. `working` is where the command starts, if not in `folder`: another folder that it
    sees writable under its own path. What it changes there is kept as `files` of the run. The content of `files` seems
    to lie in the working folder. `certificate_files` are bundles of libraries that read no variable (such
    as certifi's `cacert.pem`): they seem to hold the endpoint's authority.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    timeout_seconds: float
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    scratch: Path | None = None
    working: Path | None = None
    files: Path | None = None
    visible: tuple[Path, ...] = ()
    certificate_files: tuple[Path, ...] = ()

    @property
    def starts_in(self) -> Path:
        """The folder in which the command starts."""
        return self.working or self.folder


@dataclass(frozen=True, slots=True)
class LegRun:
    """What a leg did. Everything in it is redacted.

    `exit_status` is negative for a signal, None after a time-out. `stdout` and `stderr` hold the last 64 KB.
    `exchanges` are in order of arrival, refused and garbled requests included. `unused` are recorded
    exchanges that it never asked for. `names` are the host names that it looked up. `changed_files` are paths
    in the folder where it started that it wrote or deleted (None: not known, as the folder had to be copied).
    `files` are those of them that hold something else than before, as they were at its end (None: too large).
    `refused_connections` counts TCP connections to ports where nothing listens, such as a database. `answers` are what
    it said to the requests that came in, in order, numbered from 0; fewer than those where it ended before.
    `left_running` are processes that it left behind, which were killed. `taken` is what only a recording needs.
    """

    name: str
    exit_status: int | None
    timed_out: bool
    stdout: str
    stderr: str
    exchanges: tuple[Exchange, ...]
    unused: tuple[Recorded, ...]
    names: tuple[str, ...]
    changed_files: tuple[str, ...] | None
    files: tuple[WrittenFile, ...] | None
    refused_connections: int
    answers: tuple[Exchange, ...] = ()
    left_running: int = 0
    taken: Taken | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """A request of a recorded run that was turned down: its sequence and why; `undeclared` where only a declaration was
    missing."""

    sequence: int
    reason: str
    undeclared: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What a recording keeps of a run besides, redacted.

    `before` are files as they were before the run, by name: those laid over the working folder, and those that were
    changed or deleted there (None: too large). `withheld` names files of them that hold a secret and are no text.
    """

    turned: tuple[Turned, ...]
    mails: tuple[Mail, ...]
    before: tuple[tuple[str, bytes], ...] | None
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Capture:
    """How a run is recorded. `names_credential` tells whether a header, field or parameter of that name holds one;
    `gate` is the open socket that leads to the gate."""

    settings: RecordSettings
    older: Recording
    names_credential: Callable[[str], bool]
    gate: int


@dataclass(frozen=True, slots=True)
class Canaries:
    """Listeners outside that must not be reachable from inside: a TCP port on 127.0.0.1, a unix socket, an
    abstract one."""

    port: int
    path: str
    abstract: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that the process in the sandbox needs to know; it travels through a pipe only."""

    leg: Leg
    recording: Recording
    classification: Classification
    secrets: Mapping[str, str] = field(repr=False)
    hosts: frozenset[str]
    ports: tuple[int, ...]
    mail_ports: tuple[int, ...]
    canaries: Canaries
    parent: int
    replay: ReplaySettings
    capture: Capture | None = None
