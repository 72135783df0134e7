"""Security schemes and requirements; what OpenAPI has no scheme for is said in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emitters.openapi.naming import scheme_name
from migrate.interfaces import InterfaceOperation, InterfaceSecurity

Alternative = tuple[InterfaceSecurity, ...]


def schemes_of(operations: Iterable[InterfaceOperation]) -> dict[str, dict[str, Any]]:
    """The security schemes of a system by name."""
    found: dict[str, dict[str, Any]] = {}
    for operation in operations:
        for alternative in operation.security:
            for scheme in alternative:
                if _is_said(scheme):
                    name = scheme_name(scheme)
                    made = _scheme(scheme)
                    if name in found and "flows" in found[name]:
                        found[name]["flows"].update(made["flows"])
                    else:
                        found.setdefault(name, made)
    return dict(sorted(found.items()))


def requirements_of(operation: InterfaceOperation) -> list[dict[str, list[str]]] | None:
    """The alternatives of an operation; None where a way of it cannot be said, `[]` where none is needed."""
    if any(alternative and not any(map(_is_said, alternative)) for alternative in operation.security):
        return None
    if all(not alternative for alternative in operation.security):
        return []
    found: list[dict[str, list[str]]] = []
    for alternative in operation.security:
        made: dict[str, list[str]] = {scheme_name(one): [] for one in alternative if _is_said(one)}
        if made not in found:
            found.append(made)
    return found


def in_words(operation: InterfaceOperation) -> list[str]:
    """What of the security of an operation no scheme says, a sentence each."""
    found: dict[str, None] = {}
    for alternative in operation.security:
        for scheme in alternative:
            if scheme.kind == "other" and scheme.location == "body":
                found[
                    f"The field `{scheme.name}` of the body proves who calls; OpenAPI has no scheme for that."
                ] = None
            elif scheme.kind == "other":
                found[
                    f"Calls prove who they are by {_WORDS.get(scheme.name, scheme.name)}; "
                    "OpenAPI has no scheme for that."
                ] = None
    return list(found)


_WORDS = {
    "hmac": "a signature (HMAC)",
    "sigv4": "a signature of AWS (Signature Version 4)",
    "oauth1": "OAuth 1.0",
    "session": "a session, for which they have logged in",
    "wsse": "WS-Security",
    "sdk": "the library that sends them",
    "other": "a way that is not known",
}


def _is_said(scheme: InterfaceSecurity) -> bool:
    return scheme.kind != "other"


def _scheme(scheme: InterfaceSecurity) -> dict[str, Any]:
    match scheme.kind:
        case "basic" | "digest":
            return {"type": "http", "scheme": scheme.kind}
        case "bearer":
            made: dict[str, Any] = {"type": "http", "scheme": "bearer"}
            if scheme.token_url:
                made["description"] = f"Flows get the token from {scheme.token_url}."
            return made
        case "mutual-tls":
            return {"type": "mutualTLS"}
        case "oauth2":
            return {"type": "oauth2", "flows": {scheme.grant: {"tokenUrl": scheme.token_url, "scopes": {}}}}
        case _:
            made = {"type": "apiKey", "in": scheme.location, "name": scheme.name}
            if scheme.prefix:
                made["description"] = f"The key stands behind `{scheme.prefix} `."
            return made
