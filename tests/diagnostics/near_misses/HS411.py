import requests

requests.post("https://crm.example/contacts", json={"name": "Ito"}, timeout=10).raise_for_status()
