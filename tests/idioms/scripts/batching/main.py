import os
from itertools import islice
import requests

API = os.environ["API"]


def chunks(items, size):
    for i in range(0, len(items), size):
        yield items[i:i + size]


rows = requests.get(API + "/rows").json()
for chunk in chunks(rows, 2):
    requests.post(API + "/batch", json={"inputs": [{"id": r["id"]} for r in chunk]})
batch = []
for row in rows:
    batch.append({"id": row["id"]})
    if len(batch) == 2:
        requests.post(API + "/bulk", json=batch)
        batch = []
if batch:
    requests.post(API + "/bulk", json=batch)
for n in range(0, len(rows), 2):
    requests.post(API + "/slices", json=[r["id"] for r in rows[n:n + 2]])
todo = [r["id"] for r in rows]
while todo:
    part, todo = todo[:2], todo[2:]
    requests.post(API + "/todo", json=part)
