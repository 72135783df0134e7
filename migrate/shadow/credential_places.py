"""Credentials masked where they stand, whatever they look like: headers, cookies, parameters, fields of such names.

What the values of known secrets do not reach: a password of five letters cannot be replaced wherever these five letters
occur, but its own place in a login can be emptied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import unquote_plus

from migrate.shadow import bodies
from migrate.shadow.messages import Answer, Headers, Request

Names = Callable[[str], bool]

_FIELD = re.compile(r'"(?P<name>(?:[^"\\]|\\.)*)"(?P<sign>\s*:\s*)"(?P<value>(?:[^"\\]|\\.)+)"')
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?(?P<name>[\w.-]+)(?:\s[^<>]*)?>(?P<value>[^<>]*[^<>\s])(?=\s*</)")
_PART = re.compile(r'\bname="(?P<name>[^"\r\n]+)"\r?\n(?:[^\r\n]+\r?\n)*\r?\n(?P<value>(?!--)[^\r\n]+)')
_PARAMETER = re.compile(r"(?P<name>[^&=\s]+)=(?P<value>[^&\s]+)")
_FORM = re.compile(r"[^\s<>{}\"]*=[^\s<>\"]*")
_QUOTED = re.compile(
    r'(?P<name>[\w-]*(?:token|signature|response|nonce))="(?P<value>[^"{}]+)"', re.IGNORECASE
)
_COOKIE = re.compile(r"(?P<name>[^=;\s]+)=(?P<value>[^;]+)")
_ATTRIBUTES = frozenset({"path", "domain", "expires", "max-age", "samesite"})
_IN_ANSWERS = re.compile(r"(?:^|_)(?:token|secret|password|passwd|pwd|api_?key|access_?key|private_?key)$")


def placeholder(name: str) -> str:
    """What stands for a recorded credential of this name."""
    return "{{" + stem(name) + "}}"


def stem(name: str) -> str:
    """The name of a recorded credential, from that of its header, field or parameter."""
    return "RECORDED_" + (re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper() or "VALUE")


def masked_request(request: Request, names_credential: Names) -> Request:
    """A redacted request without the credentials that are left in it. Raises bodies.UnreadableBodyError."""
    start, mark, query = request.url.partition("?")
    url = start + mark + _masked(_PARAMETER, query, names_credential)
    plain = bodies.decoded(request.headers, request.body)
    clean = _body(plain, names_credential, lambda name: True)
    body = request.body if clean == plain else bodies.encoded(request.headers, clean)
    return replace(request, url=url, headers=_headers(request.headers, names_credential), body=body)


def masked_answer(answer: Answer, names_credential: Names) -> Answer:
    """A redacted answer without the credentials that are left in it; fields only where the name leaves no doubt."""
    body = _body(answer.body, names_credential, lambda name: _IN_ANSWERS.search(_snake(name)) is not None)
    return Answer(answer.status, _headers(answer.headers, names_credential), body)


def environment_secrets(
    environment: Mapping[str, str], names_credential: Names, is_credential: Names
) -> dict[str, str]:
    """The variables that hold a credential, by name or by form; of an address with a password that one alone."""
    found: dict[str, str] = {}
    for name, value in environment.items():
        address = re.match(r"[a-z][a-z0-9+.-]*://[^/?#@]*:(?P<password>[^/?#@]+)@", value, re.IGNORECASE)
        if address:
            found[f"{name}.password"] = unquote_plus(address["password"])
        elif value and "://" not in value and (names_credential(name) or is_credential(value)):
            found[name] = value
    return found


def _snake(name: str) -> str:
    return re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()


def _headers(headers: Headers, names_credential: Names) -> Headers:
    return tuple((name, _header(name, value, names_credential)) for name, value in headers)


def _header(name: str, value: str, names_credential: Names) -> str:
    match name.lower():
        case "cookie" | "set-cookie":
            return _COOKIE.sub(_cookie, value)
        case "authorization" | "proxy-authorization":
            if "{{" in value or not value:
                return _QUOTED.sub(_parameter, value)
            scheme, space, rest = value.partition(" ")
            return f"{scheme} {placeholder('authorization')}" if space and rest else placeholder(name)
        case _:
            return placeholder(name) if value and "{{" not in value and names_credential(name) else value


def _parameter(found: re.Match[str]) -> str:
    return f'{found["name"]}="{placeholder(found["name"])}"'


def _cookie(found: re.Match[str]) -> str:
    if found["name"].lower() in _ATTRIBUTES or "{{" in found["value"]:
        return found[0]
    return f"{found['name']}={placeholder('cookie')}"


def _body(plain: bytes, names_credential: Names, also: Names) -> bytes:
    # Signs of another charset come through as they are.
    text = plain.decode("utf-8", "surrogateescape")

    def chosen(name: str) -> bool:
        return names_credential(name) and also(name)

    if _FORM.fullmatch(text.strip()):
        clean = _masked(_PARAMETER, text, chosen)
    elif text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        clean = _masked(_FIELD, text, chosen)
    else:
        clean = _masked(_PART, _masked(_ELEMENT, text, chosen), chosen)
    return clean.encode("utf-8", "surrogateescape")


def _masked(pattern: re.Pattern[str], text: str, names_credential: Names) -> str:
    def replaced(found: re.Match[str]) -> str:
        value = found["value"]
        if "{{" in value or "%7B%7B" in value.upper() or not names_credential(unquote_plus(found["name"])):
            return found[0]
        at = found.start("value") - found.start()
        return found[0][:at] + placeholder(found["name"]) + found[0][at + len(value) :]

    return pattern.sub(replaced, text)
