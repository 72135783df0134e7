import requests

requests.put("https://crm.example/contacts/1", json={"active": True}, timeout=10).raise_for_status()
# --- orders.py ---
import requests

requests.put("https://erp.example/orders/1", json={"open": False}, timeout=10).raise_for_status()
# --- crontab ---
0 4 * * * ./nightly.sh
# --- nightly.sh ---
python3 orders.py && python3 HS414.py
