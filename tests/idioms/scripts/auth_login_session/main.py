import os
import requests

API = os.environ["API"]
with requests.Session() as s:
    r = s.post(API + "/login", data={"user": os.environ["LOGIN"], "password": os.environ["PASSWORD"]})
    r.raise_for_status()
    for row in s.get(API + "/rows").json():
        s.post(API + "/out", json={"id": row["id"]}, headers={"X-CSRF": r.json()["csrf"]})
    s.post(API + "/logout")
