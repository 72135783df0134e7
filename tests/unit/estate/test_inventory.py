"""The rows of the inventory: what a call, a mapping rule, a secret and a schedule become."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fixtures.case import FOLDER as FIXTURES
from migrate.estate.inventory import CallRow, MappingRow
from migrate.model import MappingRule, Translate, walk_steps
from migrate.pipeline.auditing import audit
from migrate.pipeline.inventorying import inventory

HEAD = "import os, requests\n"

MAPPINGS: dict[str, tuple[str, list[str]]] = {
    "a copy, with and without a default": (
        '{"a": one["x"], "b": one.get("y", "-"), "c": one["in"]["z"], "d": one["w"] or ""}',
        ["a <- x: copy", "b <- y: copy", "c <- in.z: copy", "d <- w: copy"],
    ),
    "what is computed": (
        '{"a": "DE", "b": one["x"] + "-" + one["y"], "c": f"{one[\'x\']:.2f}", '
        '"d": one["x"].lower(), "e": int(one["n"])}',
        ["a <- : const", "b <- x, y: concat", "c <- x: format", "d <- x: lower", "e <- n: cast"],
    ),
    "a list of pairs, a list of parts, a default of two": (
        '{"pairs": [{"key": "k", "value": one["x"]}], "names": [i["n"] for i in one["is"]], '
        '"either": one.get("y") or one.get("z"), "first": one["is"][0]["n"]}',
        [
            "pairs.k <- x: copy",
            "names <- is.n: copy",
            "either <- y, z: conditional",
            "first <- is.n: copy",
        ],
    ),
    "what is called a key holds a credential; of a record it is a field": (
        '{"a": one["x"], "token": os.environ["B_TOKEN"], "password": one["pw"]}',
        ["a <- x: copy", "password <- pw: copy"],
    ),
    "a table and a condition": (
        '{"a": TABLE[one["x"]], "b": TABLE.get(one["y"], "?"), "c": "big" if one["n"] > 5 else "small"}',
        ["a <- x: lookup", "b <- y: lookup", "c <- n: conditional"],
    ),
    "records and lists inside": (
        '{"to": {"mail": one["m"]}, "lines": [{"no": line["n"]} for line in one["lines"]]}',
        ["to.mail <- m: copy", "lines.no <- lines.n: copy"],
    ),
    "a record that is passed on as it came": ("one", []),
}


def rows_of(folder: Path, source: str) -> Any:
    (folder / "job.py").write_text(HEAD + source)
    return inventory(audit(folder), folder)


@pytest.mark.parametrize(("record", "expected"), MAPPINGS.values(), ids=list(MAPPINGS))
def test_what_a_mapping_rule_becomes(record: str, expected: list[str], tmp_path: Path) -> None:
    source = (
        'TABLE = {"k": "v"}\n'
        'for one in requests.get("https://a.example/items").json():\n'
        f'    requests.post("https://b.example/items", json={record})'
    )
    found = [row for row in rows_of(tmp_path, source) if isinstance(row, MappingRow)]
    assert [f"{row.target} <- {', '.join(row.sources)}: {row.transform}" for row in found] == expected
    assert {row.call for row in found} <= {"POST https://b.example/items"}


ITEMS = 'items = requests.get("https://a.example/items").json()["results"]\n'

FLOWS: dict[str, tuple[str, list[str]]] = {
    "a record between source and target": (
        f"{ITEMS}rows = []\nfor one in items:\n"
        '    rows.append({"id": one["number"], "who": one["user"]["mail"]})\n'
        "for row in rows:\n    new = {}\n"
        '    new["ident"] = row["id"]\n    new["mail"] = row["who"].lower()\n'
        '    requests.post("https://b.example/x", json=new)',
        ["8 ident <- results.number: copy", "9 mail <- results.user.mail: lower"],
    ),
    "an argument of the command line that need not be given": (
        'import sys\nkind = sys.argv[1] if len(sys.argv) > 1 else "all"\n'
        'requests.post("https://b.example/x", json={"kind": kind})',
        ["4 kind <- argv1: copy"],
    ),
    "a function that is given the fields": (
        "def send(title, extra=None):\n"
        '    payload = {"title": title, "kind": "x"}\n'
        "    if extra:\n"
        '        payload["extra"] = extra\n'
        '    requests.post("https://b.example/x", json=payload)\n'
        f'{ITEMS}for one in items:\n    send("New: " + one["name"], extra=one["z"])',
        ["3 title <- results.name: concat", "3 kind <- : const", "5 extra <- results.z: copy"],
    ),
    "a join with another list, and a sum": (
        'people = {p["id"]: p for p in requests.get("https://a.example/people").json()["data"]}\n'
        f"{ITEMS}total = 0\nfor one in items:\n"
        '    total += one["amount"]\n'
        '    requests.post("https://b.example/x", json={"mail": people[one["owner"]]["mail"], "z": 1})\n'
        'requests.post("https://b.example/sum", json={"total": total, "z": 1})',
        ["7 mail <- data.mail: copy", "7 z <- : const", "8 total <- results.amount: other", "8 z <- : const"],
    ),
    "columns of a statement": (
        f'import sqlite3\ndb = sqlite3.connect("x.db")\n{ITEMS}for one in items:\n'
        '    db.execute("INSERT INTO t (id, fixed, name) VALUES (?, 1, ?)", (one["n"], one["name"]))\n'
        '    db.execute("UPDATE t SET price = ? WHERE id = ?", (one["price"], one["n"]))\n'
        "db.commit()",
        ["6 id <- results.n: copy", "6 name <- results.name: copy", "7 price <- results.price: copy"],
    ),
    "rows that are taken apart by position": (
        'import psycopg2\ncur = psycopg2.connect("host=h").cursor()\n'
        f'{ITEMS}rows = []\nfor one in items:\n    rows.append((one["n"], one["at"]["day"], "x"))\n'
        'cur.executemany("INSERT INTO t (id, day, kind) VALUES (%s, %s, %s)", rows)\n'
        "for n, day, kind in rows:\n"
        '    cur.execute("UPDATE u SET day = %(day)s WHERE n = %(n)s", {"n": n, "day": day})',
        [
            "8 id <- results.n: copy",
            "8 day <- results.at.day: copy",
            "8 kind <- : const",
            "10 day <- results.at.day: copy",
        ],
    ),
    "rows of two cursors, by the columns of their statements": (
        'import pymysql\ndb = pymysql.connect(host="h")\none = db.cursor()\ntwo = db.cursor()\n'
        'one.execute("SELECT id, mail AS address, lower(city) FROM people")\n'
        'two.execute("SELECT code, title FROM things")\n'
        "for row in one.fetchall():\n"
        '    requests.post("https://b.example/x", json={"i": row[0], "m": row[1], "c": row[2], "z": 1})\n'
        "for code, title in two:\n"
        '    requests.post("https://b.example/y", json={"code": code, "title": title.strip()})\n'
        'one.execute("SELECT max(day) FROM log")\n'
        'requests.post("https://b.example/z", json={"since": one.fetchone()[0]})',
        [
            "9 i <- id: copy",
            "9 m <- address: copy",
            "9 c <- city: copy",
            "9 z <- : const",
            "11 code <- code: copy",
            "11 title <- title: other",
            "13 since <- day: copy",
        ],
    ),
    "a statement without columns, of a table that the script makes": (
        'import sqlite3, pyodbc\ndb = pyodbc.connect("SERVER=h").cursor()\n'
        'db.execute("CREATE TABLE t (id INT PRIMARY KEY, name TEXT, UNIQUE (name))")\n'
        f'{ITEMS}for one in items:\n    db.execute("INSERT INTO t VALUES (?, ?)", (one["n"], one["w"]))',
        ["7 id <- results.n: copy", "7 name <- results.w: copy"],
    ),
    "statements that are built before they are sent": (
        "from sqlalchemy import MetaData, Table, create_engine, update\n"
        "from sqlalchemy.dialects.postgresql import insert\n"
        'engine = create_engine("postgresql://h/db")\nt = Table("t", MetaData())\n'
        f"{ITEMS}for one in items:\n"
        '    values = {"id": one["n"], "name": one["w"]}\n'
        "    made = insert(t).values(**values)\n"
        '    made = made.on_conflict_do_update(index_elements=["id"], set_={"name": made.excluded.name})\n'
        "    with engine.begin() as connection:\n        connection.execute(made)\n"
        '        connection.execute(update(t).where(t.c.id == one["n"]).values(price=one["p"]))\n'
        '        connection.execute(t.insert(), {"kind": one["k"]})',
        [
            "9 id <- results.n: copy",
            "9 name <- results.w: copy",
            "13 price <- results.p: copy",
            "14 kind <- results.k: copy",
        ],
    ),
    "columns of a data frame": (
        f"import pandas as pd\n{ITEMS}df = pd.DataFrame(items)\n"
        'df["total"] = df["price"] * df["count"]\ndf["name"] = df["name"].str.lower()\n'
        'df = df.rename(columns={"id": "number"}).drop(columns=["secret"])\n'
        'df[["number", "name", "total"]].to_csv("out.csv")\n'
        'df.columns = ["a", "b"]\n'
        'for at, row in pd.json_normalize(items)[["x", "y.z"]].iterrows():\n'
        '    requests.post("https://b.example/x", json={"x": row["x"], "z": row[1]})',
        [
            "8 number <- results.id: copy",
            "8 name <- results.name: lower",
            "8 total <- results.price, results.count: other",
            "11 x <- results.x: copy",
            "11 z <- results.y.z: copy",
        ],
    ),
    "values that stand in the text of a statement, or behind one another": (
        'import pyodbc\nimport sqlite3\ncur = pyodbc.connect("SERVER=h").cursor()\ndb = sqlite3.connect("x.db")\n'
        'db.execute("CREATE TABLE u (n INTEGER, at TEXT)")\n'
        f"{ITEMS}for one in items:\n"
        "    cur.execute(f\"INSERT INTO t (a, b, c) VALUES ('{one['x']}', {one['y']}, 'no {one['z']}')\")\n"
        '    cur.execute("INSERT INTO t (a, b, c) VALUES (?, ?, ?)", one["x"], one["y"], 1)\n'
        '    db.execute("INSERT INTO u VALUES (?, ?)", (one["x"], one["y"]))',
        [
            "9 a <- results.x: copy",
            "9 b <- results.y: copy",
            "9 c <- results.z: format",
            "10 a <- results.x: copy",
            "10 b <- results.y: copy",
            "10 c <- : const",
            "11 n <- results.x: copy",
            "11 at <- results.y: copy",
        ],
    ),
    "classes that stand for tables": (
        "from peewee import Model, TextField\nfrom django.db import models\nclass A(Model):\n    name = TextField()\n"
        f"class B(models.Model):\n    pass\n{ITEMS}for one in items:\n"
        '    A.create(name=one["x"])\n    A.update(name=one["y"]).where(A.name == "").execute()\n'
        '    B.objects.create(title=one["z"])\nA.insert_many([{"name": one["n"]} for one in items]).execute()',
        [
            "10 name <- results.x: copy",
            "11 name <- results.y: copy",
            "12 title <- results.z: copy",
            "13 name <- results.n: copy",
        ],
    ),
    "what is not known is no constant": (
        f"import vendor\n{ITEMS}for one in items:\n"
        '    requests.post("https://b.example/x", json={"a": vendor.answer(), "b": vendor.made(one["n"]), "c": 1})',
        ["5 b <- results.n: other", "5 c <- : const"],
    ),
    "documents written by hand": (
        f"{ITEMS}for one in items:\n"
        "    requests.post(\"https://b.example/s\", data=f\"<a><n>{one['n']}</n><w>{one['a']} {one['b']}</w></a>\")\n"
        '    requests.post("https://b.example/graphql", json={"query":\n'
        '        "mutation { set(id: %s, value: \\"%s\\") { id } }" % (one["n"], one["q"])})',
        [
            "4 n <- results.n: copy",
            "4 w <- results.a, results.b: format",
            "5 id <- results.n: copy",
            "5 value <- results.q: copy",
        ],
    ),
    "rows of cells beside a header": (
        f"import csv, gspread\n{ITEMS}"
        'out = csv.writer(open("out.csv", "w"))\nout.writerow(["Id", "Name"])\n'
        'rows = [("Key", "City", "Sum")]\nfor one in items:\n'
        '    out.writerow([one["n"], one["name"].upper()])\n'
        '    rows.append((one["k"], one["a"]["city"], 0))\n'
        'sheet = gspread.service_account().open("x").sheet1\nsheet.update("A1", rows)',
        [
            "8 Id <- results.n: copy",
            "8 Name <- results.name: lower",
            "11 Key <- results.k: copy",
            "11 City <- results.a.city: copy",
            "11 Sum <- : const",
        ],
    ),
    "fields as pairs of name and value": (
        "def pairs(record):\n    return [{'name': k, 'value': v} for k, v in record.items()]\n"
        f"{ITEMS}for one in items:\n"
        '    record = {"id": one["n"]}\n    if one["mail"]:\n        record["email"] = one["mail"]\n'
        '    requests.post("https://b.example/x", json={"props": pairs(record)})\n'
        '    requests.post("https://b.example/y", json={k: v for k, v in record.items() if v})',
        [
            "6 props.id <- results.n: copy",
            "8 props.email <- results.mail: copy",
            "6 id <- results.n: copy",
            "8 email <- results.mail: copy",
        ],
    ),
    "keys and values, tuples and lists of plain values": (
        f"{ITEMS}for one in items:\n    sums = {{}}\n    for e in one['es']:\n"
        '        sums[e["k"]] = sums.get(e["k"], 0) + e["dur"]\n'
        "    for key, secs in sums.items():\n"
        '        requests.post("https://b.example/x", json={"issue": key, "secs": secs})\n'
        '    for x, y in [(u["x"], u["y"]) for u in one["us"]]:\n'
        '        requests.post("https://b.example/y", json={"x": x, "why": y})',
        [
            "8 issue <- results.es.k: copy",
            "8 secs <- results.es.dur: other",
            "10 x <- results.us.x: copy",
            "10 why <- results.us.y: copy",
        ],
    ),
    "points of a time series": (
        f"from influxdb_client import InfluxDBClient, Point\n{ITEMS}"
        'api = InfluxDBClient(url="http://i.example").write_api()\nfor one in items:\n'
        '    point = Point("heat").tag("room", one["r"]).field("value", float(one["t"])).time(one["at"])\n'
        '    api.write(bucket="b", record=point)\n'
        "    api.write(\"b\", \"o\", f\"mem,host={one['h']} used={one['u']} {one['ns']}\")",
        [
            "6 measurement <- : const",
            "6 tags.room <- results.r: copy",
            "6 fields.value <- results.t: cast",
            "6 time <- results.at: copy",
            "8 host <- results.h: copy",
            "8 used <- results.u: copy",
            "8 time <- results.ns: copy",
        ],
    ),
    "records of a vendor's library": (
        "from hubspot import HubSpot\nfrom hubspot.crm.contacts import SimplePublicObjectInput\n"
        f'client = HubSpot(access_token="t")\n{ITEMS}for one in items:\n'
        '    made = SimplePublicObjectInput(properties={"email": one["mail"]})\n'
        "    client.crm.contacts.basic_api.create(made)",
        ["7 properties.email <- results.mail: copy"],
    ),
    "what a web framework hands over": (
        "from flask import Flask, request\napp = Flask('x')\n"
        "@app.route('/hook', methods=['POST'])\ndef hook():\n"
        '    requests.post("https://b.example/x", json={"a": request.args.get("amount"),\n'
        '        "b": request.json["issue"]["title"]})',
        ["6 a <- amount: copy", "7 b <- issue.title: copy"],
    ),
    "what is not known has no row": (
        "import unheard\n"
        'requests.post("https://b.example/x", json={"a": unheard.of(), "b": requests.get("https://a.example/n").json()})',
        [],
    ),
    "what reads, logs in or remembers maps nothing": (
        'requests.post("https://a.example/find/search", json={"term": "x", "limit": 5})\n'
        'requests.post("https://a.example/oauth/token", data={"grant_type": "password", "scope": "all"})\n'
        'open("state.txt", "w").write("1")\nopen("state.txt").read()',
        [],
    ),
}


@pytest.mark.parametrize(("source", "expected"), FLOWS.values(), ids=list(FLOWS))
def test_what_fields_come_from_through_a_script(source: str, expected: list[str], tmp_path: Path) -> None:
    found = [row for row in rows_of(tmp_path, source) if isinstance(row, MappingRow)]
    shown = [f"{row.line} {row.target} <- {', '.join(row.sources)}: {row.transform}" for row in found]
    assert shown == expected


@pytest.mark.parametrize("folder", sorted(FIXTURES.glob("*/legacy")), ids=lambda path: path.parent.name)
def test_the_inventory_is_a_projection_of_the_model(folder: Path) -> None:
    """Each operation of the model has its row, each rule of a record that is sent as well, and none is made up."""
    found = audit(folder)
    rows = inventory(found, folder)
    for one in found.extractions:
        own = [row for row in rows if row.integration == one.integration.id]
        rules = [
            rule
            for step in walk_steps(one.integration.steps)
            if isinstance(step, Translate)
            for rule in step.rules
        ]
        lines = {(rule.span.line, leaf(rule)) for rule in rules if rule.span is not None}
        mapped = {(row.line, row.target.split(".")[-1]) for row in own if isinstance(row, MappingRow)}
        assert mapped <= lines | inline(own)
        assert {row.name for row in own if row.kind == "secret"} <= {s.name for s in one.integration.secrets}


def leaf(rule: MappingRule) -> str:
    return rule.target[-1]


def inline(rows: list[Any]) -> set[tuple[int, str]]:
    """Fields of bodies that no translator makes."""
    fields = {name.split(".")[-1] for row in rows if isinstance(row, CallRow) for name in row.body_fields}
    return {(row.line, name) for row in rows for name in fields}
