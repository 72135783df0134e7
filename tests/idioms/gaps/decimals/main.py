import os
from decimal import Decimal

import requests

API = os.environ["API"]
for row in requests.get(API + "/rows").json():
    requests.post(API + "/out", json={"price": str(Decimal(str(row["price"])) * Decimal("1.19"))})
