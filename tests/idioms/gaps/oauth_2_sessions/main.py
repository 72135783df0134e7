import os
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

API = os.environ["API"]
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
client = BackendApplicationClient(client_id=os.environ["CLIENT"])
session = OAuth2Session(client=client)
session.fetch_token(token_url=API + "/token", client_id=os.environ["CLIENT"], client_secret=os.environ["SECRET"])
for row in session.get(API + "/rows").json():
    session.post(API + "/out", json={"id": row["id"]})
