"""A condition decides on the method, the path and the body of one request."""
import os

import requests

API = os.environ["API"]
session = requests.Session()
for row in requests.get(API + "/rows").json():
    method, path = ("put", f"/items/{row['id']}") if row["known"] else ("post", "/items")
    answer = session.request(method, API + path, json={"name": row["name"]})
    if answer.status_code >= 400:
        answer = requests.request("PATCH" if row["name"] == "b" else "DELETE", f"{API}/items/{row['id']}")
    requests.post(API + "/log", json={"status": answer.status_code})
