"""A hook of the session raises for bad statuses."""
import os
import requests

API = os.environ["API"]


def check(response, *args, **kwargs):
    response.raise_for_status()


session = requests.Session()
session.hooks["response"] = [check]
for contact in session.get(API + "/contacts").json():
    session.post(API + "/members", json={"email": contact["email"]})
