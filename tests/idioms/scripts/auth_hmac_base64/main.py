import base64
import hashlib
import hmac
import os
import time
import requests

API = os.environ["API"]
secret = os.environ["SIGNING"]
path = "/rows"
message = "GET\n" + path
digest = hmac.new(secret.encode(), message.encode(), hashlib.sha512).digest()
headers = {"API-Sign": base64.b64encode(digest).decode()}
for row in requests.get(API + path, headers=headers).json():
    check = hashlib.md5((str(row["id"]) + secret).encode()).hexdigest()
    requests.post(API + "/out", params={"sign": check}, json={"id": row["id"]})
