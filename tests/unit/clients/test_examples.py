"""The example in each client library's docstring is read without a gap, and calls what it says."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from extractors.clients import (
    asyncio,
    csv,
    encodings,
    files,
    httpx,
    importlib,
    json,
    paths,
    requests,
    sqlite3,
    standard,
)
from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.model import Read, Write, walk_steps

LIBRARIES = {
    "asyncio": (asyncio, 2),
    "csv": (csv, 5),
    "encodings": (encodings, 2),
    "files": (files, 4),
    "httpx": (httpx, 2),
    "importlib": (importlib, 1),
    "json": (json, 4),
    "paths": (paths, 4),
    "requests": (requests, 2),
    "sqlite3": (sqlite3, 6),
    "standard": (standard, 2),
}


def example_of(docstring: str | None) -> str:
    """The indented lines below `Example:`."""
    _, found, rest = (docstring or "").partition("Example:\n")
    assert found
    return textwrap.dedent(rest)


@pytest.mark.parametrize("name", sorted(LIBRARIES))
def test_the_example_of_a_client_library_is_read_without_a_gap(name: str, tmp_path: Path) -> None:
    module, calls = LIBRARIES[name]
    for part in ("Reads:", "Becomes:", "Cannot see:", "Example:"):
        assert part in (module.__doc__ or "")
    script = tmp_path / "example.py"
    script.write_text(example_of(module.__doc__), encoding="utf-8")
    found = EXTRACTOR.extract(script, tmp_path)
    assert isinstance(found, Extraction)
    assert [str(one) for one in found.diagnostics if one.rule.severity == "gap"] == []
    assert sum(isinstance(step, (Read, Write)) for step in walk_steps(found.integration.steps)) == calls
