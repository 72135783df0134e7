"""What values look like that are made anew in each run: times, identifiers, random texts.

A shape is the text that stays, and for each part that varies its format: `date-time T, 6 digits, Z`, `uuid 4`, `hex,
32 digits`. Two values have a shape in common if what stays is equal and what varies is of one format. A plain number
has none: a counter, an amount and a random number look alike.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from fractions import Fraction

from migrate.shadow.differences import Field

_TOKENS = re.compile(
    r"""
    (?P<datetime>(?<!\d)\d{4}-\d\d-\d\d(?P<sep>[T ])\d\d:\d\d(?P<seconds>:\d\d(?P<fraction>[.,]\d+)?)?
        (?P<zone>Z|[+-]\d\d:?\d\d)?(?!\d))
    | (?P<date>(?<!\d)\d{4}-\d\d-\d\d(?!\d))
    | (?P<basic>(?<!\d)\d{8}(?P<basicsep>[T_-]?)\d{6}(?P<basiczone>Z?)(?!\d))
    | (?P<http>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),\ \d\d?\ [A-Z][a-z]{2}\ \d{4}\ \d\d:\d\d:\d\d\ (?:GMT|UTC|[+-]\d{4}))
    | (?P<clock>(?<!\d)\d\d:\d\d:\d\d(?P<clockfraction>\.\d+)?(?!\d))
    | (?P<uuid>(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z]))
    | (?P<epoch>(?<![0-9A-Za-z.])[1-3](?:\d{9}|\d{12}|\d{15}|\d{18})(?P<epochfraction>\.\d+)?(?![0-9A-Za-z]))
    | (?P<run>(?<![0-9A-Za-z])(?:[0-9a-f]{8,}|[0-9A-F]{8,})(?![0-9A-Za-z]))
    | (?P<token>(?<![0-9A-Za-z_-])(?=[0-9a-z_-]*[A-Z])(?=[0-9A-Z_-]*[a-z])(?=[A-Za-z_-]*\d)
        [0-9A-Za-z_-]{16,}={0,2}(?![0-9A-Za-z_-]))
    """,
    re.VERBOSE,
)
_BASE64 = re.compile(r"(?=[^\s]*[A-Z])(?=[^\s]*[a-z])(?=[^\s]*\d)[0-9A-Za-z+/]{14,}={0,2}")
_READABLE = 8
"""Characters of a text that is taken to have been encoded; so many random bytes are hardly ever readable."""
_EPOCHS = {10: "seconds", 13: "milliseconds", 16: "microseconds", 19: "nanoseconds"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text: as it stands, or its format; `time` is where on its own scale a time stands."""

    text: str
    format: str | None = None
    time: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of a value and its parts; `varies` tells where the values that it was made of differ."""

    type: str
    parts: tuple[Part, ...]
    varies: tuple[bool, ...]

    def __str__(self) -> str:
        if len(self.parts) == 1:
            return f"{self.type}, {self.parts[0].format}"
        return f"{self.type} " + "".join(
            f"<{part.format}>" if varies else part.text
            for part, varies in zip(self.parts, self.varies, strict=True)
        )


def shape_of(*values: Field) -> Shape | None:
    """The shape that all these values have in common, None without one; of equal values nothing varies, so they have
    none."""
    rows = [parts_of(value) for value in values]
    kinds = {type(value).__name__ for value in values}
    if len(kinds) > 1 or len({len(row) for row in rows}) > 1 or not rows[0]:
        return None
    varies: list[bool] = []
    shown: list[Part] = []
    for parts in zip(*rows, strict=True):
        formats = {part.format for part in parts}
        if len({part.text for part in parts}) == 1:
            varies.append(False)
            shown.append(parts[0])
            continue
        # Digits alone may be the hexadecimal form of something random, and are if the others are.
        lengths = {len(part.text) for part in parts}
        if len(lengths) == 1:
            formats -= {f"digits, {lengths.copy().pop()}"} if len(formats) > 1 else set()
        if len(formats) != 1 or None in formats or parts[0].format is None:
            return None
        (common,) = formats
        if common is None or common.startswith("digits"):
            return None
        varies.append(True)
        shown.append(Part(parts[0].text, common))
    if not any(varies):
        return None
    kind = {"str": "text", "int": "integer", "float": "float", "Decimal": "float"}[kinds.pop()]
    return Shape(kind, tuple(shown), tuple(varies))


def in_time(first: Field, value: Field, last: Field) -> bool:
    """Whether the times in a value lie between those of a run before and one after it, which have its shape.

    Where the two runs' times do not ascend, they do not say when the run was, and nothing is asked of the value.
    """
    for one, other, end in zip(parts_of(first), parts_of(value), parts_of(last), strict=True):
        if one.time is None or end.time is None or one.time > end.time:
            continue
        if other.time is None or not one.time <= other.time <= end.time:
            return False
    return True


def parts_of(value: Field) -> tuple[Part, ...]:
    """A text or number in its parts; nothing for any other value."""
    match value:
        case bool():
            return ()
        case int() | float() | Decimal() as number:
            return tuple(_number(number))
        case str():
            if _BASE64.fullmatch(value) and not _TOKENS.fullmatch(value):
                packed = _packed(value)
                return tuple(packed) if packed else (Part(value, f"base64, {len(value)} characters"),)
            return tuple(_parts(value))
        case _:
            return ()


def _number(value: int | float | Decimal) -> Iterator[Part]:
    whole = str(int(value)) if 0 < value < 10**20 else ""
    unit = _EPOCHS.get(len(whole))
    if unit is None or whole[0] not in "123":
        yield Part(repr(value))
    else:
        yield Part(repr(value), f"epoch {unit}", Fraction(value))


def _parts(text: str) -> Iterator[Part]:
    end = 0
    for found in _TOKENS.finditer(text):
        part = _token(found)
        if part.format is not None:
            if found.start() > end:
                yield Part(text[end : found.start()])
            yield from (_packed(part.text) if found.lastgroup == "token" else ()) or (part,)
            end = found.end()
    if end < len(text) or not text:
        yield Part(text[end:])


def _packed(text: str) -> list[Part]:
    """The parts of a text that was encoded in base64, such as the claims of a JSON Web Token; nothing where the base64
    is of anything else."""
    try:
        held = b64decode(
            text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4),
            altchars=b"-_" if "-" in text or "_" in text else None,
            validate=True,
        )
        plain = held.decode("utf-8")
    except ValueError:
        return []
    if not (plain.isprintable() and len(plain) >= _READABLE):
        return []
    return [Part("base64("), *_parts(plain), Part(f"){'=' * (len(text) - len(text.rstrip('=')))}")]


def _token(found: re.Match[str]) -> Part:
    text = found[0]
    match found.lastgroup:
        case "datetime":
            seconds, fraction = found["seconds"], found["fraction"]
            digits = f", {len(fraction) - 1} digits" if fraction else ", seconds" if seconds else ", minutes"
            zone = found["zone"] or "no zone"
            return Part(text, f"date-time {found['sep'].strip() or 'space'}{digits}, {zone}", _iso(text))
        case "date":
            return Part(text, "date", _iso(text))
        case "basic":
            return _basic(found)
        case "http":
            return _header(text)
        case "clock":
            fraction = found["clockfraction"]
            return Part(text, f"clock time, {len(fraction) - 1 if fraction else 0} digits", _of_day(text))
        case "uuid":
            letters = "upper case" if re.search("[A-F]", text) else "lower case"
            return Part(text, f"uuid {text[14]}, {letters}")
        case "epoch":
            whole, fraction = text.partition(".")[0], found["epochfraction"]
            digits = f", {len(fraction) - 1} digits" if fraction else ""
            return Part(text, f"epoch {_EPOCHS[len(whole)]}{digits}", Fraction(text))
        case "run":
            if text.isdigit():
                return Part(text, f"digits, {len(text)}")
            return Part(text, f"hex {'upper' if text != text.lower() else 'lower'} case, {len(text)} digits")
        case _:
            return Part(text, f"token, {len(text)} characters")


def _basic(found: re.Match[str]) -> Part:
    text = found[0]
    try:
        time = datetime.strptime(re.sub(r"\D", "", text), "%Y%m%d%H%M%S")
    except ValueError:
        return Part(text, f"digits, {len(text)}" if text.isdigit() else None)
    separator = found["basicsep"] or "no separator"
    return Part(
        text, f"date-time without hyphens, {separator}, {found['basiczone'] or 'no zone'}", _stamp(time)
    )


def _iso(text: str) -> Fraction | None:
    try:
        return _stamp(datetime.fromisoformat(text.replace(",", ".")))
    except ValueError:
        return None


def _of_day(text: str) -> Fraction:
    """Seconds since midnight."""
    hours, minutes, seconds = map(Fraction, text.split(":"))
    return 3600 * hours + 60 * minutes + seconds


def _header(text: str) -> Part:
    """A date as headers have it; one that does not exist, or whose day of the week is another, is no date."""
    try:
        time = parsedate_to_datetime(text)
    except ValueError:
        return Part(text)
    if not text.startswith(f"{time:%a}"):
        return Part(text)
    digits = "" if text[6] != " " else ", one digit"
    return Part(text, f"date of a header{digits}, {text.rpartition(' ')[2]}", _stamp(time))


def _stamp(time: datetime) -> Fraction:
    """Seconds since 1970; a time without zone on its own scale."""
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    whole = aware.replace(microsecond=0)
    return Fraction(int(whole.timestamp())) + Fraction(aware.microsecond, 1_000_000)
