import requests

# Deprecated customers are left out: the shop keeps them for the books alone.
customers = requests.get("https://shop.example/v2/customers", params={"state": "active"}, timeout=10)
