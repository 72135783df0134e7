"""The report as JSON: the dataclasses of `migrate.report.content`, field by field, in their order."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from migrate.report.content import Report

SCHEMA_VERSION = "1"

_SURROGATE = re.compile("[\ud800-\udfff]")


def render_json(report: Report) -> str:
    """JSON text that every UTF-8 file can hold, indented by two; `schema_version` comes first."""
    text = json.dumps({"schema_version": SCHEMA_VERSION, **asdict(report)}, ensure_ascii=False, indent=2)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
