import requests

requests.post("https://b.example/in", json={"a": 1})


def never():
    requests.post("https://b.example/other", json={"a": 1})
