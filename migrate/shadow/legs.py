"""What is run in a sandbox and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migrate.shadow.classification import Classification
from migrate.shadow.messages import Exchange
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.written_files import WrittenFile

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
    ports: tuple[int, ...]
    mail_ports: tuple[int, ...]
    canaries: Canaries
    parent: int
