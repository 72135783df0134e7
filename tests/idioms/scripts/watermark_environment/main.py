import os
import sys
import requests

API = os.environ["API"]
since = os.environ.get("SINCE") or "2020-01-01"
limit = int(os.getenv("LIMIT", "2"))
for item in requests.get(API + "/rows", params={"since": since, "limit": limit}).json():
    if item["updated"] < since:
        continue
    requests.post(API + "/out", json={"id": item["id"], "since": since})
