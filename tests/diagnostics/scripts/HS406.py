import requests

requests.get("https://erp.example/orders")
