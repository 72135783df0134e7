import json
import os
import urllib.error
import urllib.parse
import urllib.request
from urllib.request import Request, urlopen

API = os.environ["API"]


def fetch(path, **query):
    request = Request(f"{API}{path}?{urllib.parse.urlencode(query)}", headers={"accept": "application/json"})
    request.add_header("X-API-Key", os.environ["API_KEY"])
    with urlopen(request, timeout=30) as response:
        return json.loads(response.read().decode("utf-8"))


def put(path, record):
    data = json.dumps(record).encode("utf-8")
    request = urllib.request.Request(API + path, data=data, headers={"Content-Type": "application/json"}, method="PUT")
    try:
        with urllib.request.urlopen(request) as response:
            return response.status
    except urllib.error.HTTPError as refused:
        if refused.code == 404:
            return None
        raise


for customer in fetch("/customers", state="open", page=1)["items"]:
    put(f"/contacts/{customer['id']}", {"email": customer["email"], "name": customer.get("name")})

form = urllib.parse.urlencode({"done": "yes"}).encode()
answer = json.load(urlopen(f"{API}/log", form))
urlopen(f"{API}/last/{answer['id']}")
