"""Passes put the page, offset or cursor into a map of parameters that the function was called with."""
import os

import requests

base = os.environ["API"]


def by_page(path, **params):
    page = 1
    rows = []
    while True:
        params.update({"page": page, "per_page": 2})
        data = requests.get(f"{base}/{path}", params=params).json()
        rows = [*rows, *data]
        if len(data) < 2:
            return rows
        page += 1


def by_offset(path, params=None):
    params = params or {}
    start = 0
    while True:
        params["limit"] = 2
        params["offset"] = start
        data = requests.get(f"{base}/{path}", params=params).json()
        yield from data["items"]
        start += len(data["items"])
        if not data["items"] or start >= data["total"]:
            break


for user in by_page("users", state="open"):
    requests.post(base + "/members", json={"name": user["name"]})
for item in by_offset("items", {"sort": "name"}):
    requests.post(base + "/parts", json={"sku": item["sku"]})
