import os
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

API = os.environ["API"]
session = requests.Session()
retry = Retry(total=2, backoff_factor=0, status_forcelist=[500, 502, 503, 504], allowed_methods=["GET"])
session.mount("http://", HTTPAdapter(max_retries=retry))
session.mount("https://", HTTPAdapter(max_retries=retry))
r = session.get(API + "/contacts", timeout=5)
r.raise_for_status()
for contact in r.json():
    session.post(API + "/members", json={"email": contact["email"]})
r = session.get(API + "/flaky")
requests.post(API + "/done", json={"ok": r.ok})
