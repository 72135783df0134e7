"""The demonstration: flows of the sample estate, and the mistake that it makes in one of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emitters.node_red import install
from migrate.cli import app
from migrate.estate.crontab import Entry, entries, not_started
from migrate.pipeline.demonstration import ShownFlow, ShownMistake, demonstrate
from migrate.pipeline.files import InputError
from migrate.pipeline.mistakes import MadeMistake, make_mistake
from migrate.pipeline.sample import Mistake, read_sample
from migrate.report.content import DifferenceRow, FlowPage
from migrate.shadow import sandbox

MISSING = install.missing() or sandbox.probe()
MISTAKE = Mistake(flow="f", rule="map.b", instead_of="twice()", stands="once()", story="Somebody tidies up.")


@pytest.mark.engine
@pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
def test_the_planted_mistake_is_found_and_explained(tmp_path: Path) -> None:
    shown = demonstrate(tmp_path, only=("orders_to_ferrum",))
    (flow,) = shown.flows
    assert (flow.page.verdict, shown.surprises) == ("PASS", ())
    assert shown.mistake is not None
    assert shown.mistake.page.verdict == "FAIL"
    first = shown.mistake.found[0]
    assert (first.path, first.rule) == ("body.netTotal", "map_orders.netTotal")
    assert '"58.09"' in first.text
    assert '"58.1"' in first.text
    assert first.place is not None
    assert (first.place.file, first.place.excerpt) == ("orders_to_ferrum.py", '"netTotal": "%.2f" % total,')
    emitted = (tmp_path / "flows" / "orders_to_ferrum" / "node-red" / "flows.json").read_text("utf-8")
    changed = shown.mistake.made.file.read_text("utf-8")
    assert changed == emitted.replace(r"py.modulo(\"%.2f\"", r"py.modulo(\"%.1f\"")
    assert changed != emitted


@pytest.mark.engine
@pytest.mark.skipif(MISSING is not None, reason=str(MISSING))
def test_what_cannot_be_migrated_is_said_with_its_lines(tmp_path: Path) -> None:
    arguments = ["demo", "--flow", "bank_to_books", "-o", str(tmp_path)]
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.search(
        r"^  bank_to_books  FAIL     a run ends where bank_to_books\.py:\d+ is", done.stdout, re.M
    )
    assert re.search(r"^  bank_to_books\.py:\d+  HS102 \S", done.stdout, re.M)
    assert "All of it is as the sample expects." in done.stdout
    assert f"report:  {tmp_path / 'report.html'}" in done.stdout


def page(verdict: str, *differences: DifferenceRow) -> FlowPage:
    """A page with nothing but its verdict and its differences."""
    return FlowPage("f", "f", (), (), (), (), verdict, (), (), (), (), differences=differences)


def difference(rule: str) -> DifferenceRow:
    """A difference that leads back to a rule."""
    return DifferenceRow("legacy / node-red", "Different", "body.b", "1 became 2", rule, None)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (page("PASS"), ["f: the planted mistake was not found (verdict PASS)"]),
        (page("FAIL", difference("map.b")), []),
        (
            page("FAIL", difference("map.c")),
            [
                "f: the planted mistake was not found (verdict FAIL)",
                "f: the planted mistake is also laid to map.c",
            ],
        ),
        (page("REVIEW", difference("map.b")), ["f: the planted mistake was not found (verdict REVIEW)"]),
    ],
    ids=["not found", "found", "another rule", "for review"],
)
def test_a_mistake_that_is_not_found_or_not_explained_is_a_surprise(shown: FlowPage, said: list[str]) -> None:
    made = MadeMistake(Path("flows.json"), "Map", 1, "twice()", "once()")
    assert list(ShownMistake(MISTAKE, made, shown, Path("report.html")).surprises()) == said


def test_another_verdict_and_other_gaps_than_expected_are_surprises() -> None:
    flow = ShownFlow("f", page("REVIEW"), "PASS", ("HS102",))
    assert list(flow.surprises()) == [
        "f: the verdict is REVIEW, the sample expects PASS",
        "f: gaps are none, the sample expects HS102",
    ]


@pytest.mark.parametrize(("code", "count"), [("once();", 0), ("twice();\ntwice();", 2)])
def test_a_mistake_is_made_in_one_place_or_not_at_all(code: str, count: int, tmp_path: Path) -> None:
    flows = tmp_path / "flows.json"
    flows.write_text(json.dumps([{"name": "Map", "func": code}]), encoding="utf-8")
    with pytest.raises(InputError, match=rf"twice\(\) stands in {count} lines, not in one"):
        make_mistake(MISTAKE, tmp_path)


def test_the_sample_expects_a_verdict_of_each_of_its_flows() -> None:
    sample = read_sample()
    assert sorted(sample.expected.verdicts) == [run.name for run in sample.runs]
    assert sample.expected.mistake.flow in sample.expected.verdicts
    assert {run.name for run in sample.runs if run.gaps} <= {
        name for name, verdict in sample.expected.verdicts.items() if verdict != "PASS"
    }


CRONTAB = """# m h dom mon dow command
MAILTO=it@kornblum.example
PATH = /usr/bin

*/5 * * * *  python3 /opt/a.py >> /var/log/a.log
@reboot nohup python3 b.py &
#0 1 * * *   python3 c.py
0 6 * * 1-5\tsh nightly.sh
0 6 * *
"""


def test_a_crontab_is_read() -> None:
    assert entries(CRONTAB) == (
        Entry(5, "*/5 * * * *", "python3 /opt/a.py >> /var/log/a.log"),
        Entry(6, "@reboot", "nohup python3 b.py &"),
        Entry(8, "0 6 * * 1-5", "sh nightly.sh"),
    )


def test_scripts_that_nothing_starts_are_known() -> None:
    programs = {"nightly.sh": "python3 d.py\n", "c.py": "print('c.py')\n", "sub/aa.py": ""}
    scripts = ["a.py", "b.py", "c.py", "d.py", "sub/aa.py"]
    assert not_started(scripts, [CRONTAB], programs) == ("c.py", "sub/aa.py")
    assert not_started(scripts, ["# nothing\n"], programs) == ()
