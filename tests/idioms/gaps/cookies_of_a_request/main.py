import os

import requests

API = os.environ["API"]
rows = requests.get(API + "/rows").json()
requests.post(API + "/out", json=rows, cookies={"session": os.environ["SESSION"]})
