import os
import requests

token = os.getenv("API_TOKEN")
requests.get("https://a.example", headers={"Authorization": f"Bearer {token}"})
