"""Where code takes any certificate for a server's, by its spelling: contexts of `ssl`, and the options of libraries.

All of the code is looked at, also what is never reached or not followed. Requests whose own settings say so are
found in the model; `verify=False` of a call that is not known may be about anything, a signature for example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.spelling import dotted
from extractors.ir import (
    Argument,
    Assign,
    Attribute,
    CallExpr,
    Expr,
    Index,
    LiteralExpr,
    MapEntry,
    Name,
    Script,
)
from migrate.contracts import Observation
from migrate.model import SourceSpan

_NO_CHECK = re.compile(r"(?:^|\.)CERT_NONE$")
_NO_CONTEXT = "_create_unverified_context"
_OFF = frozenset(
    {
        "ssl_verify",
        "tls_verify",
        "validate_certs",
        "validate_cert",
        "verify_certs",
        "verify_hostname",
        "verify_ssl",
        "verify_ssl_certs",
    }
)
"""Options that switch the check off where they are false: aiohttp before 3.0, elasticsearch, hvac, kubernetes, …"""
_ON = frozenset(
    {"disable_ssl_certificate_validation", "tlsAllowInvalidCertificates", "tlsInsecure", "ssl_no_verify"}
)
"""Options that switch it off where they are true: httplib2, pymongo."""
_MODES = frozenset({"verify_mode", "cert_reqs", "ssl_cert_reqs"})
"""Where the modes of `ssl` are told: `ssl.SSLContext`, urllib3, pymongo, redis."""
_OF_AIOHTTP = re.compile(r"\.(?:TCPConnector|get|post|put|patch|delete|head|options|request|ws_connect)$")
_OF_CURL = re.compile(r"(?:^|\.)(?:SSL_VERIFYPEER|SSL_VERIFYHOST)$")


def unverified(script: Script) -> Iterator[Observation]:
    """The places, each once; those of hosts that may be any where certificates may not."""
    nodes = tuple(nodes_of(script.body))
    found = dict.fromkeys(place for node in nodes for place in _places(node))
    if not found:
        found = dict.fromkeys(place for node in nodes for place in _any_host(node))
    yield from (Observation("any-certificate", span) for span in found)


def _places(node: object) -> Iterator[SourceSpan]:
    match node:
        case Attribute(name=name, span=span) if name == _NO_CONTEXT:
            yield span
        case Name(name=name, span=span) if name == _NO_CONTEXT:
            yield span
        case Assign(targets=targets, value=value, span=span):
            if any(_says(_name(one), value) for one in targets):
                yield span
        case MapEntry(key=LiteralExpr(value=str() as name), value=value) if _says(name, value):
            yield value.span
        case CallExpr(function=function, arguments=arguments, span=span):
            if any(_tells(function, one) for one in arguments) or _is_option_of_curl(arguments):
                yield span
        case _:
            pass


def _any_host(node: object) -> Iterator[SourceSpan]:
    """Where a certificate may be one of another host: what must stand before the check is switched off, too."""
    match node:
        case Assign(targets=targets, value=value, span=span) if _is(value, value=False):
            if any(isinstance(one, Attribute) and one.name == "check_hostname" for one in targets):
                yield span
        case _:
            pass


def _name(target: object) -> str:
    """The attribute or key that is set; empty for a variable, which sets nothing by itself."""
    match target:
        case Attribute(name=name) | Index(index=LiteralExpr(value=str() as name)):
            return name
        case _:
            return ""


def _tells(function: Expr, argument: Argument) -> bool:
    if argument.keyword is None:
        return False
    if argument.keyword == "ssl":
        return _is(argument.value, value=False) and _OF_AIOHTTP.search(dotted(function)) is not None
    return _says(argument.keyword, argument.value)


def _says(name: str, value: Expr) -> bool:
    if name in _MODES:
        mode = value.value if isinstance(value, LiteralExpr) else dotted(value)
        return isinstance(mode, str) and _NO_CHECK.search(mode) is not None
    return (name in _OFF and _is(value, value=False)) or (name in _ON and _is(value, value=True))


def _is(node: Expr, *, value: bool) -> bool:
    return isinstance(node, LiteralExpr) and node.value in (True, False) and bool(node.value) is value


def _is_option_of_curl(arguments: tuple[Argument, ...]) -> bool:
    match arguments:
        case (Argument(value=option), Argument(value=value)):
            return _OF_CURL.search(dotted(option)) is not None and _is(value, value=False)
        case _:
            return False
