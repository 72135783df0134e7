"""A record of which some fields are there under a condition, sent as pairs of name and value, and without its gaps."""
import os

import requests

base = os.environ["API"]


def as_pairs(record):
    return [{"property": name, "value": value} for name, value in record.items()]


for person in requests.get(base + "/people").json():
    fields = {"ident": person["id"], "email": person.get("email")}
    if person["born"]:
        fields["birthday"] = person["born"]
    if len(person["offices"]) > 0:
        fields["office"] = person["offices"][0]["name"]
    for name in fields.keys():
        print(name)
    requests.post(base + "/contacts", json={"properties": as_pairs(fields)})
    requests.put(base + "/people", json={name: value for name, value in fields.items() if value is not None})
