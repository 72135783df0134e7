import os
import re

import requests

NUMBER = re.compile(r"^(?P<year>\d{4})-(?P<serial>\d+)(-X)?$")
base = os.environ["API"]
for order in requests.get(f"{base}/orders").json():
    found = NUMBER.match(order["number"])
    if found is None:
        print("no number")
        continue
    year, serial, mark = found.groups()
    tags = [one.group(1).lower() for one in re.finditer(r"#(\w+)", order["note"] or "")]
    body = {
        "year": found["year"],
        "serial": int(serial),
        "mark": mark,
        "phone": re.sub(r"[^0-9+]", "", order["phone"]),
        "name": re.sub(r"(\w+), (\w+)", r"\2 \1", order["name"], count=1),
        "parts": re.split(r"\s*;\s*", order["parts"]),
        "amounts": re.findall(r"\d+(?:\.\d+)?", order["text"]),
        "tags": tags,
        "mail": bool(re.search(r"\S+@\S+\.de$", order["mail"], re.IGNORECASE)),
        "domain": re.search("@(.+)", order["mail"]).group(1),
    }
    requests.post(f"{base}/copies", json=body)
