import os

import requests

ERP_TOKEN = os.environ["ERP_TOKEN"]
TOKEN_URL = "https://erp.example/oauth/token"
requests.get("https://erp.example/orders", headers={"Authorization": f"Bearer {ERP_TOKEN}"}, timeout=10)
