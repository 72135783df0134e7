"""What each codec becomes on Camel, and on which values the run ends with an error instead."""

from __future__ import annotations

from emitters._lowering import Lowering
from emitters.camel.functions import BYTES, DEEP

CODECS: dict[str, Lowering] = {
    "requests.json": Lowering("Requests.json", f"{DEEP}, {BYTES}"),
    "requests.text": Lowering("request"),
    "requests.form": Lowering("Requests.form", "pairs whose keys are lists or maps"),
    "requests.data": Lowering("Requests.data", "pairs whose keys are lists or maps"),
    "requests.query": Lowering("Requests.url", "pairs whose keys are lists or maps"),
    "requests.url": Lowering(
        "Requests.url",
        "a host that is not plain ASCII, user and password in the URL, what Java's client would write otherwise",
    ),
    "requests.json_answer": Lowering(
        "Requests.body",
        f"a charset that requests would guess, UTF-16 and UTF-32, content encodings, {DEEP}",
    ),
}
"""Codecs and the helper that does the same; a codec that is not here is a loss."""

CLIENTS: dict[str, str] = {"requests": "Requests"}
"""The class of the library that knows what a client does; a client that is not here is a loss."""
