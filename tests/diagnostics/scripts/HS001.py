import requests

requests.get("https://a.example/items"
