"""How a call proves who it is, in one word: by its security scheme, its headers, its query or its body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migrate.estate.inventory.sent import SentField
from migrate.model import (
    ApiKey,
    Call,
    Constant,
    Expression,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    SecretReference,
    SecurityScheme,
    walk,
)

_GRANTS = {
    "client_credentials": "oauth2-client-credentials",
    "refresh_token": "oauth2-refresh",
    "password": "oauth2-password",
    "authorization_code": "oauth2-authorization-code",
}
_SCHEMES = ("bearer", "basic")


def auth_of(
    operation: HttpOperation, schemes: Mapping[str, SecurityScheme], sent: Sequence[SentField]
) -> str:
    """The word for a call: a grant of OAuth 2 (RFC 6749), `basic`, `bearer`, `apikey-header:NAME` and its like."""
    for field in sent:
        match field:
            case SentField(target=("grant_type",), value=Constant(value=str() as grant)) if grant in _GRANTS:
                return _GRANTS[grant]
    for id in operation.security:
        match schemes.get(id):
            case HttpBasic():
                return "basic"
            case HttpBearer():
                return "bearer"
            case ApiKey(name=name):
                return f"apikey-header:{name}"
    return _in_headers(operation) or _in_query(operation) or _in_body(sent) or "none"


def _in_headers(operation: HttpOperation) -> str:
    headers = operation.located("header")
    for parameter in headers:
        if parameter.name.lower() == "authorization":
            scheme = _first_word(parameter.value)
            return scheme if scheme in _SCHEMES else f"apikey-header:{parameter.name}"
    return next((f"apikey-header:{one.name}" for one in headers if _holds_secret(one.value)), "")


def _in_query(operation: HttpOperation) -> str:
    names = [one.name for one in operation.located("query") if _holds_secret(one.value)]
    return f"apikey-query:{'/'.join(names)}" if names else ""


def _in_body(sent: Sequence[SentField]) -> str:
    names = [".".join(one.target) for one in sent if _holds_secret(one.value)]
    return f"apikey-body:{'/'.join(names)}" if names else ""


def _holds_secret(expression: Expression) -> bool:
    return any(isinstance(part, SecretReference) for part in walk(expression))


def _first_word(expression: Expression) -> str:
    """The first word of a text in lower case, where it is constant."""
    match expression:
        case Constant(value=str() as text):
            return text.partition(" ")[0].lower()
        case Call(function="concat" | "python.add", arguments=(first, *_)):
            return _first_word(first)
        case _:
            return ""
