import hashlib
import hmac
import json
import os
import requests

API = os.environ["API"]
secret = os.environ["SIGNING"]
for row in requests.get(API + "/rows").json():
    body = json.dumps({"id": row["id"]})
    signature = hmac.new(secret.encode("utf-8"), body.encode("utf-8"), hashlib.sha256).hexdigest()
    requests.post(API + "/out", data=body, headers={"X-Signature": signature, "Content-Type": "application/json"})
