"""Patterns that find values in whatever way their characters are written, one by one."""

from __future__ import annotations

import re
from base64 import b64encode

from migrate.shadow.derived_forms import PIECE, TAG

SHORT = 4
"""Values of fewer characters stand in every text by chance."""
LONGEST_CHARACTER = 12
"""Bytes that one character can take in any of its forms (a surrogate pair in JSON)."""

_JSON_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
_XML_ESCAPES = {
    "&": ("&amp;", "&#38;", "&#x26;"),
    "<": ("&lt;", "&#60;", "&#x3C;", "&#x3c;"),
    ">": ("&gt;", "&#62;", "&#x3E;", "&#x3e;"),
    '"': ("&quot;", "&#34;", "&#x22;"),
    "'": ("&apos;", "&#39;", "&#x27;"),
}


def placeholders(names: list[str]) -> bytes:
    """Matches `{{NAME}}` as already written, so that redacting again changes nothing."""
    known = b"|".join(re.escape(name.encode("ascii")) for name in names)
    return rb"((?:\{|%%7[Bb]){2}(?:%b)%b(?:\}|%%7[Dd]){2})" % (known, TAG)


def compiled(placeholder: bytes, values: list[str], short: bytes) -> re.Pattern[bytes] | None:
    """One pattern: group 1 a placeholder, then two groups a value (itself, its base64)."""
    if not values:
        return None
    alternatives = [placeholder]
    for value in values:
        plain = b"".join(map(_character, value))
        if len(value) < SHORT:
            plain = short.replace(b"%b", plain)
            alternatives.append(b"(%b)|((?!))" % plain)
        else:
            alternatives.append(b"(%b)|(%b)" % (plain, _base64(value)))
    return re.compile(b"|".join(alternatives))


def signs(values: list[str]) -> tuple[bytes, ...] | None:
    """Texts of which one at least stands wherever a value or a placeholder does, in whatever form; None if not known.

    Each escape begins with one of the first; without them a plain value stands as it is.
    """
    found = [b"{{", b"%", b"\\", b"&"]
    for value in values:
        if not (value.isascii() and value.isprintable()) or " " in value:
            return None
        found.append(value.encode("ascii"))
        if len(value) >= SHORT:
            # Of `+` and `/` base64 has other forms.
            found.append(max(re.split(rb"[+/]", _packed(value)), key=len))
    return tuple(found)


def _packed(value: str) -> bytes:
    return b64encode(value.encode("utf-8", "surrogatepass")).rstrip(b"=")


def _base64(value: str) -> bytes:
    packed = _packed(value)
    return re.escape(packed).replace(rb"\+", b"[+-]").replace(b"/", b"[/_]") + b"={0,2}"


def packed_values(values: list[str]) -> re.Pattern[bytes] | None:
    """Matches base64 of texts that hold a value, by what of it depends on the value alone."""
    parts = set()
    for value in values:
        raw = value.encode("utf-8", "surrogatepass")
        if len(value) >= SHORT:
            for before in range(3):
                packed = b64encode(bytes(before) + raw)[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
                parts.add(re.escape(packed[:PIECE]).replace(rb"\+", b"[+-]").replace(b"/", b"[/_]"))
    return re.compile(b"|".join(sorted(parts))) if parts else None


def _character(character: str) -> bytes:
    """All the ways in which one character of a value may be written."""
    raw = character.encode("utf-8", "surrogatepass")
    units = character.encode("utf-16-be", "surrogatepass")
    forms = [re.escape(raw)]
    if "\x80" <= character <= "\xff":
        forms.append(re.escape(character.encode("latin-1")))
    forms.append(b"".join(b"%" + _hexadecimal(byte) for byte in raw))
    forms.append(
        b"".join(rb"\\u" + b"".join(map(_hexadecimal, units[i : i + 2])) for i in range(0, len(units), 2))
    )
    if character in _JSON_ESCAPES:
        forms.append(re.escape(_JSON_ESCAPES[character].encode("ascii")))
    forms.extend(re.escape(text.encode("ascii")) for text in _XML_ESCAPES.get(character, ()))
    if character == " ":
        forms.append(rb"\+")
    # The longest form first: `\"` before the backslash alone.
    ordered = [form for _, form in sorted((-len(form), form) for form in set(forms))]
    return b"(?:" + b"|".join(ordered) + b")"


def _hexadecimal(byte: int) -> bytes:
    return b"".join(
        b"[%c%c]" % (digit, digit - 32) if digit >= ord("a") else b"%c" % digit for digit in b"%02x" % byte
    )
