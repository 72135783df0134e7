"""How the rows of calls say that a script pages, by what varies in its requests and where that comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.estate.inventory import CallRow
from migrate.pipeline.auditing import audit
from migrate.pipeline.inventorying import inventory

HEAD = "import os, re, requests, itertools\nurl = 'https://a.example/items'\n"

PAGED: dict[str, tuple[str, list[str]]] = {
    "a page counted up until one is empty": (
        """
page, items = 1, []
while True:
    batch = requests.get(url, params={"page": page}).json()
    if not batch:
        break
    items.extend(batch)
    page += 1
""",
        ["page"],
    ),
    "a page in the URL": (
        """
page = 1
while page < 50:
    requests.get(f"{url}?per_page=20&page={page}")
    page = page + 1
""",
        ["page"],
    ),
    "pages of a number that the first answer gives": (
        """
r = requests.get(url)
for n in range(2, int(r.headers["X-Total-Pages"]) + 1):
    requests.get(url + "?page=" + str(n))
""",
        ["none", "page"],
    ),
    "a few pages, known beforehand": (
        "for n in range(1, 5):\n    requests.get(url, params={'page': n})\n",
        ["page"],
    ),
    "an offset that is computed from what the answer says, in a recursion": (
        """
def fetch(offset=0):
    answer = requests.get(f"{url}?offset={offset}").json()
    if answer["page"] < answer["pages"]:
        fetch(answer["page"] * answer["size"])
fetch()
""",
        ["offset"],
    ),
    "a page that becomes an offset in the request": (
        "page = 0\nwhile requests.get(url, params={'start': page * 50}).json():\n    page += 1\n",
        ["offset"],
    ),
    "a map of parameters whose offset changes in place": (
        """
params = {"limit": 100, "offset": 0}
while True:
    batch = requests.get(url, params=params).json()
    if len(batch) < 100:
        break
    params["offset"] += 100
""",
        ["offset"],
    ),
    "an offset by what was fetched so far": (
        """
items = []
while True:
    data = requests.get(url, params={"$skip": len(items)}).json()
    items += data["value"]
    if len(items) >= data["total"]:
        break
""",
        ["offset"],
    ),
    "an offset in the body of a search": (
        """
body = {"from": 0, "size": 10}
while True:
    hits = requests.post("https://a.example/_search", json=body).json()["hits"]
    if not hits:
        break
    body["from"] += len(hits)
""",
        ["offset"],
    ),
    "a token out of the body": (
        """
token = None
while True:
    params = {"limit": 10}
    if token:
        params["pageToken"] = token
    data = requests.get(url, params=params).json()
    token = data.get("nextPageToken")
    if not token:
        break
""",
        ["cursor"],
    ),
    "the id of the last record": (
        """
items, last = [], 0
while True:
    batch = requests.get(url, params={"since_id": last}).json()
    items += batch
    if len(batch) < 50:
        break
    last = items[-1]["id"]
""",
        ["cursor"],
    ),
    "the next link of a body": (
        "link = url\nwhile link:\n    data = requests.get(link).json()\n    link = data['next']\n",
        ["cursor"],
    ),
    "a cursor of GraphQL among the variables": (
        """
after, more = None, True
query = "query($after: String) { items(after: $after) { pageInfo { endCursor hasNextPage } } }"
while more:
    data = requests.post("https://a.example/graphql", json={"query": query, "variables": {"after": after}}).json()
    info = data["data"]["items"]["pageInfo"]
    more, after = info["hasNextPage"], info["endCursor"]
""",
        ["cursor"],
    ),
    "the header Link": (
        """
link = url
while link:
    r = requests.get(link)
    found = re.search(r'<([^>]+)>; rel="next"', r.headers.get("Link", ""))
    link = found.group(1) if found else None
""",
        ["link-header"],
    ),
    "links of the library": (
        """
r = requests.get(url)
while "next" in r.links:
    r = requests.get(r.links["next"]["url"])
""",
        ["none", "link-header"],
    ),
    "a generator": (
        """
def pages():
    page = 1
    while True:
        data = requests.get(url, params={"page": page}).json()
        yield from data["items"]
        if page >= data["pages"]:
            return
        page += 1
for one in pages():
    print(one["name"])
""",
        ["page"],
    ),
    "a recursion by number": (
        """
def get(page=1):
    data = requests.get(url, params={"page": page}).json()
    return data["items"] + get(page + 1) if data["more"] else data["items"]
get()
""",
        ["page"],
    ),
    "a recursion by token": (
        """
def get(token=None):
    data = requests.get(url, params={"cursor": token}).json()
    return data["items"] + get(data["next_cursor"]) if data["next_cursor"] else data["items"]
get()
""",
        ["cursor"],
    ),
    "a wrapper that is given the page": (
        """
def fetch(page):
    return requests.get(url, params={"page": page}).json()
first = fetch(1)
for n in range(2, first["pages"] + 1):
    fetch(n)
""",
        ["page"],
    ),
}

SINGLE: dict[str, tuple[str, list[str]]] = {
    "a page that stays the same": ("requests.get(url, params={'page': 1, 'per_page': 100})", ["none"]),
    "ids that are counted out": (
        "for n in range(1, 5):\n    requests.get(f'{url}/{n}')\n",
        ["none"] * 4,
    ),
    "years that are counted out": (
        "for year in range(2010, int(os.environ['UNTIL'])):\n    requests.get(url, params={'year': year})\n",
        ["none"],
    ),
    "the items of another answer": (
        "for one in requests.get(url).json():\n    requests.get(url, params={'page': one['id']})\n",
        ["none", "none"],
    ),
    "a state that is asked for until it is done": (
        """
job = requests.get(url, params={"id": "7"}).json()
while job["state"] != "done":
    job = requests.get(url, params={"id": job["id"]}).json()
""",
        ["none", "none"],
    ),
    "a tree that is worked off": (
        """
open_folders = ["root"]
while open_folders:
    one = open_folders.pop()
    data = requests.get(url, params={"parent": one}).json()
    open_folders.extend(data["children"])
""",
        ["none"],
    ),
    "a chain of parents": (
        """
one = requests.get(f"{url}/7").json()
while one["parent"]:
    one = requests.get(f"{url}/{one['parent']}").json()
""",
        ["none", "none"],
    ),
    "windows of time": (
        """
start = 1600000000
while start < 1700000000:
    requests.get(url, params={"start": start, "end": start + 86400})
    start += 86400
""",
        ["none"],
    ),
    "tries until it works": (
        """
tries = 0
while tries < 3:
    r = requests.get(url, params={"page": 1})
    if r.ok:
        break
    tries += 1
""",
        ["none"],
    ),
    "records that are created one under the other": (
        """
parent = None
for name in os.environ["NAMES"].split(","):
    parent = requests.post(url, json={"name": name, "parent": parent}).json()["id"]
""",
        ["none"],
    ),
}


@pytest.mark.parametrize(("script", "kinds"), (PAGED | SINGLE).values(), ids=(PAGED | SINGLE).keys())
def test_a_call_pages_if_the_next_request_is_another_part_of_one_collection(
    script: str, kinds: list[str], tmp_path: Path
) -> None:
    tmp_path.joinpath("script.py").write_text(HEAD + script, encoding="utf-8")
    rows = [row for row in inventory(audit(tmp_path), tmp_path) if isinstance(row, CallRow)]
    assert [row.pagination for row in rows] == kinds
