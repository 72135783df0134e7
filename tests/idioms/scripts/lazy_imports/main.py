"""Imports where they are needed: in functions, on one way of two, with a module that may be missing, in a circle."""
import os

import requests

try:
    import local_settings.extra as local
except ImportError:
    local = None

import counting

BASE = os.environ["API"]


def send(item):
    from shape import shaped

    counting.count()
    requests.post(BASE + "/in", json=shaped(item)).raise_for_status()


for item in requests.get(BASE + "/items").json():
    if item["kind"] == "special":
        import special

        item = special.marked(item)
    send(item)
requests.post(BASE + "/done", json={"sent": counting.sent, "local": local is None, "by": counting.names()})
