"""The example in each client library's docstring is read without a gap, and calls what it says."""

from __future__ import annotations

import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from extractors.clients import (
    aiohttp,
    airflow,
    asyncio,
    csv,
    encodings,
    files,
    gql,
    http_client,
    httpx,
    importlib,
    json,
    oauth_sessions,
    paths,
    pycurl,
    requests,
    soap,
    sqlite3,
    standard,
    urllib3,
    urllib_request,
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
    "urllib_request": (urllib_request, 2),
}
UNMAPPED = {
    "aiohttp": (aiohttp, 2),
    "airflow": (airflow, 2),
    "gql": (gql, 1),
    "http_client": (http_client, 2),
    "oauth_sessions": (oauth_sessions, 2),
    "pycurl": (pycurl, 1),
    "soap": (soap, 1),
    "urllib3": (urllib3, 2),
}
"""Libraries whose requests stand behind a gap."""
_REASONS = ("are read, but not run", "by an extension", "authentication is not followed", "of Airflow")


def example_of(docstring: str | None) -> str:
    """The indented lines below `Example:`."""
    _, found, rest = (docstring or "").partition("Example:\n")
    assert found
    return textwrap.dedent(rest)


@pytest.mark.parametrize("name", sorted(LIBRARIES))
def test_the_example_of_a_client_library_is_read_without_a_gap(name: str, tmp_path: Path) -> None:
    module, calls = LIBRARIES[name]
    found = _read(module, tmp_path)
    assert [str(one) for one in found.diagnostics if one.rule.severity == "gap"] == []
    assert sum(isinstance(step, (Read, Write)) for step in walk_steps(found.integration.steps)) == calls


@pytest.mark.parametrize("name", sorted(UNMAPPED))
def test_the_example_of_a_client_whose_dialect_is_not_known_is_read_behind_a_gap(
    name: str, tmp_path: Path
) -> None:
    module, calls = UNMAPPED[name]
    found = _read(module, tmp_path)
    gaps = [one for one in found.diagnostics if one.rule.severity == "gap"]
    assert gaps
    assert all(any(reason in str(one) for reason in _REASONS) for one in gaps)
    assert sum(isinstance(step, (Read, Write)) for step in walk_steps(found.integration.steps)) == calls


def _read(module: ModuleType, folder: Path) -> Extraction:
    for part in ("Reads:", "Becomes:", "Cannot see:", "Example:"):
        assert part in (module.__doc__ or "")
    script = folder / "example.py"
    script.write_text(example_of(module.__doc__), encoding="utf-8")
    found = EXTRACTOR.extract(script, folder)
    assert isinstance(found, Extraction)
    return found
