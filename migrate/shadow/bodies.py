"""What a message body means: content encodings undone, JSON read without losing a digit."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal, InvalidOperation

from migrate.shadow.addresses import query_pairs
from migrate.shadow.messages import Headers, header

MAX_BODY_BYTES = 64 * 1024 * 1024
"""Bound on a body, as sent and as decoded."""

Json = None | bool | int | float | Decimal | str | list["Json"] | dict[str, "Json"]
"""A JSON value with all digits: a number with a fraction or an exponent is a float where that is written so (`repr`),
and a Decimal where a float would be written otherwise (0.10, 1e400) or loses digits."""


class UnreadableBodyError(Exception):
    """The body cannot be decoded; the message says why and holds nothing of the body."""


class _NotPlainJsonError(ValueError):
    """Text that a plain JSON value would change: repeated keys, NaN, a number that not even a Decimal holds."""


def decoded(headers: Headers, body: bytes) -> bytes:
    """The body without its `Content-Encoding` (gzip, deflate, identity). Raises UnreadableBodyError for any
    other."""
    if header(headers, "content-encoding") is None:
        return body
    for coding in reversed(_codings(headers)):
        body = _inflate(coding, body)
    return body


def encoded(headers: Headers, body: bytes) -> bytes:
    """The opposite of `decoded`; the same bytes each time."""
    for coding in _codings(headers):
        body = gzip.compress(body, mtime=0) if coding == "gzip" else zlib.compress(body)
    return body


def media_type(headers: Headers) -> str:
    """The content type in lower case without parameters, or the empty string."""
    return (header(headers, "content-type") or "").partition(";")[0].strip().lower()


def charset(content_type: str | None) -> str:
    """The charset that a content type names if Python knows it, else utf-8."""
    for parameter in (content_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            try:
                "".encode(value.strip(" \"'"))
            except (LookupError, ValueError):
                return "utf-8"
            return value.strip(" \"'")
    return "utf-8"


Place = tuple[str, ...]
"""Where a value stands in a body: keys and indexes, `*` for every element of a list; in a form the field's name."""


def canonical(headers: Headers, body: bytes, without: Sequence[Place] = ()) -> Hashable:
    """A key that is equal for bodies meaning the same: JSON with sorted keys and types kept, forms by name,
    else the bytes.

    1, 1.0 and "1" differ; integers are exact; floats are compared by their decimal text. Takes the decoded
    body. Of the places `without` it only counts that they are there, not what they hold.
    """
    if not body:
        return "bytes", body
    if _looks_like_json(headers, body):
        try:
            return "json", _tagged(_text(body), without)
        except (ValueError, RecursionError):
            return "bytes", body
    if media_type(headers) == "application/x-www-form-urlencoded":
        pairs = query_pairs(body.decode("latin-1"))
        return "form", tuple((name, None if (name,) in without else text) for name, text in pairs)
    return "bytes", body


def leaves(headers: Headers, body: bytes) -> dict[str, str] | None:
    """The values of a JSON or form body by the JSON Pointer (or field) where they stand, each as JSON or as its text;
    None for any other body. Takes the decoded body."""
    if _looks_like_json(headers, body):
        try:
            return dict(_leaves(json.loads(_text(body), parse_float=_Literal, parse_int=_Literal), ""))
        except (ValueError, RecursionError):
            return None
    if media_type(headers) == "application/x-www-form-urlencoded":
        fields: dict[str, str] = {}
        for name, text in query_pairs(body.decode("latin-1")):
            fields[name] = f"{fields[name]}, {text}" if name in fields else str(text or "")
        return fields
    return None


def value(headers: Headers, body: bytes) -> Json:
    """The decoded body as a value: JSON where it is JSON (and reads back unchanged), else text; None when
    empty.

    JSON with repeated keys, NaN or numbers that no Decimal holds stays text, and so does what is sent as `text/plain`
    or another text. Bytes that are no text become a `data:` URL.
    """
    if not body:
        return None
    if _is_json(headers, body):
        try:
            return _plain(_text(body))
        except (ValueError, RecursionError):
            pass
    text = _as_text(headers, body)
    return f"data:{media_type(headers)};base64,{b64encode(body).decode('ascii')}" if text is None else text


def written_as(headers: Headers, body: bytes) -> str:
    """What `value` does not show of a decoded body: that a text or null was JSON, that bytes were no text, or that a
    byte order mark stands in front. Empty for all others."""
    if not body:
        return ""
    marked = body.startswith(b"\xef\xbb\xbf")
    # Of a list or object the value shows that it was JSON.
    if _is_json(headers, body) and (marked or body.lstrip()[:1] not in (b"{", b"[")):
        try:
            held = _plain(_text(body))
        except (ValueError, RecursionError):
            pass
        else:
            alike = held is None or isinstance(held, str)
            return "behind a byte order mark" if marked else "as JSON" if alike else ""
    return "as bytes" if _as_text(headers, body) is None else ""


