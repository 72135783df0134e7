"""The `pycurl` library: http://pycurl.io/docs/latest.

Reads: `Curl().setopt` of address, method, headers, body and user; `perform`, `getinfo` of the status.
Becomes: reads and writes behind a gap: what libcurl sends is not run.
Cannot see: the answer, which goes to a buffer or function of the script; several transfers at a time.
Example:
    import pycurl
    curl = pycurl.Curl()
    curl.setopt(curl.URL, "https://mail.example/members")
    curl.setopt(pycurl.HTTPHEADER, ["Content-Type: application/json"])
    curl.setopt(pycurl.POSTFIELDS, "{}")
    curl.perform()
"""

from __future__ import annotations

from extractors.clients.request_arguments import attributes_of
from extractors.clients.unmapped_requests import Asked, asked
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    FALSE,
    NONE,
    External,
    Instance,
    Known,
    MapItem,
    MapObject,
    Pointer,
    TupleValue,
    Value,
)
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_CURL, _ANSWER = "pycurl.Curl", "(answer)"
_OPTIONS = (
    *("URL", "HTTPHEADER", "POSTFIELDS", "POST", "PUT", "CUSTOMREQUEST", "NOBODY", "USERPWD", "HTTPGET"),
    *(
        "USERNAME",
        "PASSWORD",
        "WRITEDATA",
        "WRITEFUNCTION",
        "FOLLOWLOCATION",
        "TIMEOUT",
        "CAINFO",
        "USERAGENT",
    ),
    *("SSL_VERIFYPEER", "SSL_VERIFYHOST", "COOKIE", "VERBOSE", "HTTPAUTH", "RESPONSE_CODE", "HTTP_CODE"),
)


@KNOWLEDGE.function(_CURL)
def _curl(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(_CURL), {}))


def _register(name: str) -> None:
    KNOWLEDGE.attributes[_CURL, name] = lambda context, receiver, span: External(f"pycurl.{name}")


for _option in _OPTIONS:
    _register(_option)


@KNOWLEDGE.method(_CURL, "setopt")
def _setopt(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments.positional:
        case (External(name=name), value):
            context.state.write((receiver.address, f"({name.rpartition('.')[2]})"), value)
            return NONE
    return context.gap("HS101", "this call of setopt", span)


@KNOWLEDGE.method(_CURL, "perform")
def _perform(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    given = attributes_of(context, receiver)

    def option(name: str) -> Value:
        return given.get(f"({name})", NONE)

    body = option("POSTFIELDS")
    sends = body != NONE or option("POST") not in (NONE, FALSE, Known(0))
    method = option("CUSTOMREQUEST")
    if method == NONE:
        method = Known(
            "POST" if sends else "HEAD" if option("NOBODY") not in (NONE, FALSE, Known(0)) else "GET"
        )
    what = Asked(
        method=method,
        url=option("URL"),
        headers=(_headers(context, option("HTTPHEADER"), span),),
        body=body,
        auth=_user(option("USERPWD"), option("USERNAME"), option("PASSWORD")),
    )
    answer = asked(context, what, "pycurl.Answer", "requests of pycurl are read, but not run", span)
    context.state.write((receiver.address, _ANSWER), answer)
    return NONE


def _headers(context: Evaluator, value: Value, span: SourceSpan) -> Value:
    """A map of the lines that are constant."""
    items: list[MapItem] = []
    for line in context.fixed_items(value) or ():
        if isinstance(line, Known) and isinstance(line.value, str):
            name, _, text = line.value.partition(":")
            items.append(MapItem(Known(name.strip()), Known(text.strip()), None, span))
    return context.state.allocate(MapObject(tuple(items)))


def _user(both: Value, user: Value, password: Value) -> Value:
    if isinstance(both, Known) and isinstance(both.value, str):
        name, _, secret = both.value.partition(":")
        return TupleValue((Known(name), Known(secret)))
    if both != NONE:
        return TupleValue((both, both))
    return NONE if user == NONE else TupleValue((user, password))


@KNOWLEDGE.method(_CURL, "getinfo")
def _getinfo(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    answer = attributes_of(context, receiver).get(_ANSWER, NONE)
    asked_for = arguments.positional[0] if len(arguments.positional) == 1 else NONE
    codes = (External("pycurl.RESPONSE_CODE"), External("pycurl.HTTP_CODE"))
    if isinstance(answer, Pointer) and asked_for in codes:
        return attributes_of(context, answer)["status"]
    return context.gap("HS102", "this information of pycurl", span)


@KNOWLEDGE.method(_CURL, "close", "reset")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE
