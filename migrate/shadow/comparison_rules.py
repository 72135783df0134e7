"""The named rules by which people say that two values that differ count as equal. None holds unless it is declared.

Each says what it accepts and nothing beyond: `null-is-absent` takes null for a field that is not there, and still
tells both from the empty text. Every time that a rule was needed is counted and shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from migrate.shadow.addresses import query_pairs
from migrate.shadow.bodies import json_text
from migrate.shadow.differences import ABSENT, Field
from migrate.shadow.shapes import shape_of

Scope = Literal["field", "list", "operation"]
"""What a rule speaks of: values of fields, items of lists (both by `at`), or all writes of an `operation`."""


@dataclass(frozen=True)
class NamedRule:
    """A rule by its name; `accepts` tells two values that count as equal under it, in whatever order they are given."""

    name: str
    scope: Scope
    meaning: str
    accepts: Callable[[Field, Field], bool] = lambda left, right: False


def _either(one: Field, other: Field) -> Callable[[Field, Field], bool]:
    """Two values, whichever side has which."""

    def accepts(left: Field, right: Field) -> bool:
        return any(_is(a, one) and _is(b, other) for a, b in ((left, right), (right, left)))

    return accepts


def _is(value: Field, wanted: Field) -> bool:
    return type(value) is type(wanted) and value == wanted


_DECIMAL = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""Without zeros in front, which belong to numbers of articles and postal codes."""
_FINER = re.compile(r"[.,][0-9]{6}([0-9]+)")
"""Digits of a second beyond what a `datetime` holds."""


def _number(value: Field) -> Decimal | None:
    """A number of JSON; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _number_is_text(left: Field, right: Field) -> bool:
    for number, text in ((left, right), (right, left)):
        if (
            isinstance(text, str)
            and isinstance(number, int | float | Decimal)
            and not isinstance(number, bool)
        ):
            return json_text(number) == text
    return False


def _integer_is_float(left: Field, right: Field) -> bool:
    one, other = _number(left), _number(right)
    kinds = {isinstance(value, int) for value in (left, right)}
    return one is not None and other is not None and kinds == {True, False} and _equal(one, other)


def _equal(one: Decimal, other: Decimal) -> bool:
    return one == other and one.is_signed() == other.is_signed()


def same_number(left: Field, right: Field) -> bool:
    """Whether two numbers with a fraction or an exponent are one number, written otherwise: 0.1 and 0.10."""
    if isinstance(left, int) or isinstance(right, int):
        return False
    one, other = _number(left), _number(right)
    return one is not None and other is not None and _equal(one, other)


def _boolean_is_number(left: Field, right: Field) -> bool:
    return any(
        isinstance(a, bool) and type(b) is int and int(a) == b for a, b in ((left, right), (right, left))
    )


def _boolean_is_text(left: Field, right: Field) -> bool:
    return any(
        isinstance(a, bool) and isinstance(b, str) and b in (str(a), str(a).lower(), str(a).upper())
        for a, b in ((left, right), (right, left))
    )


def _texts(alike: Callable[[str], object]) -> Callable[[Field, Field], bool]:
    """Two texts that are the same after something was done to both."""

    def accepts(left: Field, right: Field) -> bool:
        return isinstance(left, str) and isinstance(right, str) and alike(left) == alike(right)

    return accepts


def _same_but_case(left: Field, right: Field) -> bool:
    """Not by `str.casefold`, for which "Maße" and "Masse" are one text."""
    if not (isinstance(left, str) and isinstance(right, str)):
        return False
    if any(a in (b.upper(), b.lower()) for a, b in ((left, right), (right, left))):
        return True
    return (left.lower(), left.upper()) == (right.lower(), right.upper()) and len(left) == len(right)


def _same_instant(left: Field, right: Field) -> bool:
    if not (isinstance(left, str) and isinstance(right, str)):
        return False
    try:
        one, other = datetime.fromisoformat(left), datetime.fromisoformat(right)
    except ValueError:
        return False
    finer = [[digits.rstrip("0") for digits in _FINER.findall(text)] for text in (left, right)]
    if any(any(digits) for digits in finer) and finer[0] != finer[1]:
        return False
    return one.tzinfo is not None and other.tzinfo is not None and one == other


def _same_decimal(left: Field, right: Field) -> bool:
    if not (isinstance(left, str) and isinstance(right, str)):
        return False
    if not (_DECIMAL.fullmatch(left) and _DECIMAL.fullmatch(right)):
        return False
    try:
        one, other = Decimal(left), Decimal(right)
    except InvalidOperation:
        return False
    return one.is_finite() and other.is_finite() and _equal(one, other)


def _same_shape(left: Field, right: Field) -> bool:
    return shape_of(left, right) is not None


def _same_query(left: Field, right: Field) -> bool:
    if not (isinstance(left, str) and isinstance(right, str)):
        return False
    (one, mark, ours), (other, sign, theirs) = left.partition("?"), right.partition("?")
    # Values of one name keep their order: `query_pairs` sorts by name alone.
    same = query_pairs(ours) == query_pairs(theirs)
    return (one, mark) == (other, sign) and same and sorted(ours.split("&")) == sorted(theirs.split("&"))


RULES = {
    rule.name: rule
    for rule in (
        NamedRule("null-is-absent", "field", "null counts as a field that is not there", _either(None, ABSENT)),
        NamedRule("empty-is-absent", "field", "the empty text counts as a field that is not there",
                  _either("", ABSENT)),
        NamedRule("empty-is-null", "field", "the empty text counts as null", _either("", None)),
        NamedRule("number-is-text", "field", 'a number counts as its JSON text: 1 as "1"', _number_is_text),
        NamedRule("integer-is-float", "field", "an integer counts as the same number with a fraction: 1 as 1.0",
                  _integer_is_float),
        NamedRule("boolean-is-number", "field", "true counts as 1, false as 0", _boolean_is_number),
        NamedRule("boolean-is-text", "field", 'true counts as "true", "True" or "TRUE"', _boolean_is_text),
        NamedRule("decimal-text", "field", 'texts that are one decimal number: "10.5" as "10.50"', _same_decimal),
        NamedRule("case", "field", "texts that differ in case only", _same_but_case),
        NamedRule("surrounding-space", "field", "texts that differ in white space around them only", _texts(str.strip)),
        NamedRule("unicode-form", "field", "texts that are the same in Unicode's composed form (NFC)",
                  _texts(lambda text: unicodedata.normalize("NFC", text))),
        NamedRule("same-instant", "field", "ISO 8601 times with a zone that are the same instant", _same_instant),
        NamedRule("shape", "field", "values of one shape, as for noise: two identifiers, two times of one format",
                  _same_shape),
        NamedRule("query-order", "operation", "parameters of a query in another order", _same_query),
        NamedRule("list-order", "list", "items of a list in another order"),
        NamedRule("write-order", "operation", "the order among writes of different business keys"),
        NamedRule("batch-size", "operation", "the same records in other batches"),
    )
}  # fmt: skip
"""The rules that can be declared, by name."""

NUMBER_SPELLING = "number-spelling"
"""Holds always: 0.1 and 0.10, 1e-05 and 0.00001 are one JSON number (RFC 8259, section 6); each time is counted."""
