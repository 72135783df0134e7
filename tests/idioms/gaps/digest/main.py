import os
import requests
from requests.auth import HTTPDigestAuth

API = os.environ["API"]
for row in requests.get(API + "/rows", auth=HTTPDigestAuth(os.environ["LOGIN"], os.environ["PASSWORD"])).json():
    requests.post(API + "/out", json={"id": row["id"]})
