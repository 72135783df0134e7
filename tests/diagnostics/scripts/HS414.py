import requests

requests.put("https://crm.example/contacts/1", json={"active": True}, timeout=10).raise_for_status()
# --- orders.py ---
import requests

requests.put("https://erp.example/orders/1", json={"open": False}, timeout=10).raise_for_status()
# --- crontab ---
0 4 * * * python3 orders.py
