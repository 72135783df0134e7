"""The kinds of diagnostics: `hubshift explain CODE` prints them, docs/diagnostics.md lists them.

A code keeps its meaning for ever; one that is no longer given is not given to anything else. HS0 is about files, HS1
about what a script says, HS2 about what an emitted flow does otherwise, HS3 about what belongs together and does not,
HS4 about what a script should not do wherever it runs (`risks.py`).
"""

from __future__ import annotations

from migrate.diagnostics.risks import RISKS
from migrate.diagnostics.rule import Rule

RULES = {
    rule.code: rule
    for rule in (
        Rule(
            "HS001",
            "gap",
            "The file cannot be parsed",
            "The file is no valid Python 3, or it is nested deeper than is read. Nothing of it is in the model.",
            """
import requests

requests.get("https://a.example/items"
""",
            "Repair the syntax error, or leave the file out. Port a script for Python 2 to Python 3 if it is not read.",
        ),
        Rule(
            "HS002",
            "gap",
            "The file cannot be read",
            "The file cannot be opened, is larger than 5,000,000 bytes, is binary, is not in the encoding that it "
            "states, has a name that is not UTF-8, or is no file but a FIFO, socket or device. Nothing of it is in the "
            "model.",
            """
# coding: unknown-8
import requests

requests.get("https://a.example/items")
""",
            "Check its encoding, size, name and rights.",
        ),
        Rule(
            "HS003",
            "gap",
            "A script in a language that is not read",
            "The file seems to call another system: by its ending or first line it is a script, and an address or a "
            "call of a known tool stands in it. There is no extractor for its language.",
            """
require "net/http"

puts Net::HTTP.get(URI("https://a.example/items"))
""",
            "Migrate it by hand, or leave it out.",
        ),
        Rule(
            "HS004",
            "note",
            "A link is not followed",
            "A symbolic link has the name of a script, or leads to a folder. Links are not followed, so that no script "
            "is read twice and none outside of the folder.",
            "",
            "Name the folder it leads to if the scripts there count.",
        ),
        Rule(
            "HS005",
            "gap",
            "hubshift failed on the file",
            "A fault of hubshift itself, not of the script: its kind and its place in the code of hubshift are named. "
            "Nothing of the file is in the model; the other files are read.",
            """
import requests

requests.post("https://b.example/in", json={"a": 1})
""",
            "Report it with the smallest script that leads to it. Until it is mended, migrate the script by hand.",
        ),
        Rule(
            "HS101",
            "gap",
            "A construct of the language is not supported",
            "The script uses the language in a way that is not followed. What depends on it is unknown; a run of the "
            "model that reaches it ends there.",
            """
import requests

try:
    requests.post("https://b.example/in", json={"a": 1})
except* ValueError:
    print("refused")
""",
            "Rewrite it in the supported idioms, or migrate this step by hand.",
        ),
        Rule(
            "HS102",
            "gap",
            "A function or library is not known",
            "The script calls something whose effects are not known. It could read or write another system, so a run "
            "of the model that reaches it ends there.",
            """
import other
import requests

requests.post("https://b.example/in", json={"a": 1})
other.run()
""",
            "Migrate the call by hand, or add a client-library file for it.",
        ),
        Rule(
            "HS103",
            "gap",
            "A value cannot be determined",
            "What a name, attribute or item holds at this place is not known. What is made of it is unmapped.",
            """
import requests

requests.post("https://b.example/in", json={"a": NAME})
""",
            "See the reason; state the value in the model by hand.",
        ),
        Rule(
            "HS104",
            "gap",
            "A bound of the analysis was reached",
            "The script is larger than what is followed: too deep, too long, with a constant that would fill the "
            "memory, or with more than 60 seconds to be read. What comes of it is unknown.",
            """
import requests

requests.post("https://b.example/in", json={"a": 2**100000000})
""",
            "Split the script, or migrate this part by hand.",
        ),
        Rule(
            "HS105",
            "gap",
            "Error handling that is not followed",
            "The script handles an error in a way that is not followed, so it is not known what it does after one.",
            """
import requests
import vendor

requests.post("https://b.example/in", json={"a": 1})
try:
    requests.get("https://a.example")
except vendor.Error:
    pass
""",
            "See the reason; state the try step of the model by hand, or write the handler in a supported form.",
        ),
        Rule(
            "HS106",
            "warning",
            "A function that seems to call a system is never called in its file",
            "The file defines a function that would read or write another system, and does not call it, while the rest "
            "of the file calls some. In the model it is an entry point, which no run comes to, for nobody is known to "
            "run it.",
            """
import requests

requests.post("https://b.example/in", json={"a": 1})


def never():
    requests.post("https://b.example/other", json={"a": 1})
""",
            "Name the file that calls it, or leave it out if nobody runs it.",
        ),
        Rule(
            "HS107",
            "gap",
            "A secret of the source would reach the model",
            "A value that is a secret by its name or form is also used where the model would have to state it. So "
            "that it does not leak, nothing is made of the file.",
            """
import requests

PASSWORD = "hunter2-hunter2"
requests.post("https://b.example/in", json={"hunter2-hunter2": 1})
""",
            "Move the secret out of the source, then run again.",
        ),
        Rule(
            "HS108",
            "gap",
            "A module of the project is not followed",
            "The script imports a module, or a name of one, that is not there, that cannot be read, or that is still "
            "being loaded because modules import each other in a circle. What comes of it is unknown.",
            """
import requests

from .settings import TOKEN

requests.post("https://b.example/in", headers={"X-Token": TOKEN})
""",
            "See the reason. Read the folder that holds the whole project; a file that is made when the project is "
            "installed has to lie there too.",
        ),
        Rule(
            "HS109",
            "gap",
            "A call of a library that is described, not run",
            "The script reaches a system through a library of its vendor, a database driver or a file format. The call "
            "is in the model with its system, operation and data, but nothing carries it out yet: a run of the model "
            "that reaches it ends there.",
            """
from simple_salesforce import Salesforce

salesforce = Salesforce(username="sync@shop.example", password="tr0ub4dor-ex")
salesforce.Contact.create({"LastName": "Ito"})
""",
            "Migrate the call by hand; the step of the model tells what it does.",
        ),
        Rule(
            "HS110",
            "gap",
            "A function that something outside of the file calls",
            "The file defines a function that reads or writes another system, and leaves it to others to call it: a "
            "platform that calls it for an event, a request or a schedule, another file, a library that got it. With "
            "what it is called is not known. In the model it is an entry point, which no run comes to.",
            """
import requests


def handler(event, context):
    requests.post("https://b.example/in", json={"a": event["a"]})
""",
            "Name what calls it and with what: emit the file that calls it, or state its arguments in the model.",
        ),
        Rule(
            "HS201",
            "warning",
            "The script waits; the emitted flow does not",
            "The script pauses here. The emitted flow sends the same requests without the pause.",
            """
import time
import requests

requests.post("https://b.example/in", json={"a": 1})
time.sleep(1)
""",
            "Add a delay if a receiver needs it.",
        ),
        Rule(
            "HS202",
            "note",
            "The script goes on without a credential; the emitted flow does not",
            "Where the variable is not set, the script sends a text in its place, such as None or nothing. The emitted "
            "flow ends with an error.",
            """
import os
import requests

token = os.getenv("API_TOKEN")
requests.get("https://a.example", headers={"Authorization": f"Bearer {token}"})
""",
            "Set the variable; the script would have sent the text None in its place.",
        ),
        Rule(
            "HS203",
            "note",
            "The script writes a log file; the emitted flow does not",
            "The script keeps a log of its own. A platform has one for all flows, so this one is not carried over, and "
            "the shadow run leaves it out of the comparison, unless a step reads or writes it.",
            """
import logging
import requests

logging.basicConfig(filename="sync.log", level=logging.INFO)
logging.info("%s", requests.get("https://a.example/orders").status_code)
""",
            "Look for the log on the platform; tell those who read the file.",
        ),
        Rule(
            "HS204",
            "note",
            "The script takes one request at a time; a platform may take several",
            "The script's server handles one request after the other. On a platform, a request that comes in while "
            "another is being handled may overtake it. The shadow run sends one after the other.",
            """
import requests
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        requests.post("https://b.example/in", json={"path": self.path})
        self.send_response(204)
        self.end_headers()


HTTPServer(("", 8080), Handler).serve_forever()
""",
            "If order matters, let the platform queue what comes in.",
        ),
        Rule(
            "HS205",
            "note",
            "The script uses the text of an error, which is known for some errors only",
            "What Python says of an error is known for parts that are missing or of another type (`KeyError: 'id'`), "
            "for what cannot be gone through, and for JSON. A run that needs the text of another error ends there.",
            """
import requests

item = requests.get("https://a.example/item").json()
try:
    name = item["name"]
except KeyError as error:
    name = f"no name: {error}"
requests.post("https://b.example/in", json={"name": name})
""",
            "Record a run in which the error arises: the shadow run shows whether its text is known.",
        ),
        Rule(
            "HS206",
            "note",
            "The time zone of the machine decides",
            "The script takes a local time, or takes a time without a zone for a local one. The emitted flow does the "
            "same, in the zone of the machine that it runs on.",
            """
from datetime import datetime
import requests

requests.post("https://b.example/in", json={"at": datetime.now().isoformat()})
""",
            "Set the zone of the platform to that of the script's machine (`TZ`), or take the time in UTC.",
        ),
        Rule(
            "HS207",
            "note",
            "The script reads variables from a file; the flow has them from its environment",
            "The script fills its environment from a file such as `.env`. The emitted flow and the reference take the "
            "same names from the environment that they are started in, as a platform gives them.",
            """
import os
import requests
from dotenv import load_dotenv

load_dotenv()
requests.get(os.environ["SHOP_URL"])
""",
            "Set the variables of the file for the platform; for a shadow run, name the file by `--env-file`.",
        ),
        Rule(
            "HS301",
            "warning",
            "The model was made from another version of the script",
            "A model states the SHA-256 of each script that it was made from, and the script given has another one. "
            "What changed in the script since is not in the model.",
            """
import requests

requests.post("https://b.example/in", json={"changed": "since"})
""",
            "Audit the script again, and take over what was changed in the model by hand.",
        ),
        Rule(
            "HS302",
            "warning",
            "The configuration was made from another version of the script",
            "Emitted files state the SHA-256 of each script that they were made from, and the script given has another "
            "one. What changed in the script since is not in the configuration.",
            """
import requests

requests.post("https://b.example/in", json={"changed": "since"})
""",
            "Emit the configuration again, and take over what was changed in it by hand.",
        ),
        *RISKS,
    )
}
