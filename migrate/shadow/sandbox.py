"""Runs one leg with no way out: its network holds nothing but the endpoint, and what it writes is thrown
away.

Linux 5.12, user namespaces for ordinary users, x86-64 or arm64; neither root nor other programs are needed.
A leg that cannot be isolated fully is not run. Not held back: reading of files, exploits of the kernel,
and, outside the folders that are emptied, named pipes and unix sockets that were bound under a relative
name.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import secrets as random_names
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.shadow.classification import Classification
from migrate.shadow.legs import Assignment, Canaries, Capture, Leg, LegRun, SandboxUnavailable
from migrate.shadow.messages import Answer
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.replay_settings import ReplaySettings

if TYPE_CHECKING:
    from migrate.shadow.declared import RecordSettings
    from migrate.shadow.gate import Gate

__all__ = ["Leg", "LegRun", "SandboxUnavailable", "interpreter", "probe", "record", "run"]

_GRACE_SECONDS = 90.0
SERVED_BY = "migrate.shadow.inside"
"""The module whose process serves a leg."""


def interpreter() -> tuple[Path, ...]:
    """The folders of the running interpreter and its packages, which every leg may read wherever they lie."""
    return tuple(dict.fromkeys((Path(sys.prefix), Path(sys.base_prefix))))


def probe() -> str | None:
    """Says why no leg can be isolated on this machine; None where one can. Runs all the checks of a real
    run."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(Leg("probe", (), Path(folder), timeout_seconds=_GRACE_SECONDS), Recording())
        except SandboxUnavailable as unavailable:
            return unavailable.reason
    return None


def run(
    leg: Leg,
    recording: Recording,
    classification: Classification | None = None,
    secrets: Mapping[str, str] | None = None,
    ports: Iterable[int] = (),
    mail_ports: Iterable[int] = (),
    replay: ReplaySettings | None = None,
    hosts: Iterable[str] = (),
    served_by: str = SERVED_BY,
) -> LegRun:
    """Runs a leg against a recording, with all its requests answered from there.

    `secrets` (name to value) are shown as `{{NAME}}` in everything that comes back. The endpoint serves 80,
    443, the ports that the recording names, and `ports`; a mail server serves `mail_ports`. `replay` is what people
    declared about the recording, `hosts` are names of servers that hold no secret, `served_by` the module whose process
    serves the leg (see `inside`). Raises SandboxUnavailable where the leg was not run.
    """
    known = classification or Classification()
    settings = replay or ReplaySettings()
    return _run(leg, recording, known, secrets, ports, mail_ports, settings, hosts, served_by=served_by)


def record(
    leg: Leg,
    settings: RecordSettings,
    gate: Gate,
    names_credential: Callable[[str], bool],
    older: Recording | None = None,
    secrets: Mapping[str, str] | None = None,
    mail_ports: Iterable[int] = (),
) -> LegRun:
    """Runs a leg whose declared reads leave by the gate and whose writes are answered here; its `taken` is there.

    Writes that nobody declared an answer for find theirs in `older`. What comes in by `settings` the leg answers.
    `names_credential` is a function of a module. Raises SandboxUnavailable where the leg was not run.
    """
    from migrate.shadow.gate import serving

    with serving(gate) as link:
        capture = Capture(settings, older or Recording(), names_credential, link.fileno())
        ports = {*settings.ports, *(older.ports if older else ())}
        nothing = ReplaySettings()
        coming = Recording(incoming=tuple(Recorded("", one.request, Answer(0)) for one in settings.incoming))
        return _run(leg, coming, Classification(), secrets, ports, mail_ports, nothing, (), capture)


def _run(
    leg: Leg,
    recording: Recording,
    classification: Classification,
    secrets: Mapping[str, str] | None,
    ports: Iterable[int],
    mail_ports: Iterable[int],
    replay: ReplaySettings,
    hosts: Iterable[str],
    capture: Capture | None = None,
    served_by: str = SERVED_BY,
) -> LegRun:
    if sys.platform != "linux":
        raise SandboxUnavailable(f"the sandbox needs Linux, this is {sys.platform}")
    folder = leg.folder.resolve()
    if not folder.is_dir() or folder == Path(folder.root):
        raise SandboxUnavailable(f"{leg.folder} is no folder that a leg can run in")
    with _canaries() as (canaries, listeners):
        assignment = Assignment(
            leg=replace(
                leg,
                folder=folder,
                environment=dict(leg.environment),
                scratch=leg.scratch.resolve() if leg.scratch else None,
                working=leg.working.resolve() if leg.working else None,
                files=leg.files.resolve() if leg.files else None,
                visible=tuple(Path(os.path.abspath(path)) for path in (*leg.visible, *interpreter())),
            ),
            recording=recording,
            classification=classification,
            secrets=dict(secrets or {}),
            hosts=frozenset(hosts),
            ports=tuple(sorted({*recording.ports, *ports})),
            mail_ports=tuple(sorted(set(mail_ports))),
            canaries=canaries,
            parent=os.getpid(),
            replay=replay,
            capture=capture,
        )
        result = _inside(assignment, served_by)
        for listener in listeners:
            with contextlib.suppress(BlockingIOError):
                listener.accept()[0].close()
                raise SandboxUnavailable("the sandbox reached a listener outside")
    return result


def _inside(assignment: Assignment, served_by: str) -> LegRun:
    """Starts the process that serves the leg, and waits for what it has to say."""
    environment = {
        "PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.defpath,
    }
    process = subprocess.Popen(
        [sys.executable, "-s", "-m", served_by],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=environment,
        start_new_session=True,
        pass_fds=() if assignment.capture is None else (assignment.capture.gate,),
    )
    with process:
        try:
            output, problem = process.communicate(
                pickle.dumps(assignment), assignment.leg.timeout_seconds + _GRACE_SECONDS
            )
        except subprocess.TimeoutExpired as error:
            raise SandboxUnavailable("the sandbox did not end in time") from error
        finally:
            process.kill()
    if process.returncode != 0 or not output:
        last = problem.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise SandboxUnavailable(
            f"the sandbox broke down: {last[0].partition(':')[0] if last else 'no word'}"
        )
    result = pickle.loads(output)
    if not isinstance(result, LegRun):
        raise SandboxUnavailable(str(result))
    return result


@contextlib.contextmanager
def _canaries() -> Iterator[tuple[Canaries, tuple[socket.socket, ...]]]:
    """Listeners of ours that the sandbox must not reach."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        listeners = []
        abstract = f"hubshift-{random_names.token_hex(8)}"
        path = os.path.join(folder, "canary")
        for family, address in (
            (socket.AF_INET, ("127.0.0.1", 0)),
            (socket.AF_UNIX, path),
            (socket.AF_UNIX, "\0" + abstract),
        ):
            listener = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
            listener.bind(address)
            listener.listen()
            listener.setblocking(False)
            listeners.append(listener)
        yield Canaries(listeners[0].getsockname()[1], path, abstract), tuple(listeners)
