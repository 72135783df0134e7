"""HS416: personal data that goes from one system to another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.diagnostics import Diagnostic
from migrate.estate.inventory.rows import CallRow
from migrate.estate.risks.flow import Flow
from migrate.model import SourceSpan

_PERSONAL = re.compile(
    r"e_?mail(?:_?address)?|mail|(?:(?:mobile|cell|home|work|billing|shipping|contact)_?)?(?:phone|telephone)(?:_?number)?"
    r"|mobile|(?:first|last|given|family|sur|full|middle|maiden)_?name|birth_?(?:day|date)|date_?of_?birth|dob"
    r"|ssn|social_?security(?:_?number)?|national_?id|passport(?:_?number)?|iban|tax_?id|gender|nationality"
    r"|street(?:_?address)?|postal_?address|home_?address",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SYSTEMS = ("rest", "graphql", "soap", "sdk", "smtp", "webhook")
"""Protocols by which data leaves for another system; a database or file of one's own is none."""

_NOT_NAMED = frozenset({"", "a file"})
"""Sources of which it is not known whose data it is; a file may only say which records are wanted."""
_ADDRESS = re.compile(r"https?://|\{\w+\}")


def privacy(flow: Flow) -> Iterator[Diagnostic]:
    """One finding for each pair of systems, with the fields by their names in the first."""
    found: dict[tuple[str, str], tuple[dict[str, None], SourceSpan | None]] = {}
    for call in flow.calls:
        row = call.row
        if row.protocol not in _SYSTEMS or row.direction != "write" or not _is_named(row):
            continue
        for field in call.mapped:
            sources = flow.systems_of(field.value) - _NOT_NAMED
            names = [name for name in flow.origins.of(field.value).fields if _is_personal(name)]
            if names and sources and row.base not in sources:
                place = SourceSpan(file=row.file, line=row.line, end_line=row.line)
                pair = " and ".join(sorted(sources)), row.base
                found.setdefault(pair, ({}, field.span or place))[0].update(dict.fromkeys(names))
    for (source, target), (fields, span) in found.items():
        text = f"{', '.join(fields)} of {source} {'goes' if len(fields) == 1 else 'go'} to {target}"
        yield Diagnostic("HS416", text, span)


def _is_named(row: CallRow) -> bool:
    """True where the receiver is known by an address, or as the system of a library."""
    return bool(row.base) and (row.protocol == "sdk" or _ADDRESS.match(row.base) is not None)


def _is_personal(name: str) -> bool:
    return _PERSONAL.fullmatch(_CAMEL.sub("_", name.rpartition(".")[2])) is not None
