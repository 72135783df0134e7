"""How requests prove who calls, as schemes of OpenAPI; a way that it has no scheme for is named as what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migrate.estate.inventory.calls import HttpCall
from migrate.interfaces import InterfaceSecurity
from migrate.model import ApiKey, HttpBasic, HttpBearer, SecurityScheme

_BEARER = InterfaceSecurity("bearer", "header", "Authorization")
_BASIC = InterfaceSecurity("basic", "header", "Authorization")
_KINDS = {
    "basic": _BASIC,
    "bearer": _BEARER,
    "digest": InterfaceSecurity("digest", "header", "Authorization"),
    "mtls": InterfaceSecurity("mutual-tls"),
}
_GRANTS = {"oauth2-client-credentials": "clientCredentials", "oauth2-password": "password"}
"""Grants of OAuth 2 whose flow needs no more than the address of the tokens."""

Schemes = tuple[InterfaceSecurity, ...]


@dataclass(frozen=True)
class Logins:
    """Where a flow gets tokens: the address by the step, and the grant where it is one of OAuth 2."""

    tokens: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, calls: Iterable[HttpCall]) -> Logins:
        """Those of the requests that log in."""
        return cls(
            {
                call.step.id: (call.address.base + call.address.path, _GRANTS.get(call.found.row.auth, ""))
                for call in calls
                if call.found.row.role == "auth"
            }
        )


def security_of(call: HttpCall, declared: Iterable[SecurityScheme], logins: Logins) -> Schemes:
    """The schemes of a request, which are used together; none where nothing shows that it proves anything."""
    word = call.found.row.auth
    schemes = {scheme.id: scheme for scheme in declared}
    own = [schemes[id_] for id_ in call.operation.security if id_ in schemes]
    if word == "none":
        return ()
    if word.startswith("oauth2-"):
        return tuple(_own(scheme) for scheme in own if not _is_unmapped(scheme))
    if word == "bearer":
        return (_bearer(call, logins),)
    if word in _KINDS:
        return (_KINDS[word],)
    place, _, names = word.partition(":")
    match place:
        case "apikey-header":
            prefix = next((one.prefix for one in own if isinstance(one, ApiKey)), "")
            return (InterfaceSecurity("api-key", "header", names, prefix.strip()),)
        case "apikey-query":
            return tuple(InterfaceSecurity("api-key", "query", name) for name in names.split("/"))
        case "apikey-body":
            return tuple(InterfaceSecurity("other", "body", name) for name in names.split("/"))
        case _:
            return (InterfaceSecurity("other", "", word),)


def _own(scheme: SecurityScheme) -> InterfaceSecurity:
    match scheme:
        case HttpBasic():
            return _BASIC
        case HttpBearer():
            return _BEARER
        case ApiKey(name=name, prefix=prefix):
            return InterfaceSecurity("api-key", "header", name, prefix.strip())
        case _:
            return InterfaceSecurity("other", "", scheme.scheme)


def _is_unmapped(scheme: SecurityScheme) -> bool:
    return scheme.kind == "unmapped"


def _bearer(call: HttpCall, logins: Logins) -> InterfaceSecurity:
    """A bearer token; where it is out of the answer of a login, with the address of that."""
    for parameter in call.operation.located("header"):
        if parameter.name.lower() == "authorization":
            for part in call.origins.read_by(parameter.value):
                if part.step in logins.tokens:
                    url, grant = logins.tokens[part.step]
                    if grant and "{" not in url:
                        return InterfaceSecurity("oauth2", "header", "Authorization", "", grant, url)
                    return InterfaceSecurity("bearer", "header", "Authorization", token_url=url)
    return _BEARER
