"""Pages by number, offset and length, into one list by extend, += and append."""
import os
import requests

API = os.environ["API"]


def fetch_all(path, size):
    page = 1
    found = []
    while True:
        r = requests.get(f"{API}/{path}", params={"page": page, "per_page": size})
        r.raise_for_status()
        data = r.json()
        if not data:
            break
        found.extend(data)
        if len(data) < size:
            break
        page += 1
    return found


def fetch_offset():
    offset, limit, rows = 0, 2, []
    while True:
        data = requests.get(f"{API}/orders?offset={offset}&limit={limit}").json()
        rows += data["orders"]
        offset += limit
        if offset >= data["total"]:
            return rows


users = fetch_all("users", 2)
for user in users:
    requests.post(API + "/members", json={"name": user["name"]})
orders = fetch_offset()
requests.post(API + "/orders", json={"count": len(orders), "ids": [o["id"] for o in orders]})
data = requests.get(API + "/deals", params={"page": 1}).json()
pages = data["pages"]
deals = data["deals"]
for page in range(2, pages + 1):
    deals.extend(requests.get(API + "/deals", params={"page": page}).json()["deals"])
for deal in deals:
    requests.post(API + "/opportunities", json={"title": deal["title"]})
