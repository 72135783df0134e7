import json
import os

import requests
import yaml

with open("settings.yaml") as file:
    settings = yaml.safe_load(file)
with open("more.json") as file:
    more = json.load(file)
base = os.environ["API"]
shop = settings["shop"]
orders = requests.get(
    base + shop["path"],
    params={"limit": shop.get("limit", 10), "since": shop["since"]},
    headers={"Authorization": "Bearer " + more["token"]},
).json()
for order in orders:
    requests.post(f"{base}/copies", json={"id": order["id"], "tags": settings["tags"], "open": settings["open"]})
