"""What is new, gone and in both, by operators and methods of sets, known ones and those of answers."""
import os

import requests

API = os.environ["API"]
rows = requests.get(API + "/rows").json()
known = {row["email"] for row in requests.get(API + "/members").json()}
ids = set()
for row in rows:
    ids.add(row["id"])
emails = set(row["email"] for row in rows)
for email in sorted(emails - known):
    requests.post(API + "/new", json={"email": email})
gone = known.difference(row["email"] for row in rows)
both = known & emails
requests.post(API + "/sets", json={
    "gone": sorted(gone), "both": len(both), "all": sorted(known | emails), "one": sorted(known ^ emails),
    "ids": sorted(ids - {1, 9}), "wanted": sorted({1, 2} & ids), "none": sorted(ids.union([7], [8])),
    "is": emails <= known if False else emails.issubset(known), "apart": ids.isdisjoint({5}),
})
if not emails - known:
    requests.post(API + "/same", json={})
for row in rows:
    if row["email"] in both:
        requests.put(API + "/both", json={"id": row["id"]})
