import requests

for order in requests.get("https://shop.example/orders", params={"per_page": 100}, timeout=10).json():
    print(order["id"])
