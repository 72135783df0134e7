import requests

from .settings import TOKEN

requests.post("https://b.example/in", headers={"X-Token": TOKEN})
