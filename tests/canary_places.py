"""Where canary secrets are planted: in sources, configuration, addresses, headers and bodies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fixtures.case import FOLDER


@dataclass(frozen=True)
class Hiding:
    """A place where a secret stands: the canaries, the script, and what the environment holds."""

    place: str
    canaries: tuple[str, ...]
    script: str
    environment: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    """Names and texts of other files in the script's folder."""

    def __str__(self) -> str:
        return self.place


ESTATE = FOLDER / "estate" / "legacy"


def canaries_in(text: str) -> tuple[str, ...]:
    """The invented credentials of the sample estate that stand in a text, each once."""
    return tuple(sorted(set(re.findall(r"test-\d\dcanary-\w+", text))))


HEAD = "import json\nimport os\nimport requests\n"
FETCH = 'item = requests.get("https://a.example/item", headers=headers).json()\n'
SEND = 'requests.post("https://b.example/in", json={"name": item["name"]}).raise_for_status()\n'
PLAIN = HEAD + "headers = {}\n" + FETCH + SEND

HIDINGS = (
    Hiding(
        "a constant whose name says secret",
        ("canary plain words one",),
        HEAD
        + 'API_TOKEN = "canary plain words one"\nheaders = {"Authorization": "Bearer " + API_TOKEN}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a constant that looks like a token, under an innocent name",
        ("ghp_CanaryAa11Bb22Cc33Dd44Ee55Ff66Gg77",),
        HEAD
        + 'THING = "ghp_CanaryAa11Bb22Cc33Dd44Ee55Ff66Gg77"\nheaders = {"X-Thing": THING}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "the key of a signature, as bytes under an innocent name",
        ("canary-hmac-key-1",),
        HEAD
        + "import hashlib\nimport hmac\n"
        + 'headers = {"X-Sum": hmac.new(b"canary-hmac-key-1", b"x", hashlib.sha256).hexdigest()}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a constant of bytes whose name says secret",
        ("canary-bytes-1",),
        HEAD
        + "import hashlib\nimport hmac\n"
        + 'HOOK_SECRET = b"canary-bytes-1"\n'
        + 'headers = {"X-Sum": hmac.new(HOOK_SECRET, b"x", "sha1").hexdigest()}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a form",
        ("canary-form-1",),
        PLAIN
        + 'requests.post("https://b.example/login", data={"user": "bob", "password": "canary-form-1"})\n',
    ),
    Hiding(
        "a JSON body inside a nested map",
        ("canary-json-1",),
        PLAIN
        + 'requests.post("https://b.example/login", json={"auth": {"client_secret": "canary-json-1"}})\n',
    ),
    Hiding(
        "headers written out",
        ("canary-bearer-1", "canary-key-1", "canary-cookie-1"),
        HEAD
        + 'headers = {"Authorization": "Bearer canary-bearer-1", "X-Api-Key": "canary-key-1"}\n'
        + 'headers["Cookie"] = "sid=canary-cookie-1"\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "an f-string",
        ("canary-fstring-1",),
        HEAD + 'scheme = "Token"\nheaders = {"Authorization": f"{scheme} canary-fstring-1"}\n' + FETCH + SEND,
    ),
    Hiding(
        "a map of settings",
        ("canary-sttngs-1", "canary-sttngs-2"),
        HEAD
        + 'CONFIG = {"a": {"api_key": "canary-sttngs-1"}, "password": "canary-sttngs-2"}\n'
        + 'headers = {"X-Api-Key": CONFIG["a"]["api_key"]}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a default argument",
        ("canary-dflt-1",),
        HEAD
        + 'def fetch(token="canary-dflt-1"):\n    return {"Authorization": f"Bearer {token}"}\n'
        + "headers = fetch()\n"
        + FETCH
        + SEND,
    ),
    Hiding(
        "a class attribute",
        ("canary-attr-1",),
        HEAD
        + 'class Api:\n    secret_key = "canary-attr-1"\n    def headers(self):\n'
        + '        return {"X-Api-Key": self.secret_key}\n'
        + "headers = Api().headers()\n"
        + FETCH
        + SEND,
    ),
    Hiding(
        "code that never runs",
        ("canary-dead-1", "canary-dead-2"),
        PLAIN
        + 'if False:\n    requests.get("https://a.example/x", headers={"X-Api-Key": "canary-dead-1"})\n'
        + 'def never():\n    requests.post("https://a.example/x", data={"password": "canary-dead-2"})\n',
    ),
    Hiding(
        "a try block",
        ("canary-try-1",),
        PLAIN
        + 'try:\n    requests.post("https://a.example/x", data={"password": "canary-try-1"})\n'
        + "except ValueError:\n    pass\n",
    ),
    Hiding(
        "comments and a docstring",
        ("canary-comment-1", "canary-dcstrng-1", "canary-trailing-1"),
        '"""Token of the CRM: canary-dcstrng-1"""\n'
        + "# password = canary-comment-1\n"
        + HEAD
        + 'headers = {}\nitem = requests.get("https://a.example/item").json()  # password: canary-trailing-1\n'
        + SEND,
    ),
    Hiding(
        "the user information of a URL",
        ("canary-userinfo-1",),
        HEAD
        + "headers = {}\n"
        + 'item = requests.get("https://bob:canary-userinfo-1@a.example/item").json()\n'
        + SEND,
    ),
    Hiding(
        "the query of a URL",
        ("canaryquery1a2b3c4d",),
        HEAD
        + 'headers = {}\nitem = requests.get("https://a.example/item?api_key=canaryquery1a2b3c4d").json()\n'
        + SEND,
    ),
    Hiding(
        "the query of a URL that is put together",
        ("canary-fquery-1",),
        HEAD
        + 'headers = {}\nKEY = "canary-fquery-1"\nitem = requests.get(f"https://a.example/item?token={KEY}").json()\n'
        + SEND,
    ),
    Hiding(
        "query parameters",
        ("canary-params-1",),
        HEAD
        + 'query = {"access_token": "canary-params-1"}\n'
        + 'item = requests.get("https://a.example/item", params=query).json()\n'
        + SEND,
    ),
    Hiding(
        "basic authentication",
        ("canary-basic-1",),
        HEAD
        + 'pair = ("sync", "canary-basic-1")\n'
        + 'item = requests.get("https://a.example/item", auth=pair).json()\n'
        + SEND,
    ),
    Hiding(
        "the name of a field",
        ("canary-field-1",),
        PLAIN
        + 'API_TOKEN = "canary-field-1"\nrequests.post("https://b.example/in", json={"canary-field-1": 1})\n',
    ),
    Hiding(
        "the default of a variable",
        ("canary-fllbck-1",),
        HEAD + 'headers = {"X-Api-Key": os.environ.get("A_API_KEY", "canary-fllbck-1")}\n' + FETCH + SEND,
    ),
    Hiding(
        "an unknown call",
        ("canary-unknown-1",),
        HEAD + 'import other\nheaders = other.login("bob", password="canary-unknown-1")\n' + FETCH + SEND,
    ),
    Hiding(
        "an exception's text",
        ("canary-raise-1",),
        HEAD
        + 'PASSWORD = "canary-raise-1"\nheaders = {"X-Password": PASSWORD}\n'
        + FETCH
        + 'if not item["name"]:\n    raise ValueError(f"no name with {PASSWORD}")\n'
        + SEND
        + 'raise ValueError(f"the end with {PASSWORD}")\n',
    ),
    Hiding(
        "the environment",
        ("canary-env-1", "canary-env-2"),
        HEAD
        + 'headers = {"Authorization": f"Bearer {os.environ[\'A_VALUE\']}"}\n'
        + FETCH
        + 'print("token", os.environ["A_VALUE"])\nraise ValueError(os.environ["A_VALUE"])\n',
        "A_VALUE=canary-env-1\nUNUSED_PASSWORD=canary-env-2\n",
    ),
    *(
        Hiding(
            f"an Authorization header of the scheme {scheme}",
            ("qZ7-kw93mXt1vB0p",),
            HEAD + f'headers = {{"Authorization": "{scheme} qZ7-kw93mXt1vB0p"}}\n' + FETCH + SEND,
        )
        for scheme in ("Bearer", "Basic", "Token", "SSWS", "ApiKey", "Splunk", "token", "GenieKey")
    ),
    *(
        Hiding(
            f"the header {name} with an innocent constant",
            ("one of my own words",),
            HEAD + f'THING = "one of my own words"\nheaders = {{"{name}": THING}}\n' + FETCH + SEND,
        )
        for name in (
            "X-Api-Key",
            "X-Shop-Key",
            "X-Key",
            "Cookie",
            "X-Auth-Token",
            "PRIVATE-TOKEN",
            "api-key",
            "X-Shopify-Access-Token",
        )
    ),
    Hiding(
        "a header of a session, set late",
        ("canary-session-1", "canary-session-2"),
        HEAD
        + 'http = requests.Session()\nhttp.headers["X-Api-Key"] = "canary-session-1"\n'
        + 'http.headers.update({"Authorization": "Token " + "canary-session-2"})\n'
        + 'item = http.get("https://a.example/item").json()\n'
        + 'http.post("https://b.example/in", json={"name": item["name"]})\n',
    ),
    Hiding(
        "a sum of texts",
        ("qZ7kw93mXt1vB0pL",),
        HEAD + 'PASSWORD = "qZ7kw93m" + "Xt1vB0pL"\nheaders = {"X-Api-Key": PASSWORD}\n' + FETCH + SEND,
    ),
    Hiding(
        "texts that stand side by side",
        ("qZ7kw93mXt1vB0pL",),
        HEAD
        + 'API_KEY = ("qZ7kw93m"\n           "Xt1vB0pL")\nheaders = {"X-Api-Key": API_KEY}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a formatted text",
        ("canary-percent-1", "canary-format-1"),
        HEAD
        + 'PASSWORD = "canary-percent-1"\nSECRET = "canary-format-1"\n'
        + 'headers = {"X-A": "pw %s" % PASSWORD, "X-B": "s {}".format(SECRET)}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "keyword arguments of a function of the script",
        ("canary-keyword-1", "canary-keyword-2"),
        HEAD
        + "def login(user, password, api_key=None):\n"
        + '    return {"X-Api-Key": api_key, "X-Auth-Password": password}\n'
        + 'headers = login("bob", password="canary-keyword-1", api_key="canary-keyword-2")\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "an attribute set by a constructor",
        ("canary-ctor-1",),
        HEAD
        + 'class Api:\n    def __init__(self, token="canary-ctor-1"):\n        self.token = token\n'
        + '    def headers(self):\n        return {"Authorization": "Bearer %s" % self.token}\n'
        + "headers = Api().headers()\n"
        + FETCH
        + SEND,
    ),
    Hiding(
        "forms that are derived in the source",
        ("qZ7-kw93mXt1vB0p",),
        HEAD
        + 'import base64\nPASSWORD = "qZ7-kw93mXt1vB0p"\n'
        + 'pair = base64.b64encode(("bob:" + PASSWORD).encode()).decode()\n'
        + 'headers = {"Authorization": "Basic " + pair, "X-A": PASSWORD.upper(), "X-B": PASSWORD[:9]}\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a slice and a change of case of a known text",
        ("qZ7-kw93mXt1vB0p",),
        HEAD
        + 'PASSWORD = "qZ7-kw93mXt1vB0p"\nheaders = {"X-A": PASSWORD.lower()}\n'
        + FETCH
        + 'requests.post("https://b.example/in", json={"a": PASSWORD[2:14], "b": PASSWORD[::-1]})\n',
    ),
    Hiding(
        "a URL with a key in its path",
        ("qZ7kw93mXt1vB0pLs8Yd",),
        PLAIN
        + 'requests.post("https://hooks.slack.example/services/T0AAAA1BB/B0CCCC2DD/qZ7kw93mXt1vB0pLs8Yd",'
        + ' json={"text": item["name"]})\n',
    ),
    Hiding(
        "a path put together",
        ("canary-path-1",),
        HEAD
        + 'headers = {}\nWEBHOOK_TOKEN = "canary-path-1"\n'
        + FETCH
        + 'requests.post(f"https://b.example/hook/{WEBHOOK_TOKEN}/in", json={"name": item["name"]})\n',
    ),
    Hiding(
        "a URL constant with user information and a query",
        ("canary-dsn-1", "qZ7kw93mXt1vB0pL"),
        HEAD
        + 'headers = {}\nBASE = "https://bob:canary-dsn-1@a.example"\nQUERY = "?sig=qZ7kw93mXt1vB0pL"\n'
        + 'item = requests.get(BASE + "/item" + QUERY).json()\n'
        + SEND,
    ),
    Hiding(
        "texts that are JSON, XML and a form",
        ("canary-jsntxt-1", "canary-xml-1", "canary-frmtxt-1"),
        PLAIN
        + 'requests.post("https://b.example/a", data=\'{"password": "canary-jsntxt-1"}\')\n'
        + 'requests.post("https://b.example/b", data="<auth><password>canary-xml-1</password></auth>")\n'
        + 'requests.post("https://b.example/c", data="user=bob&client_secret=canary-frmtxt-1")\n',
    ),
    Hiding(
        "docstrings and comments inside of functions and classes",
        ("canary-inner-1", "canary-inner-2", "canary-inner-3"),
        HEAD
        + 'class Api:\n    """Login: bob, password canary-inner-1"""\n'
        + '    def get(self):\n        """token=canary-inner-2"""\n'
        + "        # old key: canary-inner-3\n"
        + '        return requests.get("https://a.example/item").json()\n'
        + "item = Api().get()\n"
        + SEND,
    ),
    Hiding(
        "files beside the script",
        ("canary-dotenv-1", "canary-ini-1", "canary-sttngs-3"),
        HEAD
        + "from settings import API_KEY\nfrom dotenv import load_dotenv\nload_dotenv()\n"
        + 'headers = {"X-Api-Key": API_KEY}\n'
        + FETCH
        + SEND,
        beside=(
            (".env", "A_TOKEN=canary-dotenv-1\n"),
            ("config.ini", "[crm]\npassword = canary-ini-1\n"),
            ("settings.py", 'API_KEY = "canary-sttngs-3"\n'),
        ),
    ),
    Hiding(
        "a shell script beside it",
        ("canary-shell-1",),
        PLAIN,
        beside=(("sync.sh", "#!/bin/sh\ncurl -H 'X-Api-Key: canary-shell-1' https://a.example/x\n"),),
    ),
    Hiding(
        "an assertion, a log line and a print",
        ("canary-log-1",),
        HEAD
        + 'import logging\nTOKEN = "canary-log-1"\nheaders = {"X-Api-Key": TOKEN}\n'
        + 'assert TOKEN != "x", TOKEN\nlogging.warning("token %s", TOKEN)\nprint(f"with {TOKEN}")\n'
        + FETCH
        + SEND,
    ),
    Hiding(
        "a table of tokens",
        ("canary-table-1", "canary-table-2"),
        HEAD
        + 'TOKENS = {"de": "canary-table-1", "at": "canary-table-2"}\nheaders = {}\n'
        + FETCH
        + 'requests.post("https://b.example/in", headers={"X-Api-Key": TOKENS[item["country"]]})\n',
    ),
    Hiding(
        "a list that is gone through",
        ("canary-list-1", "canary-list-2"),
        HEAD
        + 'for api_key in ["canary-list-1", "canary-list-2"]:\n'
        + '    requests.post("https://b.example/in", headers={"X-Api-Key": api_key}, json={})\n',
    ),
    Hiding(
        "a literal of which only a later line says what it is",
        ("one of my own words",),
        HEAD
        + 'THING = "one of my own words"\n'
        + 'item = requests.get("https://a.example/item").json()\n'
        + 'print(json.dumps(item, default="one of my own words", cls=item))\n'
        + 'headers = {"X-Api-Key": THING}\nitem = requests.get("https://a.example/x", headers=headers).json()\n'
        + SEND,
    ),
    Hiding(
        "a mail",
        ("canary-login-1", "qZ7-kw93mXt1vB0p", "vT4.gh62nRy8cD5s"),
        HEAD
        + "import smtplib\nfrom email.message import EmailMessage\n"
        + 'API_TOKEN = "qZ7-kw93mXt1vB0p"\nheaders = {}\n'
        + FETCH
        + 'message = EmailMessage()\nmessage["From"] = "a@shop.example"\nmessage["To"] = "b@shop.example"\n'
        + 'message["Subject"] = "of " + API_TOKEN\n'
        + 'message.set_content("It is %s\\nor %s." % (os.environ["A_TOKEN"], API_TOKEN))\n'
        + 'with smtplib.SMTP("mail.shop.example", 587) as server:\n'
        + '    server.starttls()\n    server.login("bob", "canary-login-1")\n    server.send_message(message)\n',
        "A_TOKEN=vT4.gh62nRy8cD5s\n",
    ),
    Hiding(
        "a file that does not parse",
        ("canary-broken-1",),
        HEAD + 'API_TOKEN = "canary-broken-1\nrequests.get("https://a.example")\n',
    ),
    *(
        Hiding(f"the script {path.name} of the sample estate", canaries, path.read_text(encoding="utf-8"))
        for path in sorted(ESTATE.glob("*.py"))
        if (canaries := canaries_in(path.read_text(encoding="utf-8")))
    ),
)
