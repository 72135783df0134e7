"""Pages are counted without an end, and a wrapper adds its key to parameters that are there by a condition."""
import os
from itertools import count

import requests

base = os.environ["API"]


def get(path, params):
    response = requests.get(base + path, params={**params, "key": "k"})
    response.raise_for_status()
    return response.json()


for page in count(1):
    batch = get("/orders", {"page": page})
    if not batch:
        break
    for order in batch:
        requests.post(base + "/invoices", json={"number": order["number"], "page": page})

cursor = None
while True:
    params = {"limit": 2}
    if cursor:
        params["cursor"] = cursor
    data = get("/deals", params)
    for deal in data["deals"]:
        requests.post(base + "/opportunities", json={"title": deal["title"]})
    cursor = data.get("next")
    if not cursor:
        break
