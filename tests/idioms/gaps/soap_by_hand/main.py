import os
import xml.etree.ElementTree as ET
import requests

API = os.environ["API"]
ENVELOPE = """<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><GetOrder><id>{}</id></GetOrder></soap:Body></soap:Envelope>"""
for row in requests.get(API + "/rows").json():
    r = requests.post(API + "/soap", data=ENVELOPE.format(row["id"]), headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": "GetOrder"})
    r.raise_for_status()
    root = ET.fromstring(r.content)
    total = root.find(".//total")
    requests.post(API + "/out", json={"id": row["id"], "total": total.text})
