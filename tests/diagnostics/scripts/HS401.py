import requests

ERP_TOKEN = "tr0ub4dor-example-1"
requests.get("https://erp.example/orders", headers={"Authorization": f"Bearer {ERP_TOKEN}"}, timeout=10)
