"""The small report, whole, in all three forms; it is the same in every run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.report import render_html, render_json, render_markdown
from migrate.report.content import Report
from tests.unit.report.samples import SMALL

GOLDENS = Path(__file__).parent / "goldens"
ROOT = Path(__file__).parents[3]

FORMS = {"small.html": render_html, "small.md": render_markdown, "small.json": render_json}


@pytest.mark.parametrize(("name", "render"), FORMS.items())
def test_the_small_report_is_as_committed(name: str, render: Callable[[Report], str]) -> None:
    assert render(SMALL) == (GOLDENS / name).read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in GOLDENS.iterdir()} == set(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_another_process_with_another_hash_seed_writes_the_same(name: str) -> None:
    code = (
        "import sys; from tests.unit.report.test_goldens import FORMS, SMALL\n"
        f"sys.stdout.buffer.write(FORMS[{name!r}](SMALL).encode())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    assert ran.stdout.decode() == FORMS[name](SMALL)
