import requests

# v1 is deprecated, sunset in June 2024
requests.get("https://shop.example/v1/orders", timeout=10)
