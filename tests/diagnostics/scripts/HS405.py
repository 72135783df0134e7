import requests

requests.post("http://erp.example/orders", json={"id": 1}, timeout=10).raise_for_status()
