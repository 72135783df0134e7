import os
import backoff
import requests

API = os.environ["API"]


@backoff.on_exception(backoff.constant, requests.exceptions.RequestException, max_tries=3, interval=0, jitter=None)
def get(path):
    r = requests.get(API + path)
    r.raise_for_status()
    return r.json()


for row in get("/rows"):
    requests.post(API + "/out", json={"id": row["id"]})
requests.post(API + "/done", json=get("/flaky"))
