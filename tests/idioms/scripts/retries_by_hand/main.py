import os
import time
import requests

API = os.environ["API"]


def get(url, tries=3):
    for attempt in range(tries):
        try:
            r = requests.get(url, timeout=5)
            r.raise_for_status()
            return r.json()
        except requests.RequestException:
            if attempt == tries - 1:
                raise
            time.sleep(0)


def post(url, payload):
    for attempt in range(3):
        r = requests.post(url, json=payload)
        if r.status_code == 429:
            time.sleep(int(r.headers.get("Retry-After", 0)))
            continue
        return r
    raise RuntimeError("too many requests")


for row in get(API + "/rows"):
    post(API + "/out", {"id": row["id"]})
attempts = 0
while True:
    r = requests.get(API + "/flaky")
    if r.status_code == 200:
        break
    attempts += 1
    if attempts > 2:
        raise SystemExit("gave up")
requests.post(API + "/done", json={"attempts": attempts})
