import httpx
import requests

requests.get("https://erp.example/orders", timeout=(3, 30))
httpx.get("https://erp.example/orders")
