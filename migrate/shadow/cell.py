"""The processes that hold a leg.

keeper: makes the leg's user, mount, process, IPC and name namespaces, then waits
  first: process 1 in there; builds the file system, checks that nothing can be reached, starts the leg,
  collects orphans
    leg: the command, without capabilities

When `first` ends the kernel kills all that the leg has left behind. The keeper ends only after that.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import sys
import threading
import traceback
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, NoReturn

from migrate.shadow import filesystem, kernel, network
from migrate.shadow.crowd import Crowd
from migrate.shadow.legs import SCRATCH, Assignment, Canaries, Leg, SandboxUnavailable

_CANNOT_START = 127
_MAX_PROCESSES = 4096
_DEFAULT_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
_TRUST_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True, slots=True)
class Cell:
    """A leg that has been prepared, seen from the process that made it; the numbers are open file
    descriptors.

    `status` gives a JSON object a line: `first` (process id), then `ready` or `failed`, then `exit` with `left`,
    `changed`, `files` and `before`. `control` takes the certificates, then a newline that starts the leg, then one that
    asks it to end.
    """

    keeper: int
    status: int
    control: int
    stdout: int
    stderr: int


def prepare(assignment: Assignment, sockets: tuple[str, ...]) -> Cell:
    """Starts the keeper. Call it from a process of one thread, in the run's network namespace."""
    status, control, stdout, stderr = os.pipe(), os.pipe(), os.pipe(), os.pipe()
    parent = os.getpid()
    sys.stdout.flush()
    keeper = os.fork()
    if keeper == 0:
        for handle in (status[0], control[1], stdout[0], stderr[0]):
            os.close(handle)
        if assignment.capture is not None:
            os.close(assignment.capture.gate)
        inside = _Inside(assignment, sockets, status[1], control[0], stdout[1], stderr[1])
        _run_and_exit(lambda: inside.keep(parent))
    for handle in (status[1], control[0], stdout[1], stderr[1]):
        os.close(handle)
    return Cell(keeper, status[0], control[1], stdout[0], stderr[0])


@dataclass(frozen=True, slots=True)
class _Inside:
    assignment: Assignment
    sockets: tuple[str, ...]
    status: int
    control: int
    stdout: int
    stderr: int

    def keep(self, parent: int) -> int:
        """The keeper."""
        os.dup2(2, 1)  # our own standard output carries the result
        user, group = os.getuid(), os.getgid()
        try:
            kernel.unshare(
                kernel.NEW_USER | kernel.NEW_MOUNT | kernel.NEW_PROCESS | kernel.NEW_IPC | kernel.NEW_UTS
            )
            kernel.keep_identity(user, group)
            kernel.die_with_parent()
        except OSError as error:
            self._say(failed=str(error.strerror))
            return 1
        if os.getppid() != parent:
            return 1
        first = os.fork()
        if first == 0:
            _run_and_exit(self.first)
        self._say(first=first)
        os.close(self.status)
        os.waitpid(first, 0)
        return 0

    def first(self) -> int:
        """Process 1 of the leg's process namespace."""
        try:
            kernel.die_with_parent()
            kernel.hide_memory()
            os.setsid()
            socket.sethostname("sandbox")
            view = filesystem.build(self.assignment.leg, self.sockets)
            # Without a buffer: closing one would wait for the thread that reads, while the leg has ended by itself.
            with os.fdopen(os.dup(self.control), "rb", buffering=0) as control:
                pem = b"".join(iter(control.readline, b"\n"))
                filesystem.trust(pem)
                _check_isolation(self.assignment.canaries)
                self._say(ready=True)
                if not control.readline():
                    return 1  # whoever started us is gone
                status, left = self._lead(control)
        except SandboxUnavailable as error:
            self._say(failed=error.reason)
            return 1
        except OSError as error:
            self._say(failed=error.strerror if error.filename is None else str(error))
            return 1
        files = view.changes()
        before = view.before() if self.assignment.capture is not None else None
        changed = view.changed_files()
        self._say(exit=status, left=left, changed=changed, files=_encoded(files), before=_encoded(before))
        return 0

    def _lead(self, control: IO[bytes]) -> tuple[int, int]:
        """Starts the leg and waits for it; its exit status, negative for a signal, and how many processes it left
        behind.

        One that takes in requests is asked to end (SIGTERM) by a newline in `control`.
        """
        leg = self.assignment.leg
        if not leg.command:
            return 0, 0
        report, problem = os.pipe()
        child = os.fork()
        if child == 0:
            _run_and_exit(lambda: _become(leg, self.stdout, self.stderr, problem))
        for handle in (problem, self.stdout, self.stderr):
            os.close(handle)
        if self.assignment.recording.incoming:
            threading.Thread(target=_end_when_asked, args=(child, control), daemon=True).start()
        crowd = Crowd(_MAX_PROCESSES)
        crowd.watch()
        while True:
            ended, status = os.wait()
            if ended == child:
                break
        # Before the pipe is read, which one of those that are left could hold open.
        left = crowd.disperse()
        with os.fdopen(report, "rb") as file:
            reason = file.read()
        if reason:
            raise SandboxUnavailable(reason.decode("utf-8", "replace"))
        if crowd.too_large:
            raise SandboxUnavailable(f"the command ran more than {_MAX_PROCESSES} processes at a time")
        return os.waitstatus_to_exitcode(status), left

    def _say(self, **message: object) -> None:
        with os.fdopen(os.dup(self.status), "wb") as status:
            status.write(json.dumps(message).encode("ascii") + b"\n")


