import os

import requests
from dateutil import parser

API = os.environ["API"]
for row in requests.get(API + "/rows").json():
    requests.post(API + "/out", json={"day": parser.parse(row["at"]).strftime("%Y-%m-%d")})
