import requests

requests.post("https://b.example/in", json={"a": NAME})
