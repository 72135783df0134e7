import os
import requests

API = os.environ["API"]
rows = requests.get(API + "/rows").json()
known = {m["email"] for m in requests.get(API + "/members").json()}
seen = set()
for row in rows:
    email = row["email"].lower()
    if email in seen or email in known:
        continue
    seen.add(email)
    requests.post(API + "/out", json={"email": email})
unique = list({row["id"]: row for row in rows}.values())
requests.post(API + "/unique", json=[row["email"] for row in unique])
ordered = list(dict.fromkeys(row["email"] for row in rows))
requests.post(API + "/ordered", json=ordered)
fresh = []
for row in rows:
    if row["id"] not in fresh:
        fresh.append(row["id"])
requests.post(API + "/fresh", json=fresh)
