import os

import requests

token = os.environ["ERP_TOKEN"]
print(f"using {token}")
requests.get("https://erp.example/orders", headers={"Authorization": f"Bearer {token}"}, timeout=10)
