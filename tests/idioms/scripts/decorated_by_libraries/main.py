"""Functions that keep what they gave: without parameters, by one parameter, and as a property."""
import functools
import os
from functools import cached_property, lru_cache

import requests

base = os.environ["API"]


@lru_cache
def token():
    return requests.post(base + "/token", json={"user": "sync"}).json()["token"]


@functools.cache
def owner(number):
    answer = requests.get(f"{base}/owners/{number}")
    return answer.json()["name"]


class Client:
    def __init__(self, url):
        self.url = url

    @cached_property
    def limit(self):
        return requests.get(self.url + "/limit").json()["limit"]

    def push(self, row):
        if row["total"] < self.limit:
            headers = {"X-Session": token()}
            requests.post(self.url + "/in", json={"id": row["id"], "owner": owner(row["owner"])}, headers=headers)


client = Client(base)
for row in requests.get(base + "/rows").json():
    client.push(row)
