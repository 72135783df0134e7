import os
from operator import itemgetter
import requests

API = os.environ["API"]
rows = requests.get(API + "/rows").json()
a = sorted(rows, key=lambda r: r["amount"])
b = sorted(rows, key=lambda r: (r["region"], -r["amount"]))
c = sorted(rows, key=itemgetter("name"), reverse=True)[:2]
rows.sort(key=lambda r: r.get("rank") or 0)
latest = max(rows, key=lambda r: r["amount"])
requests.post(API + "/out", json={
    "a": [r["id"] for r in a], "b": [r["id"] for r in b], "c": [r["id"] for r in c],
    "d": [r["id"] for r in rows], "latest": latest["id"], "reversed": [r["id"] for r in reversed(rows)],
})
