"""A second call's list is looked up by key."""
import os

import requests

session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["TOKEN"]
base = os.environ["API"]

owners = {owner["id"]: owner for owner in session.get(base + "/owners").json()}
for deal in session.get(base + "/deals").json():
    owner = owners.get(deal["owner_id"])
    if owner is None:
        continue
    session.put(f"{base}/opportunities/{deal['id']}", json={"title": deal["title"], "owner": owner["email"]})
