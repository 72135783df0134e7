"""What a script should not do wherever it runs: the codes HS4, which `hubshift audit` looks for.

CWE is the Common Weakness Enumeration (cwe.mitre.org), OWASP API the API Security Top 10 of 2023.
"""

from __future__ import annotations

from migrate.diagnostics.rule import Rule

RISKS = (
    Rule(
        "HS401",
        "high",
        "A secret is hard-coded",
        "A password, token or key stands in the source. Everybody who can read the file, a copy or its history has it, "
        "and it cannot be changed without changing the script.",
        """
import requests

ERP_TOKEN = "tr0ub4dor-example-1"
requests.get("https://erp.example/orders", headers={"Authorization": f"Bearer {ERP_TOKEN}"}, timeout=10)
""",
        "Have it changed at the system that gave it out, and keep the new one where the platform keeps secrets. "
        "Taking it out of the file does not take it out of the history.",
        near_miss="""
import os

import requests

ERP_TOKEN = os.environ["ERP_TOKEN"]
TOKEN_URL = "https://erp.example/oauth/token"
requests.get("https://erp.example/orders", headers={"Authorization": f"Bearer {ERP_TOKEN}"}, timeout=10)
""",
        sources=("CWE-798",),
        security=True,
    ),
    Rule(
        "HS402",
        "medium",
        "A secret is sent in a URL",
        "A secret stands in the path or query of a request. URLs are written down where headers are not: in the logs "
        "of servers and proxies, in error messages (that of requests holds the URL), in histories.",
        """
import os

import requests

requests.get("https://erp.example/orders", params={"api_key": os.environ["ERP_KEY"]}, timeout=10)
""",
        "Send it in a header where the API takes it there. Where it does not, keep URLs out of logs and error mails, "
        "and change the secret from time to time.",
        near_miss="""
import os

import requests

headers = {"X-Api-Key": os.environ["ERP_KEY"]}
requests.get("https://erp.example/orders", params={"page_token": "first"}, headers=headers, timeout=10)
""",
        sources=("CWE-598",),
        security=True,
    ),
    Rule(
        "HS403",
        "medium",
        "A secret is printed or logged",
        "A secret, or a token out of an answer, is given to `print` or a logger. Logs are kept longer than secrets are "
        "meant to live, and are read by more people.",
        """
import os

import requests

token = os.environ["ERP_TOKEN"]
print(f"using {token}")
requests.get("https://erp.example/orders", headers={"Authorization": f"Bearer {token}"}, timeout=10)
""",
        "Leave it out of the message; its name says enough. Change the secret if such logs exist.",
        near_miss="""
import os

import requests

token = os.environ["ERP_TOKEN"]
print("using ERP_TOKEN,", len(token), "characters")
requests.get("https://erp.example/orders", headers={"Authorization": f"Bearer {token}"}, timeout=10)
""",
        sources=("CWE-532",),
        security=True,
    ),
    Rule(
        "HS404",
        "high",
        "The certificate of the server is not verified",
        "TLS verification is switched off, so any server between the script and the system can give itself out for it, "
        "and read and change what is sent, credentials included.",
        """
import requests

requests.get("https://erp.example/orders", verify=False, timeout=10)
""",
        "Verify it. For a certificate of the company's own authority, name that authority's certificate "
        '(`verify="ca.pem"`), on a platform its trust store.',
        near_miss="""
import requests

requests.get("https://erp.example/orders", verify="ca.pem", timeout=10)
""",
        sources=("CWE-295",),
        security=True,
    ),
    Rule(
        "HS405",
        "medium",
        "A system is called without encryption",
        "A request goes over plain HTTP to another machine. Everybody on the way can read and change it. Calls within "
        "one machine (localhost) are not reported.",
        """
import requests

requests.post("http://erp.example/orders", json={"id": 1}, timeout=10).raise_for_status()
""",
        "Use HTTPS. Where the system cannot, keep the traffic in a network of its own, and put a proxy with TLS before "
        "it.",
        near_miss="""
import requests

requests.get("http://localhost:8080/orders", timeout=10)
requests.get("https://erp.example/orders", params={"next": "http://erp.example/"}, timeout=10)
""",
        sources=("CWE-319",),
        security=True,
    ),
    Rule(
        "HS406",
        "low",
        "A request waits without a limit",
        "The request has no timeout, and its library sets none: if the system takes the connection and never answers, "
        "the script stands still for ever, and so does what is scheduled behind it.",
        """
import requests

requests.get("https://erp.example/orders")
""",
        "State a timeout; most systems answer within seconds.",
        near_miss="""
import httpx
import requests

requests.get("https://erp.example/orders", timeout=(3, 30))
httpx.get("https://erp.example/orders")
""",
        sources=("CWE-1088",),
    ),
    Rule(
        "HS407",
        "low",
        "A write is tried only once",
        "The request changes something at its receiver, and nothing in the script sends it again after a failure that "
        "passes, such as a status 503 or a lost connection. What it was to write is lost, unless the next run finds it "
        "again.",
        """
import requests

requests.put("https://crm.example/contacts/1", json={"name": "Ito"}, timeout=10).raise_for_status()
""",
        "Let the platform repeat it, with growing pauses and an end. Only repeat what can be sent twice (HS408).",
        near_miss="""
import requests

for attempt in range(3):
    answer = requests.put("https://crm.example/contacts/1", json={"name": "Ito"}, timeout=10)
    if answer.status_code < 500:
        break
""",
    ),
    Rule(
        "HS408",
        "low",
        "Sent again, it is created again",
        "For each record of a list, a POST creates something, and nothing that is seen would keep a second run, or a "
        "repeated request, from creating it once more: no look for what is there, no state that the script keeps, no "
        "key in the request that would show the receiver that it has it already.",
        """
import requests

for order in requests.get("https://shop.example/orders", timeout=10).json():
    answer = requests.post("https://erp.example/orders", json={"total": order["total"]}, timeout=10)
    answer.raise_for_status()
""",
        "Send a key that stays the same (`Idempotency-Key`, the source's id as external id), use an upsert of the API, "
        "or keep what was sent. Ask the receiver what it does with doubles: it may know them by itself.",
        near_miss="""
import requests

for order in requests.get("https://shop.example/orders", timeout=10).json():
    record = {"external_id": order["id"], "total": order["total"]}
    requests.post("https://erp.example/orders", json=record, timeout=10).raise_for_status()
""",
    ),
    Rule(
        "HS409",
        "medium",
        "Only the first page is read",
        "A list is read that comes in pages: the request states the size of one, or the vendor documents that it does. "
        "Nothing asks for the next page, so what is beyond the first is never seen.",
        """
import requests

for order in requests.get("https://shop.example/orders", params={"per_page": 100}, timeout=10).json():
    print(order["id"])
""",
        "Ask for pages until the answer says that there are no more. If the first page is all that is wanted, say so "
        "by a comment `# hubshift: ignore[HS409]`.",
        near_miss="""
import requests

page = 1
while True:
    answer = requests.get("https://shop.example/orders", params={"per_page": 100, "page": page}, timeout=10)
    orders = answer.json()
    if not orders:
        break
    for order in orders:
        print(order["id"])
    page += 1
newest = requests.get("https://shop.example/news", params={"per_page": 20, "sort": "-created"}, timeout=10)
for item in newest.json():
    print(item["title"])
""",
    ),
    Rule(
        "HS410",
        "medium",
        "An error is swallowed",
        "A failure of a request, mail or statement is caught and nothing is done about it: it is neither logged, nor "
        "counted, nor raised again. What was not read or written is missing, and nobody learns of it.",
        """
import requests

for number in (1, 2):
    try:
        requests.put(f"https://crm.example/contacts/{number}", json={"active": True}, timeout=10)
    except Exception:
        pass
""",
        "Log it with the record that it is about, and end with a failure when all records are through; catch only the "
        "errors that are expected here.",
        near_miss="""
import logging

import requests

for number in (1, 2):
    try:
        requests.put(f"https://crm.example/contacts/{number}", json={"active": True}, timeout=10)
    except requests.RequestException:
        logging.exception("contact %s is not updated", number)
""",
        sources=("CWE-390",),
    ),
    Rule(
        "HS411",
        "medium",
        "Whether a write was refused is not looked at",
        "The answer of a write is thrown away. With this library a status such as 400 or 500 is no error, so a write "
        "that was refused looks like one that was done.",
        """
import requests

requests.post("https://crm.example/contacts", json={"name": "Ito"}, timeout=10)
""",
        "Raise on it (`raise_for_status()`), or look at the status and say what was refused.",
        near_miss="""
import requests

requests.post("https://crm.example/contacts", json={"name": "Ito"}, timeout=10).raise_for_status()
""",
        sources=("CWE-252",),
    ),
    Rule(
        "HS412",
        "medium",
        "Flows map one field differently",
        "Several flows make the same field of the same request from the same fields of the same system, each in "
        "another way. What stands there depends on which of them ran last.",
        """
import requests

for person in requests.get("https://shop.example/people", timeout=10).json():
    contact = {"mail": person["email"].lower()}
    requests.put(f"https://crm.example/contacts/{person['id']}", json=contact, timeout=10).raise_for_status()
# --- nightly.py ---
import requests

for person in requests.get("https://shop.example/people", timeout=10).json():
    contact = {"mail": person["email"].strip()}
    requests.put(f"https://crm.example/contacts/{person['id']}", json=contact, timeout=10).raise_for_status()
""",
        "Decide which is right, and map it in one place.",
        near_miss="""
import requests

for person in requests.get("https://shop.example/people", timeout=10).json():
    contact = {"mail": person["email"].lower()}
    requests.put(f"https://crm.example/contacts/{person['id']}", json=contact, timeout=10).raise_for_status()
# --- nightly.py ---
import requests

for member in requests.get("https://club.example/members", timeout=10).json():
    contact = {"mail": member["mail"]}
    requests.put(f"https://crm.example/contacts/{member['id']}", json=contact, timeout=10).raise_for_status()
""",
    ),
    Rule(
        "HS413",
        "low",
        "A function is copied",
        "Files of different scripts define a function with the same content. A mistake that is mended in one stays in "
        "the others.",
        """
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
""",
        "Keep one, in a module that all import, or as one mapping on the platform.",
        near_miss="""
import requests


def phone(text):
    digits = "".join(c for c in text if c.isdigit())
    return "+" + digits[2:] if digits.startswith("00") else "+49" + digits.lstrip("0")


answer = requests.put("https://crm.example/contacts/1", json={"phone": phone("0171 5550100")}, timeout=10)
answer.raise_for_status()
# --- texts.py ---
import requests


def phone(text):
    digits = "".join(c for c in text if c.isdigit())
    return "+" + digits[2:] if digits.startswith("00") else "+43" + digits.lstrip("0")


answer = requests.put("https://sms.example/numbers/1", json={"to": phone("0171 5550100")}, timeout=10)
answer.raise_for_status()
""",
        sources=("CWE-1041",),
    ),
    Rule(
        "HS414",
        "low",
        "Nothing is seen to start the script",
        "The folder holds crontabs, and neither they nor any other script or configuration in it names this "
        "integration. It may be unused, or be started by hand or from another machine.",
        """
import requests

requests.put("https://crm.example/contacts/1", json={"active": True}, timeout=10).raise_for_status()
# --- orders.py ---
import requests

requests.put("https://erp.example/orders/1", json={"open": False}, timeout=10).raise_for_status()
# --- crontab ---
0 4 * * * python3 orders.py
""",
        "Ask its owner. What nobody runs need not be migrated, and its credentials can go.",
        near_miss="""
import requests

requests.put("https://crm.example/contacts/1", json={"active": True}, timeout=10).raise_for_status()
# --- orders.py ---
import requests

requests.put("https://erp.example/orders/1", json={"open": False}, timeout=10).raise_for_status()
# --- crontab ---
0 4 * * * ./nightly.sh
# --- nightly.sh ---
python3 orders.py && python3 HS414.py
""",
    ),
    Rule(
        "HS415",
        "medium",
        "A version of an API that is going or gone",
        "A comment at the call says that the API is deprecated or ends, or the request names a version that its vendor "
        "has switched off.",
        """
import requests

# v1 is deprecated, sunset in June 2024
requests.get("https://shop.example/v1/orders", timeout=10)
""",
        "Look at the vendor's notes, and move to the version that follows before the flow is migrated: it would have "
        "to be done twice otherwise.",
        near_miss="""
import requests

# Deprecated customers are left out: the shop keeps them for the books alone.
customers = requests.get("https://shop.example/v2/customers", params={"state": "active"}, timeout=10)
""",
        sources=("OWASP API9:2023",),
    ),
    Rule(
        "HS416",
        "low",
        "Personal data goes from one system to another",
        "Fields that are personal data by their names are read from one system and written to another. That is often "
        "the purpose of the flow; it has to be known all the same, with the reason for which it is allowed.",
        """
import requests

for person in requests.get("https://crm.example/contacts", timeout=10).json():
    member = {"address": person["email"], "born": person["date_of_birth"]}
    requests.put(f"https://news.example/members/{person['id']}", json=member, timeout=10).raise_for_status()
""",
        "Enter it in the record of processing activities, check the contract with the receiver, and leave out fields "
        "that it does not need.",
        near_miss="""
import requests

for item in requests.get("https://shop.example/items", timeout=10).json():
    article = {"name": item["name"], "address": item["url"]}
    requests.put(f"https://erp.example/items/{item['id']}", json=article, timeout=10).raise_for_status()
""",
        sources=("GDPR Art. 30", "CWE-359"),
    ),
    Rule(
        "HS417",
        "high",
        "Text is run as code",
        "`eval` or `exec` runs a text that is not constant. Who can change the text, in an answer, a file or the "
        "environment, runs code of their own with the rights of the script.",
        """
import requests

answer = requests.get("https://shop.example/orders", timeout=10)
orders = eval(answer.text)
""",
        "Parse it: `json.loads` for JSON, `ast.literal_eval` for Python's literals; a table of functions in the place "
        "of code in configuration.",
        near_miss="""
import ast

import requests

answer = requests.get("https://shop.example/orders", timeout=10)
orders = ast.literal_eval(answer.text)
limits = eval("2 ** 10")
""",
        sources=("CWE-95",),
        security=True,
    ),
)
"""All of them, by code."""
