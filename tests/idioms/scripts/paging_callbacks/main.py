"""A wrapper with a callback and a class that fetches pages by itself."""
import os

import requests


class Client:
    def __init__(self, base, token):
        self.base = base
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {token}"

    def get_all(self, path, key):
        url = self.base + path
        rows = []
        while url is not None:
            body = self.session.get(url).json()
            rows.extend(body[key])
            url = body.get("next")
        return rows


client = Client(os.environ["API"], os.environ["TOKEN"])
for person in client.get_all("/people", "people"):
    client.session.post(client.base + "/out", json={"name": person["name"]})
