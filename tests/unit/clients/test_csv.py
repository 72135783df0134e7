"""What is said of a reader that is not over a file."""

from __future__ import annotations

from pathlib import Path

from migrate.contracts import Extraction
from migrate.pipeline.auditing import read_script

SCRIPT = """import csv
import requests
answer = requests.get("https://a.example/x.csv")
for row in csv.DictReader(answer.raw):
    requests.post("https://b.example/in", json={"sku": row["sku"]})
"""


def test_a_reader_over_the_stream_of_an_answer_is_a_gap_that_says_why(tmp_path: Path) -> None:
    script = tmp_path / "stock.py"
    script.write_text(SCRIPT, encoding="utf-8")
    found = read_script(script, tmp_path)
    assert isinstance(found, Extraction)
    assert [(one.code, one.message) for one in found.diagnostics] == [
        ("HS102", "the stream of an answer is not followed"),
        ("HS101", "this call of csv.DictReader, over anything but a file that was just opened, or lines"),
    ]
