"""The inventory of a folder: what its scripts call, map and keep secret, and what starts them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from migrate import registry
from migrate.estate.inventory import COLUMNS, Row, rows_of, schedules_of
from migrate.pipeline.auditing import Audit
from migrate.pipeline.walking import crontabs_below


def inventory(found: Audit, folder: Path) -> tuple[Row, ...]:
    """The rows of what an audit of the folder has found, one integration after the other, schedules last."""
    languages = {suffix: one.language for one in registry.extractors() for suffix in one.suffixes}
    rows: list[Row] = []
    scripts: dict[str, str] = {}
    for one in found.extractions:
        file = one.integration.sources[0].file
        scripts[file] = one.integration.id
        rows.extend(rows_of(one.integration, languages.get(PurePosixPath(file).suffix.lower(), "")))
    crontabs = {} if folder.is_file() else crontabs_below(folder)
    return (*rows, *schedules_of(crontabs, scripts))


def as_json_lines(rows: Iterable[Row]) -> str:
    """One JSON object a line, with the columns of its kind."""
    return "".join(f"{row.model_dump_json()}\n" for row in rows)


def as_csv(rows: Iterable[Row]) -> str:
    """One table with the columns of all kinds (RFC 4180); lists stand as JSON."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for row in rows:
        data = row.model_dump(mode="json")
        writer.writerow(
            {
                name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
                for name, value in data.items()
            }
        )
    return out.getvalue()
