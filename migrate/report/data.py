"""The report as JSON: the dataclasses of `migrate.report.content`, field by field, and what is concluded from them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from migrate.report.content import Report
from migrate.report.unverified import unverified
from migrate.report.wording import sentences

SCHEMA_VERSION = "2"

_SURROGATE = re.compile("[\ud800-\udfff]")


def render_json(report: Report) -> str:
    """JSON text that every UTF-8 file can hold, indented by two; `schema_version` comes first."""
    data = asdict(report)
    for flow, page in zip(data["flows"], report.flows, strict=True):
        flow["unverified"] = [asdict(one) for one in unverified(page)]
    whole = {"schema_version": SCHEMA_VERSION, "summary": sentences(report), **data}
    text = json.dumps(whole, ensure_ascii=False, indent=2)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
