"""A script that is written in another way, and means the same, has the same model; one that means else has not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.metamorphic.subjects import Subject, difference, subjects
from tests.metamorphic.transformations import TRANSFORMATIONS, Transformation

SUBJECTS = {one.name: one for one in subjects()}

COMPARISONS = """
import requests

for row in requests.get("https://a.example/rows").json():
    if 0 < row["n"] <= 10 and not row["kind"] in ("x", "y") and not row.get("end") is None:
        requests.post("https://b.example/in", json={"n": row["n"], "odd": not row["kind"] == "z"})
"""
ALL = (*SUBJECTS.values(), Subject("a script of comparisons", COMPARISONS))


@pytest.mark.parametrize("subject", ALL, ids=str)
@pytest.mark.parametrize("transformation", TRANSFORMATIONS, ids=str)
def test_the_model_stays_the_same_when(transformation: Transformation, subject: Subject) -> None:
    rewritten = transformation.apply(subject.source)
    if rewritten != subject.source:
        assert difference(subject.source, rewritten) == "", rewritten


@pytest.mark.parametrize("transformation", TRANSFORMATIONS, ids=str)
def test_some_script_is_rewritten_so_that(transformation: Transformation) -> None:
    assert any(transformation.apply(one.source) != one.source for one in ALL)


@dataclass(frozen=True)
class Change:
    """A change of a fixture's script after which it does something else."""

    sentence: str
    script: str
    old: str
    new: str

    def __str__(self) -> str:
        return self.sentence


CONTACTS, ORDERS = "sync_contacts", "orders_to_erp"
CHANGES = (
    Change("a field is sent under another name", CONTACTS, '"full_name":', '"fullname":'),
    Change("a field is read from another one", CONTACTS, '"email": c["email"]', '"email": c["mail"]'),
    Change(
        "two fields are sent in another order",
        ORDERS,
        '("channel", "salesChannel"),\n    ("lines", "lines"),',
        '("lines", "lines"),\n    ("channel", "salesChannel"),',
    ),
    Change("a default is another one", CONTACTS, 'c.get("language", "en")', 'c.get("language", "de")'),
    Change("a default is a number", CONTACTS, 'c.get("tags", [])', 'c.get("tags", 0)'),
    Change("a row of a table is another one", CONTACTS, '"AT": "Austria"', '"AT": "Australia"'),
    Change("a table has one row less", ORDERS, '    "invoice30": "NET30",\n', ""),
    Change(
        "a missing key is no error any more",
        CONTACTS,
        'c["address"]["country"]',
        'c["address"].get("country")',
    ),
    Change("a text has a blank more", CONTACTS, "{c['first_name']} {c", "{c['first_name']}  {c"),
    Change("an amount has another number of decimals", ORDERS, ":.2f", ":.3f"),
    Change("a condition is turned round", CONTACTS, 'if not c.get("email")', 'if c.get("email")'),
    Change("a bound is exclusive", ORDERS, 'order["total"] >= 1000', 'order["total"] > 1000'),
    Change("two values of a choice are swapped", ORDERS, '"HIGH" if', '"NORMAL" if'),
    Change("a condition is left out", ORDERS, 'if order.get("note"):', "if True:"),
    Change(
        "a skipped record is sent",
        ORDERS,
        "            skipped += 1\n            continue",
        "            skipped += 1",
    ),
    Change("a skipped record ends the loop", CONTACTS, "                continue", "                break"),
    Change("pages are of another size", CONTACTS, "PAGE_SIZE = 10", "PAGE_SIZE = 11"),
    Change("paging goes on by another step", CONTACTS, "offset += PAGE_SIZE", "offset += 1"),
    Change("paging starts elsewhere", CONTACTS, "offset = 0", "offset = 1"),
    Change(
        "paging ends earlier", CONTACTS, "if len(contacts) < PAGE_SIZE:", "if len(contacts) <= PAGE_SIZE:"
    ),
    Change(
        "the next page is found elsewhere",
        ORDERS,
        'data["meta"].get("next_cursor")',
        'data["meta"].get("cursor")',
    ),
    Change("an error of the receiver is passed over", CONTACTS, "            resp.raise_for_status()\n", ""),
    Change(
        "an error of the source is passed over",
        ORDERS,
        "        r.raise_for_status()\n        return",
        "        return",
    ),
    Change("a record is sent by another method", CONTACTS, "session.put(", "session.post("),
    Change("a record is sent to another path", ORDERS, '{ERP_URL}/orders"', '{ERP_URL}/order"'),
    Change("a record is sent to another host", ORDERS, "https://erp.contoso", "https://erp2.contoso"),
    Change("a record is sent as a form", ORDERS, "json=doc", "data=doc"),
    Change("a request waits longer", ORDERS, "params=params, timeout=60", "params=params, timeout=61"),
    Change("a session is not shared", CONTACTS, "resp = session.put(", "resp = requests.put("),
    Change(
        "the two tokens are swapped",
        CONTACTS,
        '    mailhub_token = os.environ["MAILHUB_TOKEN"]',
        '    mailhub_token, token = token, os.environ["MAILHUB_TOKEN"]',
    ),
    Change("a token has another prefix", ORDERS, '"Token "', '"Bearer "'),
    Change("a key is sent in another header", ORDERS, '"X-Api-Key"', '"X-Key"'),
    Change(
        "a variable has another default",
        ORDERS,
        "https://shop.fabrikam.example/api",
        "https://shop.fabrikam.example",
    ),
    Change(
        "each record is sent twice",
        ORDERS,
        "        doc = map_order(order)\n",
        "        doc = map_order(order)\n"
        '        requests.post(f"{ERP_URL}/orders", json=doc, headers=erp_headers, timeout=60)\n',
    ),
)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_model_is_another_one_when(change: Change) -> None:
    source = SUBJECTS[change.script].source
    assert source.count(change.old) == 1
    assert difference(source, source.replace(change.old, change.new)) != ""
