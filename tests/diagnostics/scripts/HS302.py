import requests

requests.post("https://b.example/in", json={"changed": "since"})
