"""Bodies that hold one value and are written as two."""

from __future__ import annotations

import pytest

from migrate.shadow.comparison import compare
from migrate.shadow.messages import Answer, Exchange, Request
from migrate.shadow.read_differences import compare_reads
from migrate.shadow.writes import Write

JSON = (("Content-Type", "application/json"),)


def _write(body: bytes) -> Write:
    return Write.of(Exchange(0, Request("POST", "https://a.example/x", JSON, body), Answer(200), "exact"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"", b"null"),
        (b'"abc"', b"abc"),
        (b'{"a": 1}', b'\xef\xbb\xbf{"a": 1}'),
        (b'{"a":1,"a":2}', rb'"{\"a\":1,\"a\":2}"'),
        (b"\xff\xfe", b"data:application/json;base64,//4="),
    ],
)
def test_one_value_that_is_written_otherwise_differs(one: bytes, other: bytes) -> None:
    found = compare([_write(one)], [_write(other)])
    assert [difference.path for difference in found.differences] == ["body.written"]
    assert len(compare_reads([_write(one)], [_write(other)])) == 2
    assert compare([_write(one)], [_write(one)]).classes == {"equal": 1}
