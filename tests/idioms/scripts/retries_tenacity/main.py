import os
import requests
from tenacity import retry, stop_after_attempt, wait_fixed, retry_if_exception_type

API = os.environ["API"]


@retry(stop=stop_after_attempt(3), wait=wait_fixed(0), retry=retry_if_exception_type(requests.RequestException), reraise=True)
def get(path):
    r = requests.get(API + path)
    r.raise_for_status()
    return r.json()


@retry(stop=stop_after_attempt(2))
def post(row):
    requests.post(API + "/out", json={"id": row["id"]}).raise_for_status()


for row in get("/rows"):
    post(row)
requests.post(API + "/done", json=get("/flaky"))
