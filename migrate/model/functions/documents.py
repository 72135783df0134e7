"""Documents: JSON, CSV and lines of text, and rows of databases.

A CSV dialect is a map with the names of Python's `csv`: `delimiter`, `quotechar`, `lineterminator`, and `quoting`,
which is `minimal` or `all`; what it does not name is as in `excel`. Source: The Python Library Reference, 3.11.
"""

from __future__ import annotations

import csv
import io
import json
from itertools import zip_longest
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.values import EvaluationError

_QUOTING = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL}
_DIALECT = ("delimiter", "quotechar", "lineterminator")


def _require(value: Any, *types: type) -> None:
    if not isinstance(value, types):
        raise TypeError


@kernel("python.json_value", result=None)
def _json_value(text: Any) -> Any:
    """`json.loads(text)`: integers exact, the last of equal keys wins, `NaN` and `Infinity` are floats.

    Of bytes too, in UTF-8, UTF-16 or UTF-32 as the first of them tell.
    """
    _require(text, str, bytes)
    try:
        return json.loads(text)
    except json.JSONDecodeError as failure:
        raise EvaluationError("json.JSONDecodeError", "the text is no JSON", failure) from None


@kernel("python.file_lines", result="list", total_on=[("text",)])
def _lines(text: Any) -> list[str]:
    """The lines of a file that holds the text, each with the `\\n` that ends it."""
    _require(text, str)
    return io.StringIO(text).readlines()


@kernel("python.csv_row", result="text")
def _csv_row(cells: Any, dialect: Any) -> str:
    """What `csv.writer(file, **dialect).writerow(cells)` writes: null is empty, others as `str`."""
    _require(cells, list)
    written = io.StringIO(newline="")
    try:
        csv.writer(written, **_options(dialect)).writerow(cells)
    except csv.Error:
        raise EvaluationError("csv.Error", "the cells cannot be written") from None
    return written.getvalue()


@kernel("python.csv_rows", result="list")
def _csv_rows(text: Any, dialect: Any) -> list[list[str]]:
    """The rows that `csv.reader` gives for a file with the text, opened with `newline=""`; all values are texts.

    Of a list, those that it gives for its lines.
    """
    _require(text, str, list)
    lines = io.StringIO(text, newline="") if isinstance(text, str) else text
    try:
        return list(csv.reader(lines, **_options(dialect)))
    except csv.Error:
        raise EvaluationError("csv.Error", "the text is no CSV of the dialect") from None


@kernel("python.csv_records", result="list")
def _csv_records(text: Any, dialect: Any, names: Any = None) -> list[dict[str | None, Any]]:
    """The rows of `csv.DictReader`: by the names given, else by those in the first row; empty rows are passed over.

    A cell that is missing at the end is null; those that are too many are a list under the key null.
    """
    rows = _csv_rows(text, dialect)
    if names is None:
        names = rows.pop(0) if rows else []
    _require(names, list)
    return [_csv_record(row, names) for row in rows if row]


def _csv_record(row: list[str], names: list[str]) -> dict[str | None, Any]:
    size = len(names)
    record: dict[str | None, Any] = dict(zip_longest(names, row[:size]))
    return {**record, None: row[size:]} if len(row) > size else record


@kernel("python.csv_cells", result="list")
def _csv_cells(record: Any, names: Any, missing: Any = "", ignore_others: Any = False) -> list[Any]:
    """The cells that `csv.DictWriter` makes of a map: those of the names in their order, `missing` for others.

    A key that is no name is an error, unless a fourth argument is true.
    """
    _require(record, dict)
    _require(names, list)
    if ignore_others is not True and record.keys() - set(names):
        raise ValueError
    return [record.get(name, missing) for name in names]


@kernel("sqlite3.row_item", result=None)
def _row_item(row: Any, key: Any) -> Any:
    """`row[key]` of a `sqlite3.Row`: by the name of a column in any case of ASCII letters, or by its number."""
    _require(row, dict)
    if isinstance(key, int):
        return list(row.values())[key]
    if not isinstance(key, str):
        raise IndexError
    found = [value for name, value in row.items() if _same_name(name, key)]
    if not found:
        raise IndexError
    return found[0]


def _same_name(left: str, right: str) -> bool:
    """As `sqlite3.Row` compares names: in any case where both are ASCII, else exactly."""
    return left == right or (left.isascii() and right.isascii() and left.lower() == right.lower())


def _options(dialect: Any) -> dict[str, Any]:
    """The keyword arguments of `csv.reader` and `csv.writer`."""
    _require(dialect, dict)
    if not dialect.keys() <= {*_DIALECT, "quoting"} or dialect.get("quoting", "all") not in _QUOTING:
        raise TypeError
    options = {name: dialect[name] for name in _DIALECT if name in dialect}
    return options | {"quoting": _QUOTING[dialect.get("quoting", "minimal")]}
