import os
import requests

API = os.environ["API"]
out = []
for row in requests.get(API + "/rows").json()["data"]["rows"]:
    new = {}
    new["id"] = row["id"]
    new["owner"] = row["owner"]["name"]
    new["address"] = {"city": row["address"]["city"], "lines": [row["address"]["street"]]}
    new["custom_fields"] = [{"key": k, "value": v} for k, v in row["extra"].items()]
    new["lines"] = []
    for line in row["lines"]:
        new["lines"].append({"sku": line["sku"], "n": line["qty"]})
    if row["owner"].get("vip"):
        new["vip"] = True
    del new["id"]
    new.update({"ref": "R-" + str(row["id"])})
    out.append(new)
requests.post(API + "/out", json={"rows": out})
