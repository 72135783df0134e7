"""What each codec becomes in a function node, and on which values the run ends with an error instead."""

from __future__ import annotations

from emitters._lowering import Lowering
from emitters.node_red.functions import DEEP, ORDER, UNICODE

CODECS: dict[str, Lowering] = {
    "requests.json": Lowering("request", f"{ORDER}, {DEEP}"),
    "requests.text": Lowering("request"),
    "requests.form": Lowering("request", "pairs whose keys are lists or maps"),
    "requests.data": Lowering("request", "pairs whose keys are lists or maps"),
    "requests.query": Lowering("append_query", "pairs whose keys are lists or maps"),
    "requests.url": Lowering(
        "quote_url",
        "a host that is not plain ASCII, user and password in the URL, what Node-RED's client would write otherwise",
    ),
    "requests.json_answer": Lowering(
        "answer", f"a charset that requests would guess, UTF-16 and UTF-32, content encodings, {DEEP}"
    ),
    "httpx.json": Lowering("request", DEEP),
    "httpx.text": Lowering("request"),
    "httpx.form": Lowering("request", UNICODE),
    "httpx.query": Lowering("httpx_query", UNICODE),
    "httpx.url": Lowering(
        "httpx_url",
        "a host that is not plain ASCII, user and password in the URL, what Node-RED's client would write otherwise",
    ),
    "httpx.json_answer": Lowering("answer", f"lone surrogates, UTF-16 and UTF-32, content encodings, {DEEP}"),
    "curl.data": Lowering("curl_data", "a name of a file, NUL, 128 KiB and more"),
    "curl.query": Lowering("curl_url", "all but letters, figures and `-._~`"),
    "curl.url": Lowering(
        "curl_url",
        "globs, segments of dots, what is not ASCII, what Node-RED's client would write otherwise",
    ),
    "urllib.data": Lowering("urllib_data", "bytes that are no text in UTF-8"),
    "urllib.query": Lowering("urllib_url", "any: `urllib.request` has no parameters"),
    "urllib.url": Lowering(
        "urllib_url",
        "a host that is not plain ASCII, user and password in the URL, what Node-RED's client would write otherwise",
    ),
    "urllib.json_answer": Lowering("answer", f"content encodings, {DEEP}"),
    "jq-1.6.json_answer": Lowering("answer", "an answer that is not one JSON document of RFC 8259 in UTF-8"),
}
"""Codecs and the helper that does the same; a codec that is not here is a loss."""
