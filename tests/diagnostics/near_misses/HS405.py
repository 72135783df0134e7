import requests

requests.get("http://localhost:8080/orders", timeout=10)
requests.get("https://erp.example/orders", params={"next": "http://erp.example/"}, timeout=10)
