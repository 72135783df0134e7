"""What a call becomes in the inventory: its address, its query, how it proves who calls, and which way it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.estate.inventory import CallRow
from migrate.pipeline.auditing import audit
from migrate.pipeline.inventorying import inventory

HEAD = "import os, requests\n"

CALLS: dict[str, tuple[str, list[str]]] = {
    "a literal URL with a query in it": (
        'requests.get("https://a.example/v1/items?limit=5&q=", params={"page": 1})',
        ["GET https://a.example/v1/items query limit q page none none read source"],
    ),
    "a host from the environment": (
        'requests.get(os.environ["BASE"] + "/items", headers={"X-Key": os.environ["API_KEY"]})',
        ["GET {BASE}/items query apikey-header:X-Key none read source"],
    ),
    "an id in the path": (
        'for one in requests.get("https://a.example/items").json():\n'
        "    requests.delete(f\"https://b.example/items/{one['id']}\")",
        [
            "GET https://a.example/items query none none read source",
            "DELETE https://b.example/items/{id} query none none write target",
        ],
    ),
    "a key in the query": (
        'requests.get("https://a.example/items", params={"api_key": os.environ["API_KEY"]})',
        ["GET https://a.example/items query api_key apikey-query:api_key none read source"],
    ),
    "a key in the address, by the name of its parameter": (
        "requests.get(f\"https://a.example/items?appid={os.environ['WEATHER']}&q=x\")",
        ["GET https://a.example/items query appid q apikey-query:appid none read source"],
    ),
    "a variable that is no credential": (
        'requests.get("https://a.example/items", params={"shop": os.environ["SHOP"]})',
        ["GET https://a.example/items query shop none none read source"],
    ),
    "a prefix of its own, and a token that was issued": (
        'token = requests.get("https://a.example/x").json()["t"]\n'
        'requests.get("https://a.example/y", headers={"Authorization": f"SSWS {token}"})\n'
        'requests.get("https://a.example/z", params={"access_token": token})',
        [
            "GET https://a.example/x query none none read source",
            "GET https://a.example/y query apikey-header:Authorization none read source",
            "GET https://a.example/z query access_token apikey-query:access_token none read source",
        ],
    ),
    "what a login gave, in a header and in cookies of any name": (
        'user = {"user": "u", "password": os.environ["PASSWORD"]}\n'
        'given = requests.post("https://a.example/login", json=user)\n'
        'requests.get("https://a.example/x", headers={"X-S": given.json()["sid"]})\n'
        'requests.get("https://a.example/y", headers={"X-User-Id": given.json()["user"]["id"]})\n'
        'requests.get("https://a.example/z", cookies=given.cookies)\n'
        'requests.get("https://a.example/w", cookies={"consent": "yes"})',
        [
            "POST https://a.example/login query apikey-body:user/password none read auth",
            "GET https://a.example/x query apikey-header:X-S none read source",
            "GET https://a.example/y query none none read source",
            "GET https://a.example/z query session none read source",
            "GET https://a.example/w query none none read source",
        ],
    ),
    "an address that is one of several": (
        'host = "https://b.example/v2" if os.environ["LIVE"] == "1" else "https://test.example"\n'
        'requests.post(host + "/items", json={"a": 1})',
        [
            "POST https://b.example/v2/items query none none write target",
            "POST https://test.example/items query none none write target",
        ],
    ),
    "a query of which a part is there at times": (
        'url = "https://a.example/items?token={}"\n'
        'if os.environ["SINCE"]:\n'
        '    url += "&since=" + os.environ["SINCE"]\n'
        'requests.get(url.format(os.environ["TOKEN"]))',
        ["GET https://a.example/items query token since apikey-query:token none read source"],
    ),
    "a wrapper that nothing calls, and one that names what it calls": (
        "def send(url):\n    requests.post(url)\n\n\ndef read(path):\n    requests.get('https://a.example' + path)",
        ["GET https://a.example{path} query none none read source"],
    ),
    "a list that is asked for by POST, with a key that was taken out of the script": (
        'requests.post("https://a.example/getRecords", data={"authtoken": ""})',
        ["POST https://a.example/getRecords query apikey-body:authtoken none read source"],
    ),
    "a login and its session": (
        "s = requests.Session()\n"
        's.post("https://a.example/api/login", json={"user": "me", "password": os.environ["PASSWORD"]})\n'
        's.get("https://a.example/items")',
        [
            "POST https://a.example/api/login query apikey-body:user/password none read auth",
            "GET https://a.example/items query session none read source",
        ],
    ),
    "a search by POST": (
        'requests.post("https://a.example/contacts/search", json={"limit": 5})',
        ["POST https://a.example/contacts/search query none none read source"],
    ),
    "a key in the body": (
        'requests.post("https://a.example/send", data={"password": os.environ["SMS_PASSWORD"], "to": "1"})',
        ["POST https://a.example/send query apikey-body:password none write target"],
    ),
    "a token request and what it is for": (
        'token = requests.post("https://a.example/token", data={"grant_type": "client_credentials",\n'
        '    "client_id": os.environ["ID"], "client_secret": os.environ["CLIENT_SECRET"]}).json()["access_token"]\n'
        'requests.get("https://a.example/items", headers={"Authorization": "Bearer " + token})',
        [
            "POST https://a.example/token query oauth2-client-credentials none read auth",
            "GET https://a.example/items query bearer none read source",
        ],
    ),
    "a message for people": (
        'requests.post("https://hooks.slack.com/services/x", json={"text": "done"})',
        ["POST https://hooks.slack.com/services/x query none none write notify"],
    ),
    "GraphQL": (
        'requests.post("https://a.example/api", json={"query": "{ items { id } }"})',
        ["POST https://a.example/api graphql query none none read source"],
    ),
    "pages, of which the second loop is none": (
        "page = 1\nwhile True:\n"
        '    found = requests.get("https://a.example/items", params={"page": page}).json()\n'
        "    if not found:\n        break\n    page += 1\n"
        "for number in range(3):\n"
        '    requests.get("https://a.example/one", params={"n": number})',
        [
            "GET https://a.example/items query page none page read source",
            "GET https://a.example/one query n none none read source",
        ],
    ),
    "a base and a path that are both configured": (
        'requests.get(os.environ["BASE"] + os.environ["ENDPOINT"] + "/x")',
        ["GET {BASE}{ENDPOINT}/x query none none read source"],
    ),
    "a scheme that is configured": (
        "requests.get(f\"{os.environ['SCHEME']}://{os.environ['PLACE']}:8080/x\")",
        ["GET https://{PLACE}:8080/x query none none read source"],
    ),
    "a field called query that is no document": (
        'for one in requests.get("https://a.example/x").json():\n'
        '    requests.post("https://b.example/search", json={"query": one["name"]})',
        [
            "GET https://a.example/x query none none read source",
            "POST https://b.example/search query none none read source",
        ],
    ),
    "a flow of OAuth 2 that configuration names": (
        'requests.post("https://a.example/token", data={"grant_type": os.environ["GRANT"],'
        ' "client_id": os.environ["ID"], "client_secret": os.environ["CLIENT_SECRET"]})\n'
        'requests.post("https://a.example/token", data={"grant_type": os.environ["GRANT"],'
        ' "client_id": os.environ["ID"], "refresh_token": os.environ["REFRESH_TOKEN"]})',
        [
            "POST https://a.example/token query oauth2-client-credentials none read auth",
            "POST https://a.example/token query oauth2-refresh none read auth",
        ],
    ),
    "a header that is called a token and holds none": (
        'requests.post("https://a.example/x", headers={"X-Atlassian-Token": "no-check"},'
        ' auth=("bob", os.environ["PASSWORD"]))',
        ["POST https://a.example/x query basic none write target"],
    ),
    "a base that is to be filled in yet": (
        'BASE = ""\nrequests.get(BASE + "/items?page=1")',
        ["GET {url}/items query page none none read source"],
    ),
    "a segment of the path that is empty on one way": (
        'found = requests.get("https://a.example/x").json()\n'
        'part = found["id"] if found else ""\n'
        'requests.put(f"https://b.example/lists/{part}/members", json=found)',
        [
            "GET https://a.example/x query none none read source",
            "PUT https://b.example/lists/{id}/members query none none write target",
        ],
    ),
}


@pytest.mark.parametrize(("source", "expected"), CALLS.values(), ids=list(CALLS))
def test_what_a_call_becomes(source: str, expected: list[str], tmp_path: Path) -> None:
    shown = []
    (tmp_path / "job.py").write_text(HEAD + source)
    for row in inventory(audit(tmp_path), tmp_path):
        if isinstance(row, CallRow):
            kind = [] if row.protocol == "rest" else [row.protocol]
            words = [row.method, row.base + row.path, *kind, "query", *row.query, row.auth, row.pagination]
            shown.append(" ".join((*words, row.direction, row.role)))
    assert shown == expected
