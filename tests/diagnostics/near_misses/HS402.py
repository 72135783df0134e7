import os

import requests

headers = {"X-Api-Key": os.environ["ERP_KEY"]}
requests.get("https://erp.example/orders", params={"page_token": "first"}, headers=headers, timeout=10)
