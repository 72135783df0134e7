"""A generator of pages and a generator of rows."""
import os
import requests

API = os.environ["API"]


def pages(path):
    url = API + path
    while url:
        r = requests.get(url)
        r.raise_for_status()
        body = r.json()
        yield body["value"]
        url = body.get("@odata.nextLink")


def rows(path):
    for page in pages(path):
        yield from page


for row in rows("/contacts"):
    if not row["email"]:
        continue
    requests.post(API + "/out", json={"email": row["email"].lower()})
