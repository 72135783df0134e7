"""SQL statements taken apart: verb, tables, columns, and the placeholders that the columns are given by."""

from __future__ import annotations

import subprocess
import sys

import pytest

from migrate.statements import Statement, parsed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "INSERT INTO items (sku, qty) VALUES (%s, %s) ON CONFLICT (sku) DO UPDATE SET qty = EXCLUDED.qty",
            Statement("INSERT", ("items",), ("sku", "qty"), (0, 1)),
        ),
        (
            "insert into `shop`.`items` (a, b) values (%(first)s, lower(%(second)s))",
            Statement("INSERT", ("shop.items",), ("a", "b"), ("first", "second")),
        ),
        ("INSERT INTO t (a, b) VALUES (?, 1)", Statement("INSERT", ("t",), ("a", "b"), (0, None))),
        ("INSERT INTO t (a, b) VALUES ($2, $1)", Statement("INSERT", ("t",), ("a", "b"), (1, 0))),
        ("INSERT INTO t (a) VALUES (:name)", Statement("INSERT", ("t",), ("a",), ("name",))),
        ("INSERT INTO t SELECT a FROM u", Statement("INSERT", ("t", "u"), (), (None,))),
        ("INSERT INTO t (a, b) SELECT ?, 1", Statement("INSERT", ("t",), ("a", "b"), (0, None))),
        ("UPDATE t SET a = ?, b = b + 1 WHERE id = ?", Statement("UPDATE", ("t",), ("a", "b"), (0, None))),
        ("SELECT a, b AS c FROM t JOIN u ON t.x = u.x", Statement("SELECT", ("t", "u"), ("a", "c"))),
        ("SELECT * FROM t WHERE a = 'x?'", Statement("SELECT", ("t",))),
        ("WITH x AS (SELECT 1) SELECT a FROM x", Statement("SELECT", ("x",), ("a",))),
        ("-- note\nDELETE FROM t", Statement("DELETE", ("t",))),
        ("DROP TABLE IF EXISTS t CASCADE", Statement("DROP", ("t",))),
        ("CREATE TABLE t (a int, PRIMARY KEY (a))", Statement("CREATE", ("t",), ("a",))),
        ("TRUNCATE TABLE t", Statement("TRUNCATE", ("t",))),
        ("SELECT FROM WHERE ((", Statement("SELECT", ("WHERE",))),
        ("", None),
        ("123", None),
    ],
)
def test_a_statement_is_taken_apart(text: str, expected: Statement | None) -> None:
    assert parsed(text) == expected


def test_the_parser_is_loaded_where_a_statement_is_met() -> None:
    code = "import sys, extractors.python.extractor; sys.exit('sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
