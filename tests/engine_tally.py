"""Says at the end of a test run how many tests ran on a platform's real engine, and how many could not.

A pytest plug-in, switched on in pyproject.toml. A test counts where it carries the marker `engine`; why some
could not run stands in pytest's own summary of skips.
"""

from collections.abc import Iterable

import pytest
from _pytest.terminal import TerminalReporter

RAN = ("passed", "failed", "xfailed", "xpassed")
NOT_RUN = ("skipped", "error")


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Write one line ahead of pytest's closing line."""
    ran = _on_engine(terminalreporter, RAN)
    not_run = _on_engine(terminalreporter, NOT_RUN) - ran
    terminalreporter.write_line(f"on a real engine: {len(ran)} ran, {len(not_run)} did not run")


def _on_engine(terminal: TerminalReporter, outcomes: Iterable[str]) -> set[str]:
    """The ids of the tests with the marker `engine` that have one of these outcomes."""
    reports = [report for outcome in outcomes for report in terminal.stats.get(outcome, [])]
    return {r.nodeid for r in reports if isinstance(r, pytest.TestReport) and "engine" in r.keywords}
