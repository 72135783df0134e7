"""The answer that a pass was handed leads to the next page, by its header Link or by its body."""
import os

import requests

base = os.environ["API"]

r = requests.get(base + "/users?size=2")
users = r.json()
while "next" in r.links:
    r = requests.get(base + r.links["next"]["url"])
    r.raise_for_status()
    users.extend(r.json())
for user in users:
    requests.post(base + "/members", json={"name": user["name"]})

r = requests.get(base + "/groups?size=1")
while True:
    for group in r.json():
        requests.post(base + "/teams", json={"name": group["name"], "status": r.status_code})
    if not r.ok or "next" not in r.links:
        break
    r = requests.get(base + r.links["next"]["url"])

response = requests.get(base + "/tags")
labels = list(response.json()["tags"])
while response.ok and response.json()["next"]:
    response = requests.get(base + response.json()["next"])
    labels += response.json()["tags"]
requests.post(base + "/labels", json={"labels": labels})
