"""Files and databases as Node-RED accesses them: the same errors, and the same files left behind, as the reference."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from emitters.node_red import install
from emitters.node_red.expressions_javascript import JavaScript
from emitters.node_red.files import file_call, sql_call, stored
from emitters.node_red.flow_library import on_start
from migrate.model import (
    Call,
    Expression,
    FileOperation,
    Integration,
    SequenceExpression,
    SqlOperation,
    Write,
)
from migrate.reference import Folders, run
from migrate.reference.exchange import Answer, Request
from migrate.shadow.redaction import Redactor
from migrate.shadow.written_files import WrittenFile, written_files
from tests.unit.reference.accesses import CSV_ROW, INSERT, TABLE, TWO, at, file, shown, sql, text

DRIVER = """
const store = new Map();
const flow = { set: (name, value) => store.set(name, value), get: (name) => store.get(name) };
const env = { get: () => "." };
const fs = require("fs");
LIBRARY
const py = flow.get("python");
const msg = { results: {}, loops: {} };
let kind = "";
try {
  STEPS
} catch (error) {
  kind = error.code || String(error);
}
py.disconnect();
process.stdout.write(JSON.stringify(kind));
"""
pytestmark = pytest.mark.engine


class Nobody:
    """A transport that is never asked."""

    def send(self, request: Request) -> Answer:
        raise AssertionError(request.url)


def left_by_reference(steps: list[Write], folder: Path) -> tuple[str, tuple[WrittenFile, ...]]:
    integration = Integration.model_validate({"id": "i", "name": "i", "steps": steps, "sources": ()})
    reason = run(integration, {}, Nobody(), folders=Folders(folder, folder)).reason
    return reason.partition(":")[0], left_in(folder)


def left_by_javascript(steps: list[Write], folder: Path) -> tuple[str, tuple[WrittenFile, ...]]:
    javascript = JavaScript(Integration(id="i", name="i", steps=(), sources=()))
    lines = [stored(step, _call(step, javascript), asked=True) for step in steps]
    script = DRIVER.replace("STEPS", "\n  ".join(lines))
    script = script.replace("LIBRARY", on_start(script))
    node = install.node()
    assert node is not None
    done = subprocess.run(
        [node, "-"], input=script, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout), left_in(folder)


def _call(step: Write, javascript: JavaScript) -> str:
    match step.operation:
        case FileOperation() as operation:
            return file_call(operation, javascript)
        case SqlOperation() as operation:
            return sql_call(operation, javascript)
        case _:
            raise AssertionError(step.id)


def left_in(folder: Path) -> tuple[WrittenFile, ...]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return written_files([(str(path.relative_to(folder)), path.read_bytes()) for path in found], Redactor({}))


def read(path: str, **fields: Any) -> list[Write]:
    """Reads a file and writes its text as JSON."""
    step = file("read", path, **fields)
    return [step, shown(step.id, "text")]


def select(statement: str, parameters: Expression | None = None, **fields: Any) -> list[Write]:
    """Runs a query and writes all that it gives as JSON."""
    step = sql("execute", statement, parameters, **fields)
    return [step, shown(step.id, "rows"), shown(step.id, "columns"), shown(step.id, "row_count")]


def values(*each: Any) -> SequenceExpression:
    return SequenceExpression(items=tuple(text(one) for one in each))


def table(*steps: Write | list[Write]) -> list[Write]:
    """Steps on a database with a table."""
    flat = [one for step in steps for one in (step if isinstance(step, list) else [step])]
    return [sql("connect"), sql("execute", TABLE), *flat]


NAMED = Call(function="python.json_value", arguments=(text('{"b": "x", "a": 7, "more": 1}'),))
CASES: dict[str, list[Write]] = {
    "an empty file": [file("create")],
    "text at the end": [file("append", content=text("ü\n")), file("append", id="more", content=CSV_ROW)],
    "a byte order mark": [
        file("append", content=text(""), encoding="python.utf-8-sig"),
        file("append", id="more", content=text("b"), encoding="python.utf-8-sig"),
    ],
    "Latin 1": [file("append", content=text("ü"), encoding="python.latin-1")],
    "a character that ASCII lacks": [file("append", content=text("ü"), encoding="python.ascii")],
    "half a surrogate pair": [file("append", content=text("\ud800"))],
    "no text": [file("append", content=text(1))],
    "a file as it is": read("mixed"),
    "line ends": read("mixed", newlines="translated"),
    "a mark that is left out": read("marked", encoding="python.utf-8-sig"),
    "a mark that is kept": read("marked"),
    "bytes that are no text": read("bytes"),
    "bytes as Latin 1": read("bytes", encoding="python.latin-1"),
    "bytes as ASCII": read("bytes", encoding="python.ascii"),
    "no file": read("none"),
    "a folder": read("folder"),
    "an empty path": read(""),
    "a path with a null": read("a\0b"),
    "below a file": read("mixed/x"),
    "no folder": [file("create", "none/x")],
    "new folders": [file("make-folder", "a/b"), file("make-folder", "a/b", id="again"), file("create", "a/b/c")],
    "a folder that is a file": [file("make-folder", "mixed")],
    "a file moved": [file("create", "new"), file("move", "new", target=at("mixed"))],
    "no file to move": [file("move", "none", target=at("x"))],
    "a file deleted": [file("delete", "mixed")],
    "no file to delete": [file("delete", "none")],
    "a folder to delete": [file("delete", "folder")],
    "what there is": [
        step
        for path in ("mixed", "folder", "none", "")
        for action in ("exists", "is-file")
        for asked in [file(action, path)]
        for step in (asked, shown(asked.id, "exists"))
    ],
    "rows": table(sql("execute-many", INSERT, TWO), sql("commit"), select("SELECT * FROM t ORDER BY a")),
    "rows as maps": table(sql("execute-many", INSERT, TWO), select("SELECT a, b AS B FROM t", row_shape="maps")),
    "values of all types": table(
        select("SELECT ?, ?, ?, ?, ?, ?", values(None, True, 2**53 + 1, 10.0, 0.1, "ü\n")),
        select("SELECT 1 AS a, 1.0 AS b, 9223372036854775807 AS c, -0.0 AS d, 1e300 AS e, 'x' AS f"),
    ),
    "a number that is too large": table(sql("execute", "SELECT ?", values(2**63))),
    "parameters by name": table(select("SELECT :a, :b, :a", NAMED)),
    "a name that is missing": table(sql("execute", "SELECT :c", NAMED)),
    "too few values": table(sql("execute", INSERT, values(1))),
    "too many values": table(sql("execute", INSERT, values(1, "x", 2))),
    "question marks that are none": table(select("SELECT '?', ? -- ?\n, \"a\" FROM (SELECT 1 AS a)", values(1))),
    "counts": table(
        [step for one in [sql("execute-many", INSERT, TWO)] for step in (one, shown(one.id, "row_count"))],
        [
            step
            for one in [sql("execute", "UPDATE t SET b = 'y'")]
            for step in (one, shown(one.id, "row_count"), shown(one.id, "last_row_id"))
        ],
        sql("commit"),
    ),
    "what is not committed": table(sql("execute", INSERT, values(1, "x"))),
    "what is committed": table(
        sql("execute", INSERT, values(1, "x")), sql("commit"), sql("execute", INSERT, values(2, "x"))
    ),
    "what is rolled back": table(sql("execute", INSERT, values(1, "x")), sql("rollback"), sql("commit")),
    "a commit of nothing": table(sql("commit"), sql("rollback")),
    "a transaction that the script begins": [
        sql("connect", transactions="autocommit"),
        sql("execute", TABLE, transactions="autocommit"),
        sql("execute", INSERT, values(1, "x"), transactions="autocommit"),
    ],
    "a script": table(
        sql("execute", INSERT, values(1, "x")), sql("execute-script", "DELETE FROM t; CREATE TABLE u (x);")
    ),
    "a key that is there": table(sql("execute", INSERT, values(1, "x")), sql("execute", INSERT, values(1, "y"))),
    "no statement of SQL": table(sql("execute", "SELEC 1")),
    "a table that is not there": table(sql("execute", "SELECT * FROM u")),
    "a closed connection": table(sql("close"), sql("execute", "SELECT 1")),
    "a statement that is no text": table(sql("execute-script", "SELECT")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_node_leaves_the_files_that_the_reference_leaves(name: str, tmp_path: Path) -> None:
    if missing := install.missing():
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(missing)
    sides = []
    for side in (left_by_reference, left_by_javascript):
        folder = tmp_path / side.__name__
        (folder / "folder").mkdir(parents=True)
        (folder / "mixed").write_bytes("ü\r\nb\rc\n".encode())
        (folder / "marked").write_bytes(b"\xef\xbb\xbfx")
        (folder / "bytes").write_bytes(b"\xff")
        sides.append(side(CASES[name], folder))
    assert repr(sides[1]) == repr(sides[0])
