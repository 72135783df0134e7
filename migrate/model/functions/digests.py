"""Bytes: texts as bytes and back, digests, and the comparison of signatures.

Where bytes are asked for, a text stands for its bytes in UTF-8.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from migrate.model.functions.declaration import kernel

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
"""The digests that are known, by their names in Python and in OpenSSL."""


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, bytes):
        raise TypeError
    return value


def _algorithm(name: Any) -> str:
    if name not in ALGORITHMS:
        raise ValueError
    return str(name)


@kernel("python.encode", result="bytes")
def _encode(text: Any) -> bytes:
    """`text.encode()`: the bytes of a text in UTF-8; half a surrogate pair is an error."""
    if not isinstance(text, str):
        raise AttributeError
    return text.encode()


@kernel("python.decode", result="text")
def _decode(data: Any) -> str:
    """`data.decode()`: the text that bytes in UTF-8 are; others are an error."""
    if not isinstance(data, bytes):
        raise AttributeError
    return data.decode()


@kernel("python.hex", result="text", total_on=[("bytes",)])
def _hex(data: Any) -> str:
    """`data.hex()`: two figures a byte, in lower case."""
    if not isinstance(data, bytes):
        raise AttributeError
    return data.hex()


@kernel("python.digest", result="bytes")
def _digest(data: Any, algorithm: Any) -> bytes:
    """`hashlib.new(algorithm, data).digest()`: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512."""
    return hashlib.new(_algorithm(algorithm), _bytes(data)).digest()


@kernel("python.hmac", result="bytes")
def _hmac(key: Any, data: Any, algorithm: Any) -> bytes:
    """`hmac.new(key, data, algorithm).digest()` (RFC 2104), with the digests of `python.digest`."""
    return hmac.new(_bytes(key), _bytes(data), _algorithm(algorithm)).digest()


@kernel("python.compare_digest", result="boolean", total_on=[("bytes", "bytes")])
def _compare_digest(left: Any, right: Any) -> bool:
    """`hmac.compare_digest(left, right)`: equal bytes, or equal texts in ASCII, in a time that shows no difference.

    Texts with other characters, and a text beside bytes, are an error.
    """
    return hmac.compare_digest(left, right)
