import requests


class Client:
    read = 0

    def __init__(self, base, token):
        self.base = base
        self.sent = 0
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer " + token

    def get(self, path):
        answer = self.session.get(self.base + path)
        answer.raise_for_status()
        found = answer.json()
        self.read += len(found)
        return found

    def post(self, path, data):
        self.session.post(self.base + path, json=data).raise_for_status()
        self.sent += 1
