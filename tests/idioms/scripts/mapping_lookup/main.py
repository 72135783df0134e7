"""Tables: dict of codes, dict of functions, list of pairs, source to target names, if chain."""
import os
import requests

API = os.environ["API"]
STATUS = {"open": 1, "closed": 2}
FIELDS = {"name": "FullName", "email": "EmailAddress", "phone": "Phone"}
RULES = [("vip", "gold"), ("new", "bronze")]
CLEAN = {"name": str.strip, "email": str.lower}


def level(tag):
    for key, value in RULES:
        if key in tag:
            return value
    return "none"


for row in requests.get(API + "/contacts").json():
    out = {target: row[source] for source, target in FIELDS.items() if source in row}
    out["Status"] = STATUS.get(row["status"], 0)
    out["Level"] = level(row["tag"])
    for field, clean in CLEAN.items():
        out[field] = clean(row[field])
    if row["kind"] == "p":
        out["Kind"] = "Person"
    elif row["kind"] == "c":
        out["Kind"] = "Company"
    else:
        out["Kind"] = row["kind"]
    requests.post(API + "/out", json=out)
