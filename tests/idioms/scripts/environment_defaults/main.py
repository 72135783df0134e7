import os

import requests

base = os.environ["API"]
limit = int(os.environ.get("LIMIT", 50))
pages = os.getenv("PAGES", 2)
region = os.environ.get("REGION") or "eu"
if "REGION" in os.environ:
    requests.post(f"{base}/regions", json={"region": os.environ["REGION"]})
first, second = os.getenv("SHOP", "north"), os.getenv("SHOP", "south")
orders = requests.get(f"{base}/orders", params={"limit": limit, "pages": pages, "region": region}).json()
for order in orders:
    requests.post(f"{base}/copies", json={"id": order["id"], "first": first, "second": second})
try:
    requests.post(f"{base}/owners", json={"owner": os.environ["OWNER"]})
except KeyError:
    requests.post(f"{base}/owners", json={"owner": None})
