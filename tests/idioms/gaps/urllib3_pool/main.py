import json
import os

import urllib3

API = os.environ["API"]
http = urllib3.PoolManager(headers={"Authorization": "Bearer " + os.environ["TOKEN"]})
r = http.request("GET", API + "/contacts", fields={"limit": "2"})
if r.status != 200:
    raise SystemExit(1)
contacts = json.loads(r.data.decode("utf-8"))
for contact in contacts:
    answer = http.request(
        "POST", API + "/members", body=json.dumps({"email": contact["email"]}),
        headers={"Content-Type": "application/json"}, retries=False,
    )
    print(answer.status)
