import requests

for attempt in range(3):
    answer = requests.put("https://crm.example/contacts/1", json={"name": "Ito"}, timeout=10)
    if answer.status_code < 500:
        break
