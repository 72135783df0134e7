"""The mapping rules of records that go through libraries: what their fields come from, and what has no row."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.estate.inventory import MappingRow, SecretRow
from tests.unit.estate.test_inventory import ITEMS, rows_of

FLOWS: dict[str, tuple[str, list[str]]] = {
    "a form as a list of pairs": (
        f'{ITEMS}for one in items:\n    form = [("function", "create"), ("format", "json")]\n'
        '    form.append(("name", one["n"]))\n    requests.post("https://b.example/x", data=form)\n'
        '    requests.post("https://b.example/y", json=dict([("id", one["i"]), ("kind", "new")]))',
        [
            "6 function <- : const",
            "6 format <- : const",
            "6 name <- results.n: copy",
            "7 id <- results.i: copy",
            "7 kind <- : const",
        ],
    ),
    "conditions as lists of three are no rows of cells": (
        f"import vendor\napi = vendor.Client(host='h')\n{ITEMS}for one in items:\n"
        '    api.update_all([["state", "=", "sent"], ["number", "=", one["n"]]])',
        [],
    ),
    "a list of which the first row is no header has none": (
        f"import gspread\nsheet = gspread.service_account().open('x').sheet1\n{ITEMS}"
        'rows = [[one["a"], one["b"]] for one in items]\n'
        'rows.append(["sum", "all"])\nsheet.update("A1", rows)',
        [],
    ),
    "records of Odoo by XML-RPC": (
        "import xmlrpc.client\n"
        'common = xmlrpc.client.ServerProxy("https://erp.example/xmlrpc/2/common")\n'
        'uid = common.authenticate("db", "me", os.environ["PASSWORD"], {})\n'
        'models = xmlrpc.client.ServerProxy("https://erp.example/xmlrpc/2/object")\n'
        "def call(model, what, *given):\n"
        '    return models.execute_kw("db", uid, "x", model, what, list(given))\n'
        f"{ITEMS}for one in items:\n"
        '    found = models.execute_kw("db", uid, "x", "res.partner", "search", [[["email", "=", one["mail"]]]])\n'
        '    models.execute_kw("db", uid, "x", "res.partner", "write", [found, {"phone": one["phone"]}])\n'
        '    models.execute_kw("db", uid, "x", "sale.order", "create", [{"name": f"SO{one[\'n\']}",\n'
        '        "order_line": [(0, 0, {"qty": line["count"]}) for line in one["lines"]]}])',
        [
            "11 phone <- results.phone: copy",
            "12 name <- results.n: format",
            "13 order_line.qty <- results.lines.count: copy",
        ],
    ),
    "objects of a vendor's library in one another, each argument on its line": (
        "from xero_python.accounting import AccountingApi, Contact, Contacts, Invoice, Invoices, LineItem\n"
        f"from xero_python.api_client import ApiClient\napi = AccountingApi(ApiClient())\n{ITEMS}"
        "for one in items:\n    lines = []\n    for line in one['lines']:\n"
        '        lines.append(LineItem(\n            description=line["text"],\n'
        '            line_amount=line["net"] / 100,\n'
        "        ))\n    invoice = Invoice(\n"
        '        contact=Contact(contact_id=one["customer"]),\n        line_items=lines,\n'
        '        account=os.environ["ACCOUNT"],\n    )\n'
        '    api.create_invoices("t", invoices=Invoices(invoices=[invoice]))\n'
        '    api.create_contacts("t", Contacts([Contact(name=one["name"])]))',
        [
            "14 invoices.invoices.contact.contact_id <- results.customer: copy",
            "10 invoices.invoices.line_items.description <- results.lines.text: copy",
            "11 invoices.invoices.line_items.line_amount <- results.lines.net: other",
            "16 invoices.invoices.account <- ACCOUNT: copy",
            "19 name <- results.name: copy",
        ],
    ),
    "a large record, and one with an object in it, through a function that nobody knows": (
        f"import vendor\nclass Mark:\n    pass\n{ITEMS}for one in items:\n"
        '    wide = vendor.clean({"f0": Mark(), '
        + ", ".join(f'"f{n}": one["x{n}"]' for n in range(1, 40))
        + "})\n"
        '    requests.post("https://b.example/x", json=wide)',
        [f"7 f{n} <- results.x{n}: copy" for n in range(1, 40)],
    ),
    "frames that are put under one another": (
        f'import pandas as pd\n{ITEMS}frame = pd.DataFrame(columns=["id", "name"])\n'
        "frame = pd.concat([frame, pd.DataFrame([{'id': one['n'], 'name': one['t']} for one in items])])\n"
        'frame.to_csv("out.csv")',
        ["5 id <- results.n: copy", "5 name <- results.t: copy"],
    ),
    "times in zones with rules, and texts in any layout": (
        "import pytz\nfrom datetime import datetime\nfrom zoneinfo import ZoneInfo\n"
        "from dateutil import parser\n"
        f'here = ZoneInfo("Europe/Berlin")\n{ITEMS}for one in items:\n'
        f'    requests.post("https://b.example/x", json={{\n'
        '        "a": datetime.fromtimestamp(one["at"], here).isoformat(),\n'
        '        "b": pytz.timezone("CET").localize(datetime.strptime(one["day"], "%Y-%m-%d")).strftime("%-d"),\n'
        '        "c": parser.parse(one["when"]).strftime("%Y"),\n    })',
        ["10 a <- results.at: date", "11 b <- results.day: date", "12 c <- results.when: date"],
    ),
    "models of pydantic with other names for what they are made of": (
        "from pydantic import AliasChoices, AliasPath, BaseModel, Field, field_validator\nclass Row(BaseModel):\n"
        '    id: str\n    land: str = Field(alias="country")\n'
        '    line: str = Field(validation_alias=AliasPath("map", "l"))\n'
        '    kind: str = Field(..., validation_alias=AliasChoices("type", "sort"))\n    note: str = ""\n'
        '    @field_validator("id", mode="before")\n    def text(cls, value):\n        return str(value)\n'
        f"{ITEMS}for one in items:\n    row = Row(**one)\n    row.note = row.line.lower()\n"
        '    requests.post("https://b.example/x", json=row.model_dump())',
        [
            "16 id <- results.id: copy",
            "16 land <- results.country: copy",
            "16 line <- results.map.l: copy",
            "16 kind <- results.type: copy",
            "16 note <- results.map.l: lower",
        ],
    ),
    "objects of the script that a list collects": (
        "from dataclasses import dataclass\n@dataclass(kw_only=True)\nclass Row:\n    id: str\n    mail: str = ''\n"
        "    def send(self):\n"
        '        requests.post("https://b.example/x", json={"ident": self.id, "mail": self.mail.lower()})\n'
        f"{ITEMS}rows = [Row(**one) for one in items]\nfor row in rows:\n    row.send()\n"
        'more = []\nfor one in items:\n    more.append(Row(id=one["n"], mail=one["to"]))\n'
        "for row in more:\n    row.send()",
        [
            "8 ident <- results.id: copy",
            "8 mail <- results.mail: lower",
            "8 ident <- results.n: copy",
            "8 mail <- results.to: lower",
        ],
    ),
    "what is made of something without a name has no row": (
        f"import vendor\n{ITEMS}tags = {{}}\n"
        "for key, value in vendor.read().items():\n    tags[key] = str(value)\n"
        'requests.post("https://b.example/x", json={"tags": str(tags), "by": os.environ["NAME"] + vendor.user(),\n'
        '    "n": 1})',
        ["8 n <- : const"],
    ),
}


@pytest.mark.parametrize(("source", "expected"), FLOWS.values(), ids=list(FLOWS))
def test_what_fields_come_from_through_libraries(source: str, expected: list[str], tmp_path: Path) -> None:
    found = [row for row in rows_of(tmp_path, source) if isinstance(row, MappingRow)]
    shown = [f"{row.line} {row.target} <- {', '.join(row.sources)}: {row.transform}" for row in found]
    assert shown == expected


SECRETS: dict[str, tuple[str, list[str]]] = {
    "a question for a key has the name of the variable": (
        'api_key = input("enter your key, like ab12: ")\n'
        'requests.get("https://a.example", auth=(api_key, "x"))',
        ["arg api_key"],
    ),
    "an option that is asked for where it is not given": (
        "import click\n@click.command()\n@click.option('--token', envvar='VENDOR_TOKEN')\ndef main(token):\n"
        "    token = token or click.prompt('Token')\n"
        "    requests.get('https://a.example', headers={'X-Token': token})\nmain()",
        ["env VENDOR_TOKEN"],
    ),
    "texts that ask for a credential, or only fill its place": (
        'password = "x"\ntoken = "PUT-YOUR-TOKEN-HERE"\nsecret = "changeme"\n'
        "for one in (password, token, secret):\n"
        '    requests.get("https://a.example", headers={"X-Key": one})\n'
        'url = "https://user:password@a.example"\nrequests.get(url)',
        [],
    ),
    "how someone is let in is no credential": (
        'requests.post("https://a.example/x", json={"mode": os.getenv("ENFORCE_AUTH_ON_UPDATE", "true")})',
        [],
    ),
    "variables of a file": (
        "from dotenv import dotenv_values\nENV = {**dotenv_values('.env')}\n"
        'requests.get("https://a.example", headers={"X-Token": ENV["VENDOR_TOKEN"]})',
        ["env VENDOR_TOKEN"],
    ),
    "a group of credentials beside those in it": (
        "from store import credentials\n"
        'requests.get("https://a.example", auth=("me", credentials["password"]))',
        ["config password"],
    ),
}


@pytest.mark.parametrize(("source", "expected"), SECRETS.values(), ids=list(SECRETS))
def test_which_credentials_a_script_has(source: str, expected: list[str], tmp_path: Path) -> None:
    found = [row for row in rows_of(tmp_path, source) if isinstance(row, SecretRow)]
    assert [f"{row.storage} {row.name}" for row in found] == expected
