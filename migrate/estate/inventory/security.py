"""How a call proves who it is, in one word: by its security scheme, its headers, its query or its body."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from migrate.estate.inventory.credentials import names_in
from migrate.estate.inventory.purpose import constant_head
from migrate.estate.inventory.sent import SentField
from migrate.model import (
    ApiKey,
    Call,
    Constant,
    Expression,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Reference,
    SecretReference,
    SecurityScheme,
    UnmappedScheme,
    walk,
)
from migrate.secrets.recognition import names_credential, names_key

_GRANTS = {
    "client_credentials": "oauth2-client-credentials",
    "refresh_token": "oauth2-refresh",
    "password": "oauth2-password",
    "authorization_code": "oauth2-authorization-code",
}
_TAKEN = {
    "refresh_token": "refresh_token",
    "code": "authorization_code",
    "password": "password",
    "client_secret": "client_credentials",
}
"""The parameters that only one flow takes, before the one that all take; with the flow."""
_SCHEMES = {
    "bearer": "bearer",
    "basic": "basic",
    "digest": "digest",
    "aws4-hmac-sha256": "sigv4",
    "oauth": "oauth1",
}
_OAUTH1 = "oauth_"
_WHO = re.compile(
    r"(?:user|account|tenant|org(?:ani[sz]ation)?|company|client|customer|site|team)[-_]?(?:id|name)?$", re.I
)
_USERS = frozenset(
    {"user", "username", "user_name", "login", "email", "userid", "user_id", "client_id", "account"}
)


def auth_of(
    operation: HttpOperation,
    schemes: Mapping[str, SecurityScheme],
    sent: Sequence[SentField],
    inline: Sequence[tuple[str, Expression]],
    credentials: Collection[str],
    logins: Collection[str],
    *,
    logs_in: bool,
) -> str:
    """The word for a call: a grant of OAuth 2 (RFC 6749), `basic`, `bearer`, `apikey-header:NAME` and its like.

    `inline` is the query that stands in the path. `credentials` are the names of the secrets that are some, `logins`
    the steps whose answers hold some; a call that logs in proves itself by user and password.
    """
    query = [*inline, *((one.name, one.value) for one in operation.located("query"))]
    body = [(".".join(one.target), one.value) for one in sent]
    return (
        _grant((*body, *query))
        or _by_scheme(operation, schemes)
        or _in_headers(operation, credentials)
        or _keyed("query", query, credentials, logs_in=logs_in)
        or _keyed("body", body, credentials, logs_in=logs_in)
        or _given_at_login(operation, logins)
        or "none"
    )


def carries_credential(sent: SentField, credentials: Collection[str]) -> bool:
    """True for a field that proves who calls, and so maps nothing."""
    return _is_key(sent.target[-1], sent.value, credentials) and not isinstance(sent.value, Constant)


def holds_credential(
    operation: HttpOperation, sent: Sequence[SentField], credentials: Collection[str]
) -> bool:
    """True for a request that sends a secret, wherever."""
    values = [one.value for one in operation.parameters] + [one.value for one in sent]
    return bool(operation.security) or any(names_in(value) & set(credentials) for value in values)


def _grant(given: Sequence[tuple[str, Expression]]) -> str:
    """The flow of OAuth 2; where configuration names it, the one that takes the other parameters."""
    named = {name.rpartition(".")[2]: value for name, value in given}
    match named.get("grant_type"):
        case None:
            return ""
        case Constant(value=str() as grant):
            return _GRANTS.get(grant, "")
    taken = (_GRANTS[grant] for name, grant in _TAKEN.items() if name in named)
    return next(taken, "")


def _by_scheme(operation: HttpOperation, schemes: Mapping[str, SecurityScheme]) -> str:
    for id in operation.security:
        match schemes.get(id):
            case HttpBasic():
                return "basic"
            case HttpBearer():
                return "bearer"
            case ApiKey(name=name, prefix=prefix):
                return _SCHEMES.get(prefix.strip().lower(), f"apikey-header:{name}")
            case UnmappedScheme(scheme="oauth2"):
                return "bearer"
            case UnmappedScheme(scheme=scheme):
                return scheme
    return ""


def _in_headers(operation: HttpOperation, credentials: Collection[str]) -> str:
    """By a header: `Authorization` whatever is in it, else one that a secret or a name shows to be a key."""
    headers = operation.located("header")
    for parameter in headers:
        if parameter.name.lower() == "authorization":
            return _SCHEMES.get(_first_word(parameter.value), f"apikey-header:{parameter.name}")
    for parameter in headers:
        if _is_signed(parameter.value):
            return "hmac"
    for parameter in headers:
        if parameter.name.lower() == "cookie":
            return "session"
        if names_key(parameter.name) or _holds(parameter.value, credentials):
            return f"apikey-header:{parameter.name}"
    return ""


def _given_at_login(operation: HttpOperation, logins: Collection[str]) -> str:
    """By a header, whatever it is called, with something from the answer of a login."""
    for parameter in operation.located("header"):
        parts = [part for part in walk(parameter.value) if isinstance(part, Reference)]
        if any(part.step in logins for part in parts) and _WHO.search(parameter.name) is None:
            return f"apikey-header:{parameter.name}"
    return ""


def _keyed(
    place: str, given: Sequence[tuple[str, Expression]], credentials: Collection[str], *, logs_in: bool
) -> str:
    names = [
        name
        for name, value in given
        if _is_key(name.rpartition(".")[2], value, credentials)
        or (place == "query" and (names_credential(name) or _is_other_key(name, value)))
        or (logs_in and name.rpartition(".")[2].lower() in _USERS)
    ]
    if any(_is_signed(value) for _, value in given):
        return "hmac"
    if len([name for name in names if name.startswith(_OAUTH1)]) > 1:
        return "oauth1"
    return f"apikey-{place}:{'/'.join(dict.fromkeys(names))}" if names else ""


def _is_key(name: str, value: Expression, credentials: Collection[str]) -> bool:
    """True for a secret, and for what is called so and is neither constant nor of a record that is carried over.

    An empty text keeps the place of a credential that was taken out of the script.
    """
    if _holds(value, credentials):
        return True
    if value == Constant(value=""):
        return names_credential(name)
    carried = any(isinstance(part, Reference) and part.part == "item" for part in walk(value))
    return names_credential(name) and not isinstance(value, Constant) and not carried


def _is_other_key(name: str, value: Expression) -> bool:
    """True for what is a key in a query alone (`key`, `appid`): neither a constant nor a field of an answer."""
    carried = any(isinstance(part, Reference) for part in walk(value))
    return names_key(name) and not isinstance(value, Constant) and not carried


def _holds(expression: Expression, credentials: Collection[str]) -> bool:
    match expression:
        case SecretReference(name=name):
            return name in credentials
        case Call(
            function="concat" | "python.text" | "python.quote" | "python.encode" | "python.base64_text"
        ):
            return bool(names_in(expression) & set(credentials))
        case _:
            return False


def _is_signed(expression: Expression) -> bool:
    return any(isinstance(part, Call) and part.function == "python.hmac" for part in walk(expression))


def _first_word(expression: Expression) -> str:
    """The first word of a text in lower case, where it is constant."""
    return constant_head(expression).partition(" ")[0].lower()
