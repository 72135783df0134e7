import requests

PASSWORD = "hunter2-hunter2"
requests.post("https://b.example/in", json={"hunter2-hunter2": 1})
