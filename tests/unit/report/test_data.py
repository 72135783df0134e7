"""The JSON report holds every field as it is."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from migrate.report import render_json
from migrate.report.content import Report
from tests.unit.report.samples import EMPTY, SMALL, hostile


@pytest.mark.parametrize("report", [SMALL, EMPTY, hostile()], ids=["small", "empty", "hostile"])
def test_it_reads_back_as_the_dataclasses(report: Report) -> None:
    written = render_json(report)
    written.encode()
    expected = {"schema_version": "1", **asdict(report)}
    assert json.loads(written) == json.loads(json.dumps(expected))
    assert list(json.loads(written)) == list(expected)
