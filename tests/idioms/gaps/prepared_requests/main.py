import os
import requests
from requests import Request, Session

API = os.environ["API"]
s = Session()
s.headers["X-Source"] = "sync"
req = Request("GET", API + "/contacts", params={"limit": 2}, headers={"Accept": "application/json"})
prepped = s.prepare_request(req)
resp = s.send(prepped, timeout=10)
resp.raise_for_status()
for contact in resp.json():
    r = Request("POST", API + "/members", json={"email": contact["email"]}).prepare()
    r.headers["X-Extra"] = "1"
    s.send(r)
