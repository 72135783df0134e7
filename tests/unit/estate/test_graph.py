"""Which systems the flows of an estate join, which credentials they share, which fields several of them set."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.contracts import Extraction
from migrate.estate import mapped_twice, system_graph
from migrate.model import Estate, Integration
from migrate.pipeline.auditing import read_script

PLAIN = """
import os
import sqlite3
import requests

TOKEN = os.environ["ERP_TOKEN"]

def main():
    database = sqlite3.connect("seen.db")
    head = {"Authorization": "Bearer " + TOKEN}
    for order in requests.get("http://erp.example/orders", headers=head, verify=False).json():
        requests.post("https://crm.example/v1/members", json={"email": order["mail"], "source": "erp"})
        database.execute("INSERT INTO seen VALUES (?)", (order["id"],))
    database.commit()

main()
"""

SHOP = """
import os
import requests

BASE = os.environ["SHOP_URL"]

for customer in requests.get(BASE + "/customers", headers={"X-Key": os.environ["ERP_TOKEN"]}).json():
    requests.post("https://crm.example/v1/members", json={"email": customer["email"], "source": "erp"})
with open("last.txt", "w") as file:
    file.write("done")
requests.get("http://localhost:8080/ping")
"""


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return Estate(
        integrations=tuple(
            integration(tmp_path, name, text) for name, text in (("erp.py", PLAIN), ("shop.py", SHOP))
        )
    )


def integration(folder: Path, name: str, text: str) -> Integration:
    path = folder / name
    path.write_text(text)
    found = read_script(path, folder)
    assert isinstance(found, Extraction)
    assert found.diagnostics == ()
    return found.integration


def test_systems_are_found_by_what_the_scripts_say_of_them(estate: Estate) -> None:
    assert [(one.name, one.kind, one.plain) for one in system_graph(estate).systems] == [
        ("http://erp.example", "web", True),
        ("http://localhost:8080", "web", False),
        ("https://crm.example", "web", False),
        ("last.txt", "file", False),
        ("seen.db", "database", False),
        ("{SHOP_URL}", "web", False),
    ]


def test_a_link_says_who_reads_or_writes_what_and_where(estate: Estate) -> None:
    assert [
        (one.flow, one.direction, one.system, one.operations, one.unverified, str(one.span))
        for one in system_graph(estate).links
    ] == [
        ("erp", "reads", "http://erp.example", ("GET /orders",), True, "erp.py:11"),
        ("erp", "writes", "https://crm.example", ("POST /v1/members",), False, "erp.py:12"),
        ("erp", "writes", "seen.db", ("execute",), False, "erp.py:13"),
        ("shop", "reads", "{SHOP_URL}", ("GET /customers",), False, "shop.py:7"),
        ("shop", "writes", "https://crm.example", ("POST /v1/members",), False, "shop.py:8"),
        ("shop", "writes", "last.txt", ("create", "append"), False, "shop.py:9"),
        ("shop", "reads", "http://localhost:8080", ("GET /ping",), False, "shop.py:11"),
    ]


def test_credentials_are_shared_by_name_or_by_value(estate: Estate) -> None:
    (shared,) = system_graph(estate).credentials
    assert (shared.storage, shared.names, shared.systems) == (
        "env",
        (("erp", "ERP_TOKEN"), ("shop", "ERP_TOKEN")),
        ("http://erp.example", "{SHOP_URL}"),
    )
    one_value = [frozenset({("erp", "ERP_TOKEN"), ("shop", "OTHER")})]
    assert system_graph(estate, one_value).credentials == (shared,)


def test_a_field_that_two_flows_set_is_the_same_or_not(estate: Estate) -> None:
    assert [
        (one.request, one.field, one.same, [(rule.flow, rule.text) for rule in one.rules])
        for one in mapped_twice(estate)
    ] == [
        (
            "POST https://crm.example/v1/members",
            "email",
            False,
            [
                ("erp", "each of (GET http://erp.example/orders.body).item.mail"),
                ("shop", "each of (GET {SHOP_URL}/customers.body).item.email"),
            ],
        ),
        ("POST https://crm.example/v1/members", "source", True, [("erp", '"erp"'), ("shop", '"erp"')]),
    ]
