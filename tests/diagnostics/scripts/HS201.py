import time
import requests

requests.post("https://b.example/in", json={"a": 1})
time.sleep(1)
