"""What a leg sent is kept line by line, without losing a digit."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from migrate.shadow.classification import Classification
from migrate.shadow.messages import Answer, Exchange, Headers, Request
from migrate.shadow.writes import Write, write_lines

JSON: Headers = (("Content-Type", "application/json"),)


def _exchange(sequence: int, method: str, headers: Headers = (), body: bytes = b"") -> Exchange:
    return Exchange(sequence, Request(method, "https://a.example/x", headers, body), Answer(200), "exact")


@pytest.mark.parametrize(
    ("headers", "body", "value"),
    [
        (JSON, b'[123456789012345678901234567890, 1.0]', '[123456789012345678901234567890, 1.0]'),
        (JSON, b"", "null"),
        (JSON, b'"x"', '"x"'),
        (JSON, b'{"a": 1, "a": 2}', '"{\\"a\\": 1, \\"a\\": 2}"'),
        (JSON, b"[NaN]", '"[NaN]"'),
        (JSON, b"[1e999, 0.10, 1e-05]", "[1E+999, 0.10, 1e-05]"),
        (JSON, b"[1e99999999999999999999]", '"[1e99999999999999999999]"'),
        (JSON, b'{"cut', '"{\\"cut"'),
        (JSON, b'["\\ud800"]', '["\\ud800"]'),
        (JSON, b"[" * 100_000, '"' + "[" * 100_000 + '"'),
        ((), b"a=1&b=2", '"a=1&b=2"'),
        ((), b'[{"a": "\xc3\xa9"}]', '[{"a": "é"}]'),
        ((("Content-Type", "text/plain; charset=latin-1"),), b"\xe9", '"é"'),
        ((("Content-Type", "image/png"),), b"\x89PNG", '"data:image/png;base64,iVBORw=="'),
        ((*JSON, ("Content-Encoding", "gzip")), gzip.compress(b"[1]"), "[1]"),
    ],
)  # fmt: skip
def test_bodies_are_values_where_they_are_json(headers: Headers, body: bytes, value: str) -> None:
    line = Write.of(_exchange(0, "POST", headers, body)).line
    assert line.partition('"body": ')[2] == value + ', "status": 200}'


def test_writes_and_reads_have_a_file_each(tmp_path: Path) -> None:
    exchanges = [
        _exchange(1, "POST", (("X-B", "1"), ("X-A", "2"), ("x-b", "3")), b"{}"),
        _exchange(0, "GET"),
        _exchange(2, "?"),
    ]
    writes, reads = write_lines(exchanges, (), Classification(), tmp_path / "out", "legacy")
    assert writes == tmp_path / "out" / "legacy.jsonl"
    assert writes.read_text("utf-8") == (
        '{"method": "POST", "url": "https://a.example/x", "headers": {"x-a": "2", "x-b": "1\\n3"}, '
        '"body": {}, "status": 200}\n'
        '{"method": "?", "url": "https://a.example/x", "headers": {}, "body": null, "status": 200}\n'
    )
    assert reads.name == "legacy.reads.jsonl"
    assert reads.read_text("utf-8").count("\n") == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "legacy.jsonl",
        "legacy.reads.jsonl",
    ]


@pytest.mark.parametrize("name", ["", "../x", ".x", "a/b"])
def test_a_leg_name_is_a_plain_file_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="a leg cannot be called"):
        write_lines([], (), Classification(), tmp_path, name)
