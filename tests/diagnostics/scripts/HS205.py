import requests

item = requests.get("https://a.example/item").json()
try:
    name = item["name"]
except KeyError as error:
    name = f"no name: {error}"
requests.post("https://b.example/in", json={"name": name})
