"""Keys in a header, the query and the body; custom schemes."""
import os
import requests

API = os.environ["API"]
key = os.environ["API_KEY"]
rows = requests.get(API + "/rows", params={"api_key": key, "limit": 1}).json()
for row in rows:
    requests.post(API + "/out", json={"id": row["id"]}, headers={"X-Api-Key": key})
    requests.post(API + "/form", data={"token": key, "id": row["id"]})
    requests.post(API + "/body", json={"auth": {"key": key}, "id": row["id"]})
    requests.post(f"{API}/url?key={key}", json={"id": row["id"]}, headers={"Authorization": f"SSWS {key}"})
