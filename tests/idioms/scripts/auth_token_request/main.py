import os
import requests

API = os.environ["API"]


def token():
    r = requests.post(API + "/oauth/token", data={
        "grant_type": "client_credentials", "client_id": os.environ["CLIENT"], "client_secret": os.environ["SECRET"],
    })
    r.raise_for_status()
    return r.json()["access_token"]


class Client:
    def __init__(self):
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {token()}"})

    def call(self, method, path, **kwargs):
        r = self.session.request(method, API + path, **kwargs)
        if r.status_code == 401:
            self.session.headers["Authorization"] = "Bearer " + token()
            r = self.session.request(method, API + path, **kwargs)
        r.raise_for_status()
        return r.json()


client = Client()
for row in client.call("GET", "/rows", params={"limit": 2}):
    client.call("POST", "/out", json={"id": row["id"]})
