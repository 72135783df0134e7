"""A function that calls itself with the next page."""
import os
import requests

API = os.environ["API"]


def fetch(url, found):
    r = requests.get(url)
    r.raise_for_status()
    data = r.json()
    found.extend(data["items"])
    if data.get("next"):
        return fetch(data["next"], found)
    return found


for item in fetch(API + "/items", []):
    requests.post(API + "/out", json={"id": item["id"]})
