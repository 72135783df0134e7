import http.client
import json
import os
from urllib.parse import urlsplit, urlencode

api = urlsplit(os.environ["API"])
connection = http.client.HTTPConnection(api.hostname, api.port)
headers = {"Accept": "application/json", "Authorization": "Bearer " + os.environ["TOKEN"]}
connection.request("GET", "/contacts?" + urlencode({"limit": 2}), headers=headers)
response = connection.getresponse()
if response.status != 200:
    raise SystemExit(f"{response.status} {response.reason}")
contacts = json.loads(response.read())
for contact in contacts:
    connection.request("POST", "/members", json.dumps({"email": contact["email"]}), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status >= 300:
        print("failed")
connection.close()
