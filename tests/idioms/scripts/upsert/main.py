import os
import requests

API = os.environ["API"]


def find(email):
    r = requests.get(API + "/people", params={"email": email})
    r.raise_for_status()
    hits = r.json()["results"]
    return hits[0]["id"] if hits else None


for row in requests.get(API + "/contacts").json():
    payload = {"email": row["email"], "name": row["name"]}
    person = find(row["email"])
    if person:
        r = requests.put(f"{API}/people/{person}", json=payload)
    else:
        r = requests.post(API + "/people", json=payload)
        person = r.json()["id"]
    if r.status_code not in (200, 201):
        print("failed")
        continue
    requests.post(f"{API}/people/{person}/notes", json={"text": "synced"})
    check = requests.get(f"{API}/accounts/{row['account']}")
    if check.status_code == 404:
        requests.post(API + "/accounts", json={"id": row["account"]})
    elif check.ok:
        requests.patch(f"{API}/accounts/{row['account']}", json={"seen": True})
    else:
        check.raise_for_status()
