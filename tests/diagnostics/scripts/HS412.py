import requests

for person in requests.get("https://shop.example/people", timeout=10).json():
    contact = {"mail": person["email"].lower()}
    requests.put(f"https://crm.example/contacts/{person['id']}", json=contact, timeout=10).raise_for_status()
# --- nightly.py ---
import requests

for person in requests.get("https://shop.example/people", timeout=10).json():
    contact = {"mail": person["email"].strip()}
    requests.put(f"https://crm.example/contacts/{person['id']}", json=contact, timeout=10).raise_for_status()
