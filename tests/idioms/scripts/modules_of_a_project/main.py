"""A script with its settings, a client and a mapping in modules of their own."""
import os
import sys

import settings
from shop.client import Client
from shop import *

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "more"))
import labels


def run(client):
    for order in client.get("/orders"):
        client.post("/labels", mapped(order, labels.LABELS.get(order["country"], settings.OTHER)))
    client.post("/done", {"orders": client.read, "labels": client.sent})


if __name__ == "__main__":
    run(Client(settings.BASE, settings.TOKEN))
