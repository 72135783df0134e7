"""results = data["results"]; results.extend(...) while next."""
import os
import requests

API = os.environ["API"]
response = requests.get(API + "/pokemon")
data = response.json()
results = data["results"]
while data["next"]:
    response = requests.get(data["next"])
    data = response.json()
    results.extend(data["results"])
for r in results:
    requests.post(API + "/out", json={"name": r["name"]})
