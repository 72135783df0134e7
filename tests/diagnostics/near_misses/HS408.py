import requests

for order in requests.get("https://shop.example/orders", timeout=10).json():
    record = {"external_id": order["id"], "total": order["total"]}
    requests.post("https://erp.example/orders", json=record, timeout=10).raise_for_status()
