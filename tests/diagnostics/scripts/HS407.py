import requests

requests.put("https://crm.example/contacts/1", json={"name": "Ito"}, timeout=10).raise_for_status()
