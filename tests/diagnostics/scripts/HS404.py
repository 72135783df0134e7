import requests

requests.get("https://erp.example/orders", verify=False, timeout=10)
