import os

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

API = os.environ["API"]


class ApiToken(AuthBase):
    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["X-Method"] = request.method
        request.headers["Authorization"] = f"Token {self.token}"
        return request


headers = CaseInsensitiveDict()
headers["accept"] = "text/plain"
headers["Accept"] = "application/json"

with requests.Session() as session:
    session.headers.update(headers)
    session.mount("http://", HTTPAdapter(pool_maxsize=4))
    answer = session.get(f"{API}/contacts", auth=ApiToken(os.environ["API_TOKEN"]), stream=True)
    answer.raise_for_status()
    for contact in answer.json():
        session.request("POST", f"{API}/members", json={"email": contact["email"]}).raise_for_status()
