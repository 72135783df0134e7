"""How soon the command line is there: `hubshift --help` against Python with nothing but typer imported."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.rounds import Figures, Result, Target, in_turn

ROUNDS = 25
TARGET = Target(3, at_most=True)


def measure(rounds: int = ROUNDS) -> Result:
    """Milliseconds until either has ended."""
    help_ = _process([str(Path(sys.executable).with_name("hubshift")), "--help"])
    typer = _process([sys.executable, "-c", "import typer"])
    help_(), typer()  # from a cold disk neither tells anything
    mine, others = in_turn(rounds, help_, typer)
    return Result(
        f"start: {rounds} rounds",
        (Figures("hubshift --help", "ms", tuple(mine)), Figures("import typer", "ms", tuple(others))),
        tuple(a / b for a, b in zip(mine, others, strict=True)),
        TARGET,
    )


def _process(command: list[str]) -> Callable[[], float]:
    def run() -> float:
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return (time.perf_counter() - begin) * 1000

    return run
