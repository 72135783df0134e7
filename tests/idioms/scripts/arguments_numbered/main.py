import os
import sys

import requests

if len(sys.argv) < 2:
    print("usage: main.py SHOP [full]")
    sys.exit(2)

base = os.environ["API"]
shop = sys.argv[1]
orders = requests.get(f"{base}/shops/{shop}/orders").json()
if len(sys.argv) > 2 and sys.argv[2] == "full":
    requests.post(f"{base}/full", json={"shop": shop})
try:
    note = sys.argv[3]
except IndexError:
    note = "none"
for order in orders:
    requests.post(f"{base}/orders", json={"id": order["id"], "shop": shop, "note": note})
