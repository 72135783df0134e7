import json
import os
from io import BytesIO

import pycurl

API = os.environ["API"]


def call(url, payload=None):
    buffer = BytesIO()
    c = pycurl.Curl()
    c.setopt(c.URL, url)
    c.setopt(c.HTTPHEADER, ["Accept: application/json", "Content-Type: application/json"])
    c.setopt(c.WRITEDATA, buffer)
    if payload is not None:
        c.setopt(c.POSTFIELDS, json.dumps(payload))
    c.perform()
    status = c.getinfo(c.RESPONSE_CODE)
    c.close()
    if status >= 400:
        raise RuntimeError(status)
    return json.loads(buffer.getvalue())


for contact in call(API + "/contacts"):
    call(API + "/members", {"email": contact["email"]})
