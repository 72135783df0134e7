"""`hubshift inventory` over a generated estate, beside semgrep with rules for HTTP sinks, and `libcst.parse_module`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import estate, peers
from benchmarks.rounds import Figures, Result, Target

FILES = 1000
MANY = 10_000
COLD = Target(2, at_most=True)
AGAIN = Target(1 / 20, at_most=True)
_MEMORY = 1.5 * 2**30
_RULES = Path(__file__).with_name("http_sinks.yaml")
_BETWEEN_LOOKS = 0.2
_LIBCST = """
import sys, libcst
for line in sys.stdin:
    with open(line.rstrip("\\n"), "rb") as file:
        libcst.parse_module(file.read())
"""


@dataclass(frozen=True)
class Outcome:
    """What was measured over one estate: a ratio each, and the memory that hubshift took at most, of all processes."""

    results: tuple[Result, ...]
    memory: int
    files: int

    @property
    def reached(self) -> bool:
        return all(one.reached for one in self.results) and self.memory < _MEMORY

    def __str__(self) -> str:
        word = "reached" if self.memory < _MEMORY else "NOT REACHED"
        memory = (
            f"  memory, all processes    {self.memory / 2**20:,.0f} MiB; wanted less than 1,536 MiB: {word}"
        )
        return "\n".join([*map(str, self.results), f"inventory: {self.files:,} files", memory])


def measure(files: int = FILES) -> Outcome:
    """Seconds of each over the same files, one after the other; checks that the integrations are found."""
    with tempfile.TemporaryDirectory() as name:
        tree, cache = Path(name, "estate"), Path(name, "cache")
        integrations = estate.write(files, tree)
        paths = sorted(tree.rglob("*.py"))
        semgrep = _semgrep(tree, Path(name), integrations)
        libcst, _ = _timed([sys.executable, "-c", _LIBCST], "\n".join(map(str, paths)))
        command = [
            str(Path(sys.executable).with_name("hubshift")),
            "inventory",
            str(tree),
            "--format",
            "jsonl",
        ]
        environment = {"XDG_CACHE_HOME": str(cache)}
        cold, memory = _timed(command, environment=environment, check=_finds(tree, integrations))
        warm, _ = _timed(command, environment=environment, check=_finds(tree, integrations))
        with integrations[-1].open("a", encoding="utf-8") as changed:
            changed.write("\n# changed\n")
        one, more = _timed(command, environment=environment, check=_finds(tree, integrations))
    title = f"inventory: {files:,} files, {len(integrations):,} of them integrations"
    mine = Figures("hubshift, cold", "s", (cold,))
    parser = Figures("libcst.parse_module", "s", (libcst,))
    return Outcome(
        (
            _result(f"{title}; beside semgrep", mine, Figures("semgrep", "s", (semgrep,)), COLD, parser),
            _result(f"{title}; again", Figures("hubshift, warm", "s", (warm,)), mine, AGAIN),
            _result(f"{title}; one has changed", Figures("hubshift, one changed", "s", (one,)), mine, AGAIN),
        ),
        max(memory, more),
        files,
    )


def _result(title: str, ours: Figures, theirs: Figures, target: Target, *others: Figures) -> Result:
    return Result(title, (ours, theirs, *others), (ours.median / theirs.median,), target)


def _finds(tree: Path, integrations: list[Path]) -> Callable[[str], bool]:
    wanted = {one.relative_to(tree).as_posix().removesuffix(".py").replace("/", ".") for one in integrations}
    return lambda text: wanted <= {json.loads(line)["integration"] for line in text.splitlines()}


def _semgrep(tree: Path, home: Path, integrations: list[Path]) -> float:
    """Seconds that semgrep takes, without a network."""
    python = peers.interpreter("semgrep")
    command = [
        str(python),
        str(python.with_name("pysemgrep")),
        "scan",
        "--metrics",
        "off",
        "--quiet",
        "--json",
    ]
    command += ["--disable-version-check", "--no-git-ignore", "--config", str(_RULES), str(tree)]
    environment = {
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "HOME": str(home),
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
    }

    def found(text: str) -> bool:
        answer = json.loads(text)
        seen = {one["path"] for one in answer["results"]}
        return (
            not answer["errors"] and len(seen & {str(one) for one in integrations}) > len(integrations) // 2
        )

    return _timed(command, environment=environment, check=found)[0]


def _timed(
    command: list[str],
    given: str = "",
    *,
    environment: dict[str, str] | None = None,
    check: Callable[[str], bool] = lambda text: True,
) -> tuple[float, int]:
    """Seconds that a command takes, and the memory of it and of the processes that it starts, at most, in bytes."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        peak, ended = [0], threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, peak, ended))
        watch.start()
        process.communicate(given)
        seconds = time.perf_counter() - begin
        ended.set()
        watch.join()
        out.seek(0)
        if process.returncode not in (0, 1) or not check(out.read()):
            raise AssertionError(
                f"{command[0]} ended with {process.returncode}, or did not find what is there"
            )
    return seconds, peak[0]


def _watch(process: int, peak: list[int], ended: threading.Event) -> None:
    while not ended.wait(_BETWEEN_LOOKS):
        peak[0] = max(peak[0], sum(map(_resident, _family(process))))


def _family(process: int) -> list[int]:
    """A process and all that it has started (Linux)."""
    found = [process]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, task.read_text(encoding="ascii").split())
            except OSError:
                continue
    return found


def _resident(process: int) -> int:
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
