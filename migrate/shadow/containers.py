"""Bytes that hold others as a whole: gzip, zlib, ZIP, UTF-16 and UTF-32."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

from migrate.shadow import bodies

_ZIP_SECONDS = (1980, 1, 1, 0, 0, 0)

Clean = Callable[[bytes], bytes]


def repacked(data: bytes, clean: Clean) -> bytes | None:
    """The bytes with what they hold changed by `clean`, as they are where that changes nothing; None where they hold
    nothing that can be read."""
    change = _container(data)
    if change is None:
        return None
    try:
        return change(data, clean)
    except (bodies.UnreadableBodyError, UnicodeError, zipfile.BadZipFile, zlib.error, OSError):
        return None
    except (NotImplementedError, RuntimeError, EOFError):
        # A ZIP of another method, with a password, or cut off.
        return None


def _container(data: bytes) -> Callable[[bytes, Clean], bytes] | None:
    if data.startswith(b"\x1f\x8b"):
        return _in_coding("gzip")
    if data[:1] == b"\x78" and len(data) > 8 and int.from_bytes(data[:2], "big") % 31 == 0:
        return _in_coding("deflate")
    if data.startswith(b"PK\x03\x04"):
        return _in_zip
    charset = _wide_charset(data)
    return None if charset is None else _in_charset(charset)


def _in_coding(coding: str) -> Callable[[bytes, Clean], bytes]:
    headers = (("Content-Encoding", coding),)

    def change(data: bytes, clean: Clean) -> bytes:
        plain = bodies.decoded(headers, data)
        made = clean(plain)
        return data if made == plain else bodies.encoded(headers, made)

    return change


def _wide_charset(data: bytes) -> str | None:
    """UTF-16 or UTF-32, by byte order mark or by the zeros in what is mostly Latin."""
    for mark, charset in ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32")):
        if data.startswith(mark):
            return charset
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" not in data or len(data) % 2 or len(data) < 4:
        return None
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 4 == 0 and 4 * (even + odd) > 2.5 * len(data):
        return "utf-32-be" if data[0] == 0 else "utf-32-le"
    if 4 * max(even, odd) <= len(data):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _in_charset(charset: str) -> Callable[[bytes, Clean], bytes]:
    def change(data: bytes, clean: Clean) -> bytes:
        plain = data.decode(charset).encode()
        made = clean(plain)
        if made == plain:
            return data
        order = "-be" if data.startswith((b"\xfe\xff", b"\0\0\xfe\xff")) else "-le"
        if charset in ("utf-16", "utf-32"):
            return ("\ufeff" + made.decode()).encode(charset + order)
        return made.decode().encode(charset)

    return change


def _in_zip(data: bytes, clean: Clean) -> bytes:
    changed = False
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as held, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        if sum(one.file_size for one in held.infolist()) > bodies.MAX_BODY_BYTES:
            raise zipfile.BadZipFile("it holds too much")
        for one in held.infolist():
            plain = held.read(one)
            shown, name = clean(plain), clean(one.filename.encode()).decode()
            changed = changed or (shown, name) != (plain, one.filename)
            out.writestr(zipfile.ZipInfo(name, _ZIP_SECONDS), shown, one.compress_type)
    return made.getvalue() if changed else data


def is_container(data: bytes) -> bool:
    """Whether these are such bytes."""
    return _container(data) is not None
