"""Where a script states a call that a wrapper of its own sends: the line of a row, and the wrapper's."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.estate.inventory import CallRow, rows_of

HEAD = """\
import requests
BASE = "https://a.example"
"""

CASES = {
    "a call that no wrapper sends is stated where it is": (
        """
requests.get(
    BASE + "/users")
""",
        [("GET /users", 4, None)],
    ),
    "a path that a wrapper puts behind a base is stated by its caller": (
        """
def get(path):
    return requests.get(f"{BASE}/{path}")
get("users")
get(path="groups")
""",
        [("GET /users", 6, 5), ("GET /groups", 7, 5)],
    ),
    "a version of the interface in the wrapper does not state the call": (
        """
def get(path):
    url = BASE + "/api/v2.1/" + path.lstrip("/")
    return requests.request("GET", url, timeout=5)
get("/users")
""",
        [("GET /api/v2.1/users", 7, 6)],
    ),
    "an address that names its place in the wrapper is stated there, whoever calls it": (
        """
def orders(customer):
    return requests.get("%s/customers/%s/orders" % (BASE, customer))
orders("acme")
""",
        [("GET /customers/acme/orders", 5, None)],
    ),
    "through several wrappers, methods and keywords to the one that gives the text": (
        """
class Client:
    def __init__(self, base):
        self.base = base
    def send(self, method, path, **more):
        return requests.request(method, self.base + path, **more)
    def post(self, path, data):
        return self.send("POST", path, json=data)
    def label(self, name):
        return self.post(path="/labels/{}".format(name), data={})
Client(BASE).label("new")
Client(BASE).post("/items", {"a": 1})
""",
        [("POST /labels/new", 12, 8), ("POST /items", 14, 8)],
    ),
    "what one method makes of an attribute and a number is stated there, not by its caller": (
        """
class Api:
    def __init__(self):
        self.items = BASE + "/items/"
    def fire(self, url):
        return requests.get(url)
    def item(self, number):
        url = self.items + str(number) + ".json"
        return self.fire(url)
for number in requests.get(BASE + "/numbers").json():
    Api().item(number)
""",
        [("GET /numbers", 12, None), ("GET /items/{item}.json", 11, 8)],
    ),
    "a constant of the script as the path": (
        """
USERS = "/users"
def get(path):
    return requests.get(BASE + path)
get(USERS)
""",
        [("GET /users", 7, 6)],
    ),
    "a whole address as the parameter is stated where it is given, its query included": (
        """
def get(url):
    return requests.get(url)
get(f"{BASE}/users?active=1")
for each in ["https://b.example/one", "https://b.example/two"]:
    get(each)
""",
        [("GET /users", 6, 5), ("GET /one", 8, 5), ("GET /two", 8, 5)],
    ),
    "a parameter that is left out keeps the call at the wrapper": (
        """
def get(path="/users"):
    return requests.get(BASE + path)
get()
""",
        [("GET /users", 5, None)],
    ),
    "a wrapper that nothing calls states what it can": (
        """
def get(path):
    return requests.get(BASE + path)
""",
        [("GET {path}", 5, None)],
    ),
    "a statement that a wrapper runs": (
        """
import sqlite3
connection = sqlite3.connect("shop.db")
def run(statement):
    connection.execute(statement)
run("DELETE FROM items")
""",
        [("execute ", 8, 7)],
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_a_row_names_the_line_that_states_the_call_and_the_one_that_sends_it(
    title: str, tmp_path: Path
) -> None:
    source, expected = CASES[title]
    script = tmp_path / "script.py"
    script.write_text(HEAD + source, encoding="utf-8")
    found = EXTRACTOR.extract(script, tmp_path)
    assert isinstance(found, Extraction)
    rows = [row for row in rows_of(found.integration, "python") if isinstance(row, CallRow)]
    assert [(f"{row.method} {row.path}", row.line, row.sink_line) for row in rows] == expected