def _encoded(
    files: Sequence[tuple[str, bytes | None]] | None,
) -> list[tuple[str, str | None]] | None:
    if files is None:
        return None
    return [(name, content if content is None else b64encode(content).decode()) for name, content in files]


def _end_when_asked(child: int, control: IO[bytes]) -> None:
    if control.readline():
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)


def _become(leg: Leg, stdout: int, stderr: int, problem: int) -> int:
    """Turns this process into the leg. What keeps it from being isolated goes to `problem`."""
    try:
        os.setsid()
        null = os.open("/dev/null", os.O_RDONLY)
        for source, target in ((null, 0), (stdout, 1), (stderr, 2)):
            os.dup2(source, target)
        os.dup2(problem, 3, inheritable=False)
        kernel.close_from(4)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        limit = _MAX_PROCESSES if most == resource.RLIM_INFINITY else min(most, _MAX_PROCESSES)
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        environment = _environment(leg)
        kernel.drop_privileges()
        kernel.allow_only_namespaced_sockets()
    except OSError as error:
        os.write(3, str(error.strerror).encode("utf-8", "replace"))
        return 1
    try:
        os.chdir(leg.starts_in)
        os.execvpe(leg.command[0], leg.command, environment)
    except OSError as error:
        os.write(2, f"hubshift: {leg.command[0]} cannot be started: {error.strerror}\n".encode())
        return _CANNOT_START


def _environment(leg: Leg) -> dict[str, str]:
    environment = {**_DEFAULT_ENVIRONMENT, **leg.environment, "HOME": SCRATCH}
    environment.pop("SSL_CERT_DIR", None)
    for name in _TRUST_VARIABLES:
        environment[name] = filesystem.CERTIFICATES
    return environment


def _check_isolation(canaries: Canaries) -> None:
    """Tries the ways out. Raises SandboxUnavailable where one is open."""
    if network.interfaces() != ("lo",):
        raise SandboxUnavailable("the sandbox sees a network interface besides loopback")
    places: tuple[tuple[socket.AddressFamily, str | tuple[str, int], str], ...] = (
        (socket.AF_INET, ("127.0.0.1", canaries.port), "a TCP port"),
        (socket.AF_UNIX, canaries.path, "a unix socket"),
        (socket.AF_UNIX, "\0" + canaries.abstract, "an abstract unix socket"),
    )
    for family, address, what in places:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(address) == 0:
                raise SandboxUnavailable(f"the sandbox reaches {what} outside")


def _run_and_exit(work: Callable[[], int]) -> NoReturn:
    """Runs a forked process to its end; it never returns to what its parent was doing."""
    code = 70
    try:
        code = work()
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)
