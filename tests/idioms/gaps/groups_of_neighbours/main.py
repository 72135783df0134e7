import os
from itertools import groupby
from operator import itemgetter

import requests

API = os.environ["API"]
rows = sorted(requests.get(API + "/rows").json(), key=itemgetter("region"))
for region, part in groupby(rows, key=itemgetter("region")):
    requests.post(API + "/parts", json={"region": region, "ids": [row["id"] for row in part]})
