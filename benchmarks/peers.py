"""The tools that the benchmarks compare with, each in a virtual environment of its own in the user's cache.

`NAME.lock` pins all its packages. `python -m benchmarks.peers NAME==VERSION` writes one anew; it needs `pip-tools` in
the interpreter that runs it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

_FOLDER = Path(__file__).parent


class PeerError(RuntimeError):
    """A tool could not be installed; the message says which."""


def interpreter(name: str) -> Path:
    """The Python that has what `NAME.lock` names; installs it where that has not been done. Raises PeerError."""
    lock = _FOLDER / f"{name}.lock"
    mark = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:16]
    home = _cache() / f"benchmark-{name}-{mark}"
    if not home.is_dir():
        _install(name, lock, home)
    return home / "bin" / "python"


def _install(name: str, lock: Path, home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{home.name}.", suffix=".partial", dir=home.parent))
    print(f"installing {name} for comparison (once)", file=sys.stderr)
    try:
        venv.create(fresh, with_pip=True)
        command = [str(fresh / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        done = subprocess.run(
            [*command, "install", "--quiet", "--require-hashes", "-r", str(lock)], check=False
        )
        if done.returncode != 0:
            raise PeerError(f"{name} cannot be installed from {lock.name}")
        try:
            fresh.rename(home)
        except OSError:
            # Another run was faster.
            if not home.is_dir():
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _cache() -> Path:
    folder = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(folder) if os.path.isabs(folder) else Path.home() / ".cache") / "hubshift"


def write_lock(requirement: str) -> Path:
    """Writes the lock of a tool, given as `NAME==VERSION`, without anything of the machine that made it."""
    name = requirement.partition("==")[0]
    lock = _FOLDER / f"{name}.lock"
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.in"
        wanted.write_text(requirement + "\n", encoding="utf-8")
        options = ["--quiet", "--strip-extras", "--generate-hashes", "--no-header", "--no-annotate"]
        options += ["--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"]
        command = [sys.executable, "-m", "piptools", "compile", str(wanted), *options, "-o", "-"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if re.search(r"://|^--|(^|[ =])/", text, re.MULTILINE):
        raise PeerError(f"the lock of {name} would name an address or a path of this machine")
    lock.write_text(text, encoding="utf-8")
    return lock


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(write_lock(argument))
