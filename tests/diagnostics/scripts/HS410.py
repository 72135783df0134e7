import requests

for number in (1, 2):
    try:
        requests.put(f"https://crm.example/contacts/{number}", json={"active": True}, timeout=10)
    except Exception:
        pass
