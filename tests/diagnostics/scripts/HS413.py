import requests


def phone(text):
    digits = "".join(c for c in text if c.isdigit())
    return "+" + digits[2:] if digits.startswith("00") else "+49" + digits.lstrip("0")


answer = requests.put("https://crm.example/contacts/1", json={"phone": phone("0171 5550100")}, timeout=10)
answer.raise_for_status()
# --- texts.py ---
import requests


def normalize(text):
    digits = "".join(c for c in text if c.isdigit())
    return "+" + digits[2:] if digits.startswith("00") else "+49" + digits.lstrip("0")


answer = requests.put("https://sms.example/numbers/1", json={"to": normalize("0171 5550100")}, timeout=10)
answer.raise_for_status()
