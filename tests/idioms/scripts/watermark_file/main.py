"""The last run's time in a file beside the script, text and JSON."""
import json
import os
import requests

API = os.environ["API"]
STATE = "state.json"


def load():
    if os.path.exists(STATE):
        with open(STATE) as f:
            return json.load(f)
    return {"since": "2020-01-01"}


def save(state):
    with open(STATE, "w") as f:
        json.dump(state, f)


state = load()
rows = requests.get(API + "/rows", params={"updated_after": state["since"]}).json()
for row in rows:
    requests.post(API + "/out", json={"id": row["id"]}).raise_for_status()
    if row["updated"] > state["since"]:
        state["since"] = row["updated"]
save(state)
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
