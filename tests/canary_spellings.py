"""Ways to write a text, and what a text may say once they are undone: told apart from how the tool does either."""

from __future__ import annotations

import contextlib
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote


def _zip(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("part.txt", text)
    return made.getvalue()


def _each(spelled: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(map(spelled, text))


TEXTS: dict[str, Callable[[str], str]] = {
    "percent": lambda text: quote(text, safe=""),
    "every percent, small": _each(lambda one: "".join(f"%{byte:02x}" for byte in one.encode())),
    "every percent, capital": _each(lambda one: "".join(f"%{byte:02X}" for byte in one.encode())),
    "JSON string": lambda text: json.dumps(text)[1:-1],
    "unicode escapes": _each(lambda one: f"\\u{ord(one):04x}"),
    "unicode escapes, capital": _each(lambda one: f"\\u{ord(one):04X}"),
    "hexadecimal escapes": _each(lambda one: f"\\x{ord(one):02x}"),
    "octal escapes": _each(lambda one: f"\\{ord(one):03o}"),
    "HTML names": html.escape,
    "decimal references": _each(lambda one: f"&#{ord(one)};"),
    "decimal references with zeros": _each(lambda one: f"&#{ord(one):05d};"),
    "hexadecimal references": _each(lambda one: f"&#x{ord(one):X};"),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of a pair": lambda text: b64encode(f"user:{text}".encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "JSON": lambda text: json.dumps({"a": [text]}),
    "a form": lambda text: f"a=1&b={quote(text, safe='')}",
    "packed in base64": lambda text: b64encode(gzip.compress(text.encode(), mtime=0)).decode(),
    "UTF-16 in base64": lambda text: b64encode(text.encode("utf-16-le")).decode(),
}
BYTES: dict[str, Callable[[str], bytes]] = {
    "gzip": lambda text: gzip.compress(text.encode(), mtime=0),
    "deflate": lambda text: zlib.compress(text.encode()),
    "ZIP": _zip,
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32-le"),
}


def undone(data: bytes, steps: int = 5, seen: set[bytes] | None = None) -> Iterator[bytes]:
    """A text, and all that it says once escapes are undone and what is packed is unpacked, again and again."""
    seen = set() if seen is None else seen
    if data in seen or len(seen) > 400:
        return
    seen.add(data)
    yield data
    if steps:
        for one in _undone_once(data):
            yield from undone(one, steps - 1, seen)


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)
    elif data.startswith(b"\x78") and len(data) > 8:
        yield zlib.decompress(data)
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            yield from (held.read(name) for name in held.namelist())


_ESCAPED = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|[\"\\/bfnrt])")


def _undone_once(data: bytes) -> Iterator[bytes]:
    text = data.decode("utf-8", "replace")
    yield unquote(text).encode("utf-8", "replace")
    yield html.unescape(text).encode("utf-8", "replace")
    yield _ESCAPED.sub(lambda found: _literal(found[0]), text).encode("utf-8", "replace")
    for word in re.findall(r"[A-Za-z0-9+/_-]{6,}", text):
        packed = word.replace("-", "+").replace("_", "/")
        plain = b64decode(packed[: len(packed) - (len(packed) % 4 == 1)] + "==")
        if plain.startswith((b"\x1f\x8b", b"PK")) or plain.isascii() or plain[1::2].count(0) > 2:
            yield plain
    with contextlib.suppress(
        zlib.error, EOFError, OSError, zipfile.BadZipFile, UnicodeError, NotImplementedError
    ):
        yield from _unpacked(data)
    if b"\0" in data:
        yield data.replace(b"\0", b"")


def _literal(escape: str) -> str:
    if escape[1] in "ux":
        return chr(int(escape[2:], 16))
    if escape[1].isdigit():
        return chr(int(escape[1:], 8))
    return {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}.get(escape[1], escape[1])


def says(data: bytes, canary: str, steps: int = 5) -> str | None:
    """What of a text, undone, holds the canary: as it is, in another case, or in hexadecimal; None for nothing."""
    forms = (
        canary.encode(),
        canary.upper().encode(),
        canary.lower().encode(),
        canary.encode().hex().encode(),
    )
    for plain in undone(data, steps):
        found = next((form for form in forms if form in plain), None)
        if found is not None:
            return found.decode()
    return None
