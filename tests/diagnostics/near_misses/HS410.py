import logging

import requests

for number in (1, 2):
    try:
        requests.put(f"https://crm.example/contacts/{number}", json={"active": True}, timeout=10)
    except requests.RequestException:
        logging.exception("contact %s is not updated", number)
