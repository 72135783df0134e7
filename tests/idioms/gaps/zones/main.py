import os
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import requests

API = os.environ["API"]
for row in requests.get(API + "/rows").json():
    at = datetime.fromtimestamp(row["at"], tz=timezone.utc).astimezone(ZoneInfo("Europe/Oslo"))
    requests.post(API + "/out", json={"at": at.isoformat()})
