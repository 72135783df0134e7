"""The forms of the inventory: schedules of a crontab, CSV, and what the command prints and writes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from typer.testing import CliRunner

from migrate.cli import app
from migrate.estate.inventory import COLUMNS
from migrate.pipeline.inventorying import as_csv
from tests.unit.estate.test_inventory import HEAD, rows_of


def test_a_crontab_gives_schedules_of_its_scripts(tmp_path: Path) -> None:
    (tmp_path / "crontab").write_text("5 4 * * * python3 /srv/job.py\n@daily /srv/other.sh\n")
    rows = rows_of(tmp_path, 'requests.get("https://a.example/")')
    assert [row.model_dump() for row in rows if row.kind == "schedule"] == [
        {
            "kind": "schedule",
            "integration": "job",
            "file": "crontab",
            "line": 1,
            "language": "crontab",
            "evidence": "literal",
            "cron": "5 4 * * *",
            "command": "python3 /srv/job.py",
        }
    ]


def test_csv_has_the_columns_of_all_kinds(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'requests.post("https://a.example/x", json={"a": 1})')
    read = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert tuple(read[0]) == COLUMNS
    assert [(one["kind"], one["body_fields"], one["target"]) for one in read] == [
        ("call", '["a"]', ""),
        ("mapping", "", "a"),
    ]


def test_the_command_prints_writes_and_says_what_wants_review(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(HEAD + 'requests.get("https://a.example/")\nprint(eval("1"))\n')
    done = CliRunner().invoke(app, ["inventory", str(tmp_path), "--format", "jsonl"])
    assert done.exit_code == 1
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["call"]
    assert done.stderr == f"1 finding wants review: hubshift audit {tmp_path} lists them\n"
    done = CliRunner().invoke(app, ["inventory", str(script), "-o", str(tmp_path / "rows.txt")])
    assert done.stdout == f"wrote {tmp_path / 'rows.txt'}\n"
    assert "GET https://a.example/" in (tmp_path / "rows.txt").read_text()
    empty = tmp_path / "empty"
    empty.mkdir()
    assert CliRunner().invoke(app, ["inventory", str(empty)]).exit_code == 3
