"""Context managers that are generator functions, and those of `contextlib`: around errors, returns and loops."""
import os
from contextlib import closing, contextmanager, nullcontext, suppress

import requests

base = os.environ["API"]


@contextmanager
def reported(name):
    try:
        yield name.upper()
    except ValueError:
        requests.post(base + "/errors", json={"of": name})
    finally:
        requests.post(base + "/ends", json={"of": name})


class Client:
    def __init__(self, url):
        self.url = url
        self.sent = 0

    @contextmanager
    def session(self, run):
        session = requests.Session()
        session.headers["X-Run"] = run
        yield session
        requests.post(self.url + "/sent", json={"sent": self.sent})

    def push(self, row):
        with self.session("1") as session:
            if row.get("skip"):
                return None
            self.sent += 1
            session.post(self.url + "/in", json=row)
        return row["id"]


client = Client(base)
with closing(requests.Session()) as session, nullcontext("rows") as name:
    rows = session.get(f"{base}/{name}").json()
ids = []
for row in rows:
    with reported("row"):
        number = None
        with suppress(KeyError, TypeError):
            number = row["number"]
        requests.post(base + "/numbers", json={"n": int(number or "0")})
    ids.append(client.push(row))
with reported("ids") as title:
    requests.post(base + "/ids", json={"ids": ids, "title": title})
