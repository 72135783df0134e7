import os
import requests
from requests_oauthlib import OAuth1

API = os.environ["API"]
auth = OAuth1(os.environ["KEY"], os.environ["KEY_SECRET"], os.environ["TOKEN"], os.environ["TOKEN_SECRET"])
for row in requests.get(API + "/rows", auth=auth).json():
    requests.post(API + "/out", json={"id": row["id"]})
