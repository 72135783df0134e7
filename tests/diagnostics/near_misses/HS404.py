import requests

requests.get("https://erp.example/orders", verify="ca.pem", timeout=10)
