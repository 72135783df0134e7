"""Names in a document: of operations, tags, schemas and security schemes. They follow from method and path alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from migrate.interfaces import InterfaceOperation, InterfaceSecurity

_WORD = re.compile(r"[A-Za-z0-9]+")
_VERSION = re.compile(r"(?i)(api|rest|v?\d+(\.\d+)*)")


def operation_ids(operations: Iterable[InterfaceOperation]) -> list[str]:
    """An id for each operation: `putContactsById`; with version and all where two would be the same."""
    all_of_them = list(operations)
    short = [_named(one, whole=False) for one in all_of_them]
    counts = Counter(short)
    long = [
        name if counts[name] == 1 else _named(one, whole=True)
        for name, one in zip(short, all_of_them, strict=True)
    ]
    found: list[str] = []
    for name in long:
        number, made = 2, name
        while made in found:
            made, number = f"{name}{number}", number + 1
        found.append(made)
    return found


def _named(operation: InterfaceOperation, *, whole: bool) -> str:
    words = [operation.method.lower()]
    parts = [part for part in operation.path.split("/") if part]
    for part in parts:
        if not whole and _VERSION.fullmatch(part):
            continue
        for text, name in re.findall(r"([^{}]+)|\{([^{}]*)\}", part):
            words += ["By", *_WORD.findall(name)] if name else _WORD.findall(text)
    first, *rest = words
    return first + "".join(word[:1].upper() + word[1:] for word in rest or ["Root"])


def tag_of(operation: InterfaceOperation) -> str:
    """What an operation is about: the first part of its path that is constant and no version."""
    for part in operation.path.split("/"):
        if part and "{" not in part and not _VERSION.fullmatch(part):
            return part.partition(".")[0]
    return "root"


def schema_name(operation_id: str, kind: str) -> str:
    """The name of the schema of a body: `PutContactsByIdRequest`."""
    return operation_id[:1].upper() + operation_id[1:] + kind


def scheme_name(scheme: InterfaceSecurity) -> str:
    """The name of a security scheme."""
    match scheme.kind:
        case "basic":
            return "basic"
        case "bearer":
            return "bearer"
        case "digest":
            return "digest"
        case "mutual-tls":
            return "mutualTLS"
        case "oauth2":
            return "oauth2"
        case _:
            return "-".join(_WORD.findall(f"{scheme.prefix} {scheme.name}")) or "key"
