"""Lists sorted and turned round in place: that of an answer, and a part of one."""
import os
from operator import itemgetter

import requests

API = os.environ["API"]
rows = requests.get(API + "/rows").json()
first = rows[0]["id"] if rows else None
rows.sort(key=lambda row: row["amount"])
requests.post(API + "/out", json={"rows": rows, "first": first})
rows.reverse()
requests.post(API + "/out", json={"ids": [row["id"] for row in rows]})
data = requests.get(API + "/data").json()
items = data["items"]
items.sort(key=itemgetter("name"), reverse=True)
requests.post(API + "/out", json=data)
rows.sort(key=lambda row: (row["region"], -row["amount"]))
for row in rows:
    requests.put(API + "/out", json={"id": row["id"]})
