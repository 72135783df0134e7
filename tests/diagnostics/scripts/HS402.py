import os

import requests

requests.get("https://erp.example/orders", params={"api_key": os.environ["ERP_KEY"]}, timeout=10)
