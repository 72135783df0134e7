"""Entry points: a run passes over them, a target states them as lost, rows lead to the line of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from emitters._steps import NOT_STARTED
from extractors.python.extractor import EXTRACTOR
from migrate import registry
from migrate.contracts import Extraction
from migrate.estate.inventory import rows_of
from migrate.model import EntryPoint, Integration, Split, apart, walk_steps
from migrate.model.expressions import Constant
from migrate.reference.coverage import points
from migrate.reference.validation import faults

SCRIPT = """\
import requests
from airflow import DAG
from flask import Flask

app = Flask(__name__)


@app.route("/orders/<number>", methods=["POST"])
def order(number):
    requests.post("https://b.example/orders", json={"number": number})


def nightly():
    for row in requests.get("https://a.example/rows").json():
        requests.post("https://b.example/rows", json={"id": row["id"]})


DAG("nightly", schedule="@daily", tasks=[PythonOperator(python_callable=nightly)])
"""

DEAD = """\
import requests

requests.post("https://b.example/in", json={"a": 1})


def never():
    requests.post("https://b.example/other", json={"a": 1})
"""


def read(source: str, folder: Path) -> Integration:
    script = folder / "script.py"
    script.write_text(source, encoding="utf-8")
    found = EXTRACTOR.extract(script, folder)
    assert isinstance(found, Extraction)
    return found.integration


def test_rows_of_routes_and_schedules_lead_to_their_lines(tmp_path: Path) -> None:
    rows = [row.model_dump() for row in rows_of(read(SCRIPT, tmp_path), "python")]
    calls = [(row["line"], row["method"], row["base"], row["path"], row["direction"]) for row in rows[:4]]
    assert calls == [
        (8, "POST", "", "/orders/{number}", "inbound"),
        (10, "POST", "https://b.example", "/orders", "write"),
        (14, "GET", "https://a.example", "/rows", "read"),
        (15, "POST", "https://b.example", "/rows", "write"),
    ]
    assert [(row["line"], row["cron"], row["command"]) for row in rows if row["kind"] == "schedule"] == [
        (13, "@daily", "nightly")
    ]


def test_a_flow_is_emitted_without_them_and_each_of_their_ids_is_a_loss(tmp_path: Path) -> None:
    integration = read(DEAD, tmp_path)
    run, entries = apart(integration.steps)
    emitter = registry.emitter("node-red")
    whole, alone = emitter.emit(integration), emitter.emit(integration.model_copy(update={"steps": run}))
    assert [(loss.id, loss.level, loss.reason) for loss in whole.losses] == [
        (id, "todo", NOT_STARTED)
        for step in walk_steps(entries)
        for id in (step.id, *(rule.id for rule in getattr(step, "rules", ())))
    ]
    assert [one.path for one in whole.artefacts] == [one.path for one in alone.artefacts]
    flows = [
        [a.text for a in emission.artefacts if a.path.endswith("flows.json")] for emission in (whole, alone)
    ]
    assert flows[0] == flows[1]


def test_what_no_run_comes_to_is_nothing_that_a_run_should_have_come_through(tmp_path: Path) -> None:
    integration = read(DEAD, tmp_path)
    run, _ = apart(integration.steps)
    assert len(points(integration)) == len(points(integration.model_copy(update={"steps": run})))


@pytest.mark.parametrize("outside", [True, False])
def test_an_entry_point_stands_outside_of_all_blocks(outside: bool, tmp_path: Path) -> None:
    integration = read(DEAD, tmp_path)
    run, (entry,) = apart(integration.steps)
    assert isinstance(entry, EntryPoint)
    around = Split(id="each", over=Constant(value=None), steps=(entry,))
    steps = (*run, entry if outside else around)
    found = [str(one) for one in faults(integration.model_copy(update={"steps": steps}))]
    assert found == ([] if outside else [f"step {entry.id}: an entry point inside of another step"])