def _as_text(headers: Headers, body: bytes) -> str | None:
    """The text of a body; None where it is none, or where other bytes are the same text, as in UTF-7."""
    encoding = charset(header(headers, "content-type"))
    try:
        text = body.decode(encoding)
        return text if text.encode(encoding) == body else None
    except UnicodeError:
        return None


def json_text(value: Json, *, ascii_only: bool = False) -> str:
    """A value as one line of JSON, each number as it was written."""
    try:
        return json.dumps(value, ensure_ascii=ascii_only, allow_nan=False)
    except TypeError:
        return _spelled(value, ascii_only)


def _spelled(value: Json, ascii_only: bool) -> str:
    match value:
        case Decimal():
            return str(value)
        case dict():
            pairs = (
                f"{_spelled(key, ascii_only)}: {_spelled(item, ascii_only)}" for key, item in value.items()
            )
            return "{" + ", ".join(pairs) + "}"
        case list():
            return "[" + ", ".join(_spelled(item, ascii_only) for item in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=ascii_only, allow_nan=False)


def _codings(headers: Headers) -> list[str]:
    names = [
        part.strip().lower()
        for key, text in headers
        if key.lower() == "content-encoding"
        for part in text.split(",")
    ]
    return [{"x-gzip": "gzip"}.get(name, name) for name in names if name not in ("", "identity")]


def _inflate(coding: str, body: bytes) -> bytes:
    if coding not in ("gzip", "deflate"):
        raise UnreadableBodyError(f"content encoding {coding[:20]!r} cannot be read")
    raw_deflate = coding == "deflate" and body[:1] and (body[0] & 0x0F) != 8
    plain = b""
    try:
        while body:
            decoder = zlib.decompressobj(31 if coding == "gzip" else -15 if raw_deflate else 15)
            plain += decoder.decompress(body, MAX_BODY_BYTES + 1 - len(plain))
            if len(plain) > MAX_BODY_BYTES:
                raise UnreadableBodyError(f"the decoded body is larger than {MAX_BODY_BYTES} bytes")
            if not decoder.eof:
                raise UnreadableBodyError(f"the {coding} body is cut off")
            body = decoder.unused_data
    except zlib.error as error:
        raise UnreadableBodyError(f"the body is not {coding}") from error
    return plain


def _is_json(headers: Headers, body: bytes) -> bool:
    """Whether a body is compared as JSON: what is sent as text is compared as it is written."""
    kind = media_type(headers)
    return (kind == "text/json" or not kind.startswith("text/")) and _looks_like_json(headers, body)


def _looks_like_json(headers: Headers, body: bytes) -> bool:
    kind = media_type(headers)
    return kind.endswith(("/json", "+json")) or body.lstrip()[:1] in (b"{", b"[")


def _text(body: bytes) -> str:
    return body.decode("utf-8-sig")


class _Literal(str):
    """A number as it was written."""

    __slots__ = ()


def _leaves(node: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict) and node:
        for name, item in node.items():
            yield from _leaves(item, f"{place}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list) and node:
        for index, item in enumerate(node):
            yield from _leaves(item, f"{place}/{index}")
    else:
        yield place, node if isinstance(node, _Literal) else json.dumps(node, ensure_ascii=False)


_READER = json.JSONDecoder(
    parse_int=lambda digits: ("integer", digits),
    parse_float=lambda digits: ("float", str(Decimal(digits))),
    parse_constant=lambda name: ("constant", name),
    object_pairs_hook=lambda pairs: ("object", sorted(pairs, key=lambda pair: pair[0])),
)


def _tagged(text: str, without: Sequence[Place]) -> Hashable:
    """JSON as nested tuples that carry their type."""
    return _freeze(_READER.decode(text), without)


def _freeze(node: object, without: Sequence[Place]) -> Hashable:
    if () in without:
        return ("volatile",)
    if isinstance(node, tuple) and node[0] == "object":
        return "object", tuple((key, _freeze(item, _inside(without, key))) for key, item in node[1])
    if isinstance(node, list):
        return "array", tuple(
            _freeze(item, _inside(without, str(index), "*")) for index, item in enumerate(node)
        )
    if isinstance(node, tuple):
        return node
    return type(node).__name__, str(node)


def _inside(places: Sequence[Place], *names: str) -> Sequence[Place]:
    """What is left of the places that begin with one of the names."""
    return [place[1:] for place in places if place and place[0] in names] if places else places


def _plain(text: str) -> Json:
    result: Json = json.loads(
        text,
        parse_constant=_refuse,
        parse_int=_integer,
        parse_float=_number,
        object_pairs_hook=_unique,
    )
    return result


def _refuse(name: str) -> float:
    raise _NotPlainJsonError(name)


def _integer(digits: str) -> int | Decimal:
    return Decimal(digits) if digits == "-0" else int(digits)


def _number(digits: str) -> float | Decimal:
    number = float(digits)
    if repr(number) == digits:
        return number
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise _NotPlainJsonError(digits) from error


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _NotPlainJsonError("repeated key")
    return result
