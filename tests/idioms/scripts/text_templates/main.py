import json
import os
from string import Template
import requests

API = os.environ["API"]
LINE = Template("$name <$email>")
XML = """<order><id>{id}</id><total>{total:.2f}</total></order>"""
for row in requests.get(API + "/rows").json():
    requests.post(API + "/xml", data=XML.format(id=row["id"], total=row["total"]), headers={"Content-Type": "application/xml"})
    requests.post(API + "/json", data='{"name": "%s", "id": %d}' % (row["name"], row["id"]))
    requests.post(API + "/lines", data=f"orders,region={row['region']} total={row['total']}")
    requests.post(API + "/mail", json={"to": LINE.substitute(name=row["name"], email=row["email"]), "sep": "|".join([row["name"], row["region"]])})
    requests.post(API + "/raw", data=json.dumps({"row": row}, indent=2, sort_keys=True))
