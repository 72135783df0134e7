"""Dates from texts and numbers of seconds: of another form, zone by an offset, later by days."""
import os
from datetime import datetime, timedelta, timezone

import requests

API = os.environ["API"]
OSLO = timezone(timedelta(hours=1))
for row in requests.get(API + "/rows").json():
    at = datetime.strptime(row["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    requests.post(API + "/out", json={
        "day": at.strftime("%d.%m.%Y"), "due": (at + timedelta(days=30)).date().isoformat(),
        "unix": int(at.timestamp()), "local": at.astimezone(OSLO).isoformat(),
        "from": datetime.fromtimestamp(row["unix"], tz=timezone.utc).isoformat(),
        "new": at > datetime(2024, 1, 1, tzinfo=timezone.utc),
    })
