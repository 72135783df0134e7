"""A second list joined by a dict of records, of lists, by next(), by a nested loop."""
import os
import requests

API = os.environ["API"]
teams = requests.get(API + "/teams").json()
members = requests.get(API + "/members").json()
orders = requests.get(API + "/orders").json()
by_id = {t["id"]: t for t in teams}
orders_of = {}
for o in orders:
    orders_of.setdefault(o["member"], []).append(o["total"])
for m in members:
    team = by_id.get(m["team"])
    other = next((t for t in teams if t["id"] == m["team"]), None)
    match = None
    for t in teams:
        if t["name"] == m["wish"]:
            match = t
            break
    requests.post(API + "/out", json={
        "name": m["name"],
        "team": team["name"] if team else None,
        "other": other["name"] if other is not None else "",
        "wish": match["id"] if match else 0,
        "total": sum(orders_of.get(m["id"], [])),
        "count": len(orders_of.get(m["id"], [])),
    })
