import requests
import vendor

requests.post("https://b.example/in", json={"a": 1})
try:
    requests.get("https://a.example")
except vendor.Error:
    pass
