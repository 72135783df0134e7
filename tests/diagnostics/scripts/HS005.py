import requests

requests.post("https://b.example/in", json={"a": 1})
