import base64
import json
import os

import requests

API = os.environ["API"]

response = requests.get(f"{API}/orders", params="state=open&state=paid", timeout=(3, 30))
if response.status_code != requests.codes.ok:
    raise SystemExit(f"status {response.status_code}")
for order in json.loads(response.content):
    requests.put(f"{API}/orders/{order['id']}", params=[("tag", str(order["tag"])), ("tag", "new")])
requests.post(f"{API}/archive", json={"raw": base64.b64encode(response.content).decode("ascii")})
requests.post(f"{API}/log", data=response.content.decode("utf-8"), headers={"Content-Type": "text/plain"})
