import base64
import os
import requests
from requests.auth import HTTPBasicAuth

API = os.environ["API"]
user, password = os.environ["USER_NAME"], os.environ["PASSWORD"]
rows = requests.get(API + "/rows", auth=(user, password)).json()
token = base64.b64encode(f"{user}:{password}".encode()).decode()
session = requests.Session()
session.auth = HTTPBasicAuth(user, password)
for row in rows:
    requests.post(API + "/out", json={"id": row["id"]}, headers={"Authorization": "Basic " + token})
    session.put(API + "/in", json={"id": row["id"]})
