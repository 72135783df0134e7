"""What must not be reached from inside: listeners, a process, a variable and a source file of this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CANARY = "canary-of-the-host"
SOURCE = "legacy_source.py"
_SOURCE_TEXT = "# as its author left it\n"


@dataclass
class Host:
    """Where things are, by the names that attacks call them."""

    folder: Path
    tcp: int
    tcp6: int
    udp: int
    own_address: str
    unix: str
    abstract: str
    victim: subprocess.Popen[bytes]
    inherited: socket.socket
    listeners: list[socket.socket] = field(default_factory=list)

    @property
    def names(self) -> dict[str, object]:
        """What an attack is told."""
        return {
            "TCP": self.tcp,
            "TCP6": self.tcp6,
            "UDP": self.udp,
            "OWN_ADDRESS": self.own_address,
            "UNIX": self.unix,
            "ABSTRACT": self.abstract,
            "VICTIM": self.victim.pid,
            "SOURCE": str(self.folder / SOURCE),
        }

    def reached(self, printed: str) -> bool:
        """Whether anything of it was."""
        heard = [self._hears(one) for one in self.listeners]
        harmed = self.victim.poll() is not None
        changed = (self.folder / SOURCE).read_text(encoding="ascii") != _SOURCE_TEXT
        return any(heard) or harmed or changed or CANARY in printed

    def _hears(self, listener: socket.socket) -> bool:
        try:
            if listener.type == socket.SOCK_STREAM and listener is not self.listeners[-1]:
                listener.accept()[0].close()
                return True
            return CANARY.encode() in listener.recv(4096)
        except BlockingIOError:
            return False


@contextlib.contextmanager
def host(folder: Path) -> Iterator[Host]:
    """All of it, for one attack. The victim waits for a signal; its environment holds the canary."""
    folder.mkdir()
    (folder / SOURCE).write_text(_SOURCE_TEXT, encoding="ascii")
    with contextlib.ExitStack() as stack:

        def bound(family: int, kind: int, address: tuple[str, int] | str) -> socket.socket:
            made = stack.enter_context(socket.socket(family, kind))
            made.bind(address)
            if kind == socket.SOCK_STREAM:
                made.listen()
            made.setblocking(False)
            return made

        tcp = bound(socket.AF_INET, socket.SOCK_STREAM, ("0.0.0.0", 0))
        udp = bound(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        listeners = [tcp, udp]
        tcp6 = 0
        if has_ipv6():
            listeners.append(bound(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)))
            tcp6 = listeners[-1].getsockname()[1]
        unix, abstract = str(folder / "socket"), f"{CANARY}-{os.getpid()}"
        listeners.append(bound(socket.AF_UNIX, socket.SOCK_STREAM, unix))
        listeners.append(bound(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + abstract))
        ours, theirs = socket.socketpair()
        stack.enter_context(ours)
        stack.enter_context(theirs)
        ours.setblocking(False)
        theirs.set_inheritable(True)
        listeners.append(ours)
        victim = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-S", "-c", "import signal; signal.pause()"], env={"CANARY": CANARY}
            )
        )
        stack.callback(victim.send_signal, signal.SIGKILL)
        yield Host(
            folder,
            tcp.getsockname()[1],
            tcp6,
            udp.getsockname()[1],
            own_address(),
            unix,
            abstract,
            victim,
            theirs,
            listeners,
        )


def has_ipv6() -> bool:
    """Whether this machine has the IPv6 loopback address."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def own_address() -> str:
    """An address of this machine beside loopback, or the empty string; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        found: str = probe.getsockname()[0]
        return found
