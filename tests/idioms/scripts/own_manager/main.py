"""A context manager of the script opens a session, and reports its end also after an error."""
import os

import requests

base = os.environ["API"]


class Api:
    def __init__(self, url):
        self.url = url

    def __enter__(self):
        self.session = requests.Session()
        self.session.headers["X-Run"] = "1"
        return self

    def __exit__(self, *_):
        self.session.post(self.url + "/end", json={"end": True})
        self.session.close()

    def __getitem__(self, name):
        return self.session.get(f"{self.url}/{name}").json()

    def __contains__(self, name):
        return name in ("rows", "owners")

    def __str__(self):
        return f"api of {self.url[:4]}"


with Api(base) as api:
    if "rows" in api:
        for row in api["rows"]:
            requests.post(base + "/in", json={"id": row["id"], "from": str(api)})
