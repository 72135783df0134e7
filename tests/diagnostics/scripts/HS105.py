import requests

requests.post("https://b.example/in", json={"a": 1})
try:
    requests.get("https://a.example")
except ValueError:
    pass
