"""Files are compared by what they say: cells, keys, rows; a difference names the place that a person looks for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from migrate.model import (
    Call,
    Constant,
    FileOperation,
    FilePath,
    Integration,
    MappingRule,
    Reference,
    SqlOperation,
    Step,
    Translate,
    Write,
)
from migrate.shadow.comparison_settings import ComparisonSettings, DeclaredRule
from migrate.shadow.differences import FileDiffers
from migrate.shadow.file_differences import compare_files
from migrate.shadow.location import locate
from migrate.shadow.redaction import Redactor
from migrate.shadow.tolerance import Tolerance
from migrate.shadow.written_files import (
    BinaryFile,
    DeletedFile,
    TextFile,
    WrittenFile,
    as_line,
    written_files,
)

CSV = "id;name\r\n1;a\r\n2;b\r\n"


def text(content: str, name: str = "f.csv") -> TextFile:
    return TextFile(name, content)


def database(*statements: str) -> WrittenFile:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in ("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", *statements):
            connection.execute(statement)
        connection.commit()
        (found,) = written_files([("d.db", connection.serialize())], Redactor({}))
    return found


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        (text(CSV), text(CSV), []),
        (text(CSV), text(CSV.replace("b", "B")), ['file f.csv, line 3, column name: "b" became "B"']),
        (text('a;b\r\n"x\ny";1\r\n2;3\r\n'), text('a;b\r\n"x\ny";1\r\n2;4\r\n'),
         ['file f.csv, line 4, column b: "3" became "4"']),
        (text(CSV), text(CSV + "3;c\r\n"), ['file f.csv, line 4: ["3", "c"] is extra']),
        (text(CSV), text("id;name\r\n2;b\r\n"), ['file f.csv, line 2: ["1", "a"] is missing']),
        (text(CSV), text(CSV.replace("1;a", '"1";a')), ['file f.csv, line 2: "1;a\\r\\n" became "\\"1\\";a\\r\\n"']),
        (text('{"a": [1, 2.0]}', "s.json"), text('{"a": [1, 2]}', "s.json"), ["file s.json, a[1]: 2.0 became 2"]),
        (text('{"a":1}', "s.json"), text('{"a": 1}', "s.json"),
         ['file s.json, line 1: "{\\"a\\":1}" became "{\\"a\\": 1}"']),
        (text("a\nb\n", "l.txt"), text("a\nc\n", "l.txt"), ['file l.txt, line 2: "b\\n" became "c\\n"']),
        (text("a\nb\nc\n", "l.txt"), text("b\nc\na\n", "l.txt"), ['file l.txt, line 1: "a\\n" moved to place 3']),
        (text("a\nb\n", "l.txt"), text("a\nb\nb\n", "l.txt"), ['file l.txt, line 3: "b\\n" is there once more']),
        (text("a\nb\nc\n", "l.txt"), text("b\nC\n", "l.txt"),
         ['file l.txt, line 1: "a\\n" is missing', 'file l.txt, line 3: "c\\n" became "C\\n"']),
        (text(CSV), text("id;name\r\n2;b\r\n1;a\r\n"), ['file f.csv, line 2: ["1", "a"] moved to place 3']),
        (text(CSV + "3;c\r\n"), text("id;name\r\n2;x\r\n3;c\r\n"),
         ['file f.csv, line 2: ["1", "a"] is missing', 'file f.csv, line 3, column name: "b" became "x"']),
        (text("a", "l.txt"), BinaryFile("l.txt", 1, "00"), ['file l.txt: "text" became "bytes that are no text"']),
        (BinaryFile("x", 1, "00"), BinaryFile("x", 1, "01"), ['file x, content: "00" became "01"']),
        (text("a", "l.txt"), DeletedFile("l.txt"), ['file l.txt: "text" became "deleted"']),
        (text("a", "l.txt"), None, ['file l.txt: "written" became "not changed"']),
        (database("INSERT INTO t VALUES (1, 'a')"), database("INSERT INTO t VALUES (1, 'a')"), []),
        (
            database("INSERT INTO t VALUES (1, 'a')", "INSERT INTO t VALUES (2, 'b')"),
            database("INSERT INTO t VALUES (2, 'B')", "INSERT INTO t VALUES (3, 'c')"),
            [
                'file d.db, table t, id 1: [1, "a"] is missing',
                'file d.db, table t, id 2, column name: "b" became "B"',
                'file d.db, table t, id 3: [3, "c"] is extra',
            ],
        ),
        (database("INSERT INTO t VALUES (1, 1)"), database("INSERT INTO t VALUES (1, '1')"), []),
        (database(), database("CREATE TABLE u (x)"), ['file d.db, table u: absent became "there"']),
        (
            database("CREATE TABLE u (x)", "INSERT INTO u VALUES (1)"),
            database("CREATE TABLE u (x)", "INSERT INTO u VALUES (1.0)"),
            ["file d.db, table u, column x: 1 became 1.0"],
        ),
    ],
)  # fmt: skip
def test_differences_of(left: WrittenFile, right: WrittenFile | None, told: list[str]) -> None:
    found = compare_files([left], [] if right is None else [right])
    assert [str(one) for one in found] == told


def test_files_in_which_every_line_differs_are_compared_in_time_in_proportion() -> None:
    left = "".join(f"{n};left\n" for n in range(30_000))
    right = "".join(f"{n};right\n" for n in range(30_000))
    for name in ("f.csv", "f.txt"):
        assert len(compare_files([text(left, name)], [text(right, name)])) == 30_000


def test_secrets_are_masked_wherever_they_stand() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (token TEXT DEFAULT 'hunter22', data BLOB)")
        connection.execute("INSERT INTO t VALUES ('hunter22', x'00')")
        connection.commit()
        held = [
            ("d.db", connection.serialize()),
            ("hunter22.txt", b"a hunter22"),
            ("gone", None),
            ("b", b"\xffhunter22"),
        ]
    lines = [as_line(file) for file in written_files(held, Redactor({"TOKEN": "hunter22"}))]
    assert "hunter22" not in "".join(lines)
    assert '{"file": "{{TOKEN}}.txt", "text": "a {{TOKEN}}"}' in lines
    assert '{"file": "gone", "deleted": true}' in lines
    assert any('"rows": [["{{TOKEN}}", {"blob":' in line for line in lines)


def test_a_database_with_a_journal_left_is_not_taken_for_finished() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (x)")
        content = connection.serialize()
    found = written_files([("d.db", content), ("d.db-journal", b"\xd9")], Redactor({}))
    assert [type(file) for file in found] == [BinaryFile, BinaryFile]


def _step(id: str, operation: FileOperation | SqlOperation) -> Write:
    return Write(id=id, operation=operation)


def _file(id: str, path: str, content: Call | None = None) -> Write:
    at = FilePath(folder="script", path=Constant(value=path))
    return _step(id, FileOperation(action="append", file=at, content=content))


@pytest.mark.parametrize(
    ("difference", "part"),
    [
        (FileDiffers("out/f.csv", "line 2, column net", ("net",), "1", "2"), "map.net"),
        (FileDiffers("out/f.csv", "line 2", (), "1", "2"), "write"),
        (FileDiffers("f.csv", "", (), "written", "deleted"), "write"),
        (FileDiffers("f.csv", "line 2, column other", ("other",), "1", "2"), "write"),
        (FileDiffers("d.db", "table orders, id 1", (), "1", "2"), "insert"),
        (FileDiffers("d.db", "table others, id 1", (), "1", "2"), None),
    ],
)
def test_a_difference_leads_to_the_step_or_rule_that_wrote_it(
    difference: FileDiffers, part: str | None
) -> None:
    cells = Call(
        function="python.csv_cells", arguments=(Reference(step="map", part="value"), Constant(value=None))
    )
    insert = Constant(value="INSERT INTO orders VALUES (1)")
    steps: list[Step] = [
        Translate(id="map", rules=(MappingRule(id="map.net", target=("net",), value=Constant(value=1)),)),
        _file("write", "f.csv", Call(function="python.csv_row", arguments=(cells, Constant(value=None)))),
        _file("log", "l.txt"),
        _step("insert", SqlOperation(dialect="sqlite", connection="c", action="execute", statement=insert)),
    ]
    integration = Integration.model_validate({"id": "i", "name": "i", "steps": steps, "sources": ()})
    found = locate(difference, integration)[0]
    assert getattr(found, "id", None) == part


def test_a_path_is_named_in_a_difference() -> None:
    assert FileDiffers("a/s.json", "", ("x", 0), 1, 2).path == str(Path("a/s.json")) + ", x[0]"


def test_rows_whose_key_is_null_are_all_compared() -> None:
    made = "CREATE TABLE u (k TEXT PRIMARY KEY, v)"
    rows = [f"INSERT INTO u VALUES (NULL, {n})" for n in (1, 2, 3)]
    assert compare_files([database(made, *rows[:2])], [database(made, *rows[:2])]) == ()
    assert len(compare_files([database(made, *rows[:2])], [database(made, rows[1])])) == 2
    assert len(compare_files([database(made, *rows[:2])], [database(made, rows[2], rows[1])])) == 1


def test_indexes_and_triggers_are_compared() -> None:
    made = "CREATE TABLE u (k)"
    (found,) = compare_files([database(made, "CREATE UNIQUE INDEX i ON u (k)")], [database(made)])
    assert str(found) == 'file d.db, table i (index): "there" became absent'


def test_a_placeholder_that_nobody_filled_in_is_not_the_secret() -> None:
    redactor = Redactor({"API_KEY": "s3cr3t-value-123"})
    left = written_files([("a.txt", b"key=s3cr3t-value-123")], redactor)
    right = written_files([("a.txt", b"key={{API_KEY}}")], redactor)
    assert [one.right for one in compare_files(left, right)] == ["key={{API_KEY|literal}}"]


@pytest.mark.parametrize(
    ("name", "left", "right", "form"),
    [
        ("a.csv", "id,at\r\n1,A\r\n", "id,at\n1,B\n", ("\r\n", "\n")),
        ("a.csv", "id,at\n7,A\n", 'id,at\n"7",B\n', ("9 parts", "11 parts")),
        ("a.json", '{"at": "A", "n": 0.1}', '{"at": "B", "n": 0.10}', ("0.1", "0.10")),
        ("a.json", '{"at": "A", "n": 1}', '{"at": "B", "n": 2, "n": 1}', ("12 parts", "18 parts")),
        ("a.csv", "id,at\n7,A\n", "id,at\n7,B\n", None),
        ("a.json", '{"at": "A"}', '{"at": "B"}', None),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_beside_a_value_shows(
    name: str, left: str, right: str, form: tuple[str, str] | None
) -> None:
    found = compare_files([text(left, name)], [text(right, name)])
    assert [(one.left, one.right) for one in found[1:]] == ([form] if form else [])


NUMBERED = "CREATE TABLE u (k INTEGER PRIMARY KEY AUTOINCREMENT)"
COMPUTED = "CREATE TABLE u (a, b AS (a * 2) STORED)"


@pytest.mark.parametrize(
    ("one", "other", "places"),
    [
        ([COMPUTED, "INSERT INTO u (a) VALUES (1)"], [COMPUTED, "INSERT INTO u (a) VALUES (2)"],
         ["table u, column a", "table u, column b"]),
        (["PRAGMA user_version = 1"], ["PRAGMA user_version = 2"],
         ["table sqlite_header, name \"user_version\", column number"]),
        (["PRAGMA application_id = 1"], [], ["table sqlite_header"]),
        ([NUMBERED, "INSERT INTO u DEFAULT VALUES", "DELETE FROM u"], [NUMBERED],
         ["table sqlite_sequence, name \"u\""]),
        (["INSERT INTO t VALUES (1, NULL)"], ["INSERT INTO t VALUES (1, '')"], ["table t, id 1, column name"]),
        (["INSERT INTO t VALUES (1, 'a')"], ["INSERT INTO t VALUES (1, x'61')"], ["table t, id 1, column name"]),
        (["CREATE TABLE u (k)", "INSERT INTO u VALUES (9e999)"],
         ["CREATE TABLE u (k)", "INSERT INTO u VALUES (-9e999)"], ["table u, column k"]),
        (["CREATE TABLE u (k)", "INSERT INTO u VALUES (0.0)"], ["CREATE TABLE u (k)", "INSERT INTO u VALUES (-0.0)"],
         ["table u, column k"]),
        (["CREATE TABLE u (k)", "INSERT INTO u VALUES (1), (1)"], ["CREATE TABLE u (k)", "INSERT INTO u VALUES (1)"],
         ["table u"]),
    ],
)  # fmt: skip
def test_another_database_differs(one: list[str], other: list[str], places: list[str]) -> None:
    found = compare_files([database(*one)], [database(*other)])
    assert [difference.place for difference in found] == places
    assert all(map(str, found))
    assert as_line(database(*one)) != as_line(database(*other))


ANY_ORDER = ComparisonSettings(
    rules=(DeclaredRule(rule="list-order", at="**", reason="agreed", owner="Ann"),)
)


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("a.json", "[1, 2.5]", "[2.5, 1]", True),
        ("a.json", "[1, 2.5]", "[2.50, 1]", False),
        ("a.json", "[1,2]", "[2, 1]", False),
        ("a.json", '["a", "b"]', '["b", "\\u0061"]', False),
        ("a.csv", "a;b\n1;2\n3;4\n", "a;b\n3;4\n1;2\n", True),
        ("a.csv", "a;b\n1;2\n3;4\n", "a;b\r\n3;4\r\n1;2\r\n", False),
        ("a.csv", "a;b\n1;2\n3;4\n", 'a;b\n"3";4\n1;2\n', False),
        ("a.csv", "a;b\n1;2\n3;4\n", "1;2\na;b\n3;4\n", False),
        ("a.csv", "a;b\n1;2\n3;4\n", "3;4\n1;2\na;b\n", False),
    ],
)
def test_items_in_another_order_are_written_as_before(name: str, one: str, other: str, same: bool) -> None:
    for left, right in ((one, other), (other, one)):
        tolerance = Tolerance(ANY_ORDER)
        tolerance.take_all(compare_files([text(left, name)], [text(right, name)]))
        assert (not tolerance.differences) == same


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_what_is_no_number_of_json_is_compared_as_text(number: str) -> None:
    (found,) = compare_files([text(f"[{number}]", "a.json")], [text("[1]", "a.json")])
    assert str(found) == f'file a.json, line 1: "[{number}]" became "[1]"'
