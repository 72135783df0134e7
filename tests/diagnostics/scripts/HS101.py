import requests

try:
    requests.post("https://b.example/in", json={"a": 1})
except* ValueError:
    print("refused")
