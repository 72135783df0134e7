"""The JSON report holds every field as it is, and what is concluded from them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from migrate.report import render_json
from migrate.report.content import Report
from migrate.report.unverified import unverified
from migrate.report.wording import sentences
from tests.unit.report.samples import EMPTY, SMALL, hostile


@pytest.mark.parametrize("report", [SMALL, EMPTY, hostile()], ids=["small", "empty", "hostile"])
def test_it_reads_back_as_the_dataclasses(report: Report) -> None:
    written = render_json(report)
    written.encode()
    expected: dict[str, Any] = {"schema_version": "2", "summary": sentences(report), **asdict(report)}
    for flow, page in zip(expected["flows"], report.flows, strict=True):
        flow["unverified"] = [asdict(one) for one in unverified(page)]
    assert json.loads(written) == json.loads(json.dumps(expected))
    assert list(json.loads(written)) == list(expected)
