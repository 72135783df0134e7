import os
import requests

API = os.environ["API"]
rows = requests.get(API + "/rows").json()
total = 0
count = 0
highest = None
names = set()
by_region = {}
for row in rows:
    total += row["amount"]
    if row["amount"] > 3:
        count += 1
    if highest is None or row["amount"] > highest["amount"]:
        highest = row
    names.add(row["name"])
    by_region[row["region"]] = by_region.get(row["region"], 0) + row["amount"]
requests.post(API + "/out", json={
    "total": total, "count": count, "average": total / len(rows) if rows else 0,
    "highest": highest and highest["name"], "names": sorted(names), "regions": by_region,
    "max": max(r["amount"] for r in rows), "min": min([r["amount"] for r in rows], default=0),
    "any": any(r["amount"] > 4 for r in rows), "all": all(r["name"] for r in rows),
    "sum": sum(r["amount"] for r in rows if r["region"] == "n"),
})
