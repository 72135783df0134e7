"""Defaults: or, get with a default, get and or, is None, in, setdefault, try KeyError, ternaries, chained gets."""
import os
import requests

API = os.environ["API"]
for row in requests.get(API + "/contacts").json():
    phone = row.get("phone")
    if phone is None:
        phone = "none"
    try:
        city = row["address"]["city"]
    except (KeyError, TypeError):
        city = "?"
    row.setdefault("stage", "new")
    out = {
        "email": row["email"] or "nobody@x.org",
        "name": row.get("name", "unknown"),
        "first": row.get("first") or row.get("name") or "",
        "phone": phone,
        "city": city,
        "zip": (row.get("address") or {}).get("zip", "0000"),
        "stage": row["stage"],
        "active": row["active"] if "active" in row else True,
        "tags": row.get("tags") or [],
    }
    if row.get("note") is not None:
        out["note"] = row["note"]
    requests.post(API + "/out", json=out)
