"""The last run's marks in files beside the script: a number in a text, a time in JSON."""
import json
import os

import requests

API = os.environ["API"]
try:
    with open("last_id.txt") as f:
        last = int(f.read().strip())
except FileNotFoundError:
    last = 0
for item in requests.get(f"{API}/items?after={last}").json():
    if item["id"] <= last:
        continue
    requests.post(API + "/out", json={"item": item["id"]})
    last = max(last, item["id"])
with open("last_id.txt", "w") as f:
    f.write(str(last))

since = "2020-01-01"
if os.path.exists("state.json"):
    with open("state.json") as f:
        since = json.load(f)["since"]
for row in requests.get(API + "/rows", params={"updated_after": since}).json():
    requests.post(API + "/out", json={"id": row["id"]}).raise_for_status()
    if row["updated"] > since:
        since = row["updated"]
with open("state.json", "w") as f:
    json.dump({"since": since}, f)
