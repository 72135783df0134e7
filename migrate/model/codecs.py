"""Encoders and decoders by dialect: what a client library makes of a value on its way to the wire and back.

The reference implementation of a dialect is the library itself, run by `migrate.reference`; this catalogue states the
meaning, so that emitters lower an entry exactly or refuse it. Source: the documentation and code of requests 2.34 and
httpx 0.28, the manuals of curl 7.88 and jq 1.6.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Codec:
    """A named way from values to bytes or back."""

    name: str
    meaning: str


CODECS = {
    codec.name: codec
    for codec in (
        Codec(
            "requests.json",
            "Body by `json.dumps(value, allow_nan=False)`: `, ` and `: ` between, ASCII with `\\u` escapes, floats by "
            "shortest repr (`10.0`), integers exact; `Content-Type: application/json` unless the script sets one. "
            "null is no body at all. NaN and infinity are an error.",
        ),
        Codec(
            "requests.text",
            "Body of a text as UTF-8, no content type of its own. The empty text and null are no body.",
        ),
        Codec(
            "requests.form",
            "`application/x-www-form-urlencoded` of a map: null values are left out, lists repeat the key, others by "
            "`str`, spaces as `+`. An empty map is no body.",
        ),
        Codec(
            "requests.data",
            "Body by the type of the value: a text as in `requests.text`; a map, or a list of rows that unpack into "
            "key and value (lists of two, maps with two keys, texts of two characters), as in `requests.form`. "
            "Empty values, null, false and zero are no body; other values are an error.",
        ),
        Codec(
            "requests.query",
            "Query parameters as in `requests.form`, appended to a query that the URL already has.",
        ),
        Codec(
            "requests.url",
            "The URL as requests sends it: host by IDNA, characters outside the reserved and unreserved sets "
            "percent-encoded as UTF-8, percent escapes that are there kept, an empty path becomes `/`.",
        ),
        Codec(
            "requests.json_answer",
            "`Response.json()`: text by the charset that the answer names, else UTF-8, -16 or -32 as detected, then "
            "`json.loads`: integers exact, `1e5` and `10.0` floats, the last "
            "of duplicate keys wins, `NaN` and `Infinity` accepted; anything else is an error.",
        ),
        Codec(
            "httpx.json",
            "Body by `json.dumps(value, ensure_ascii=False, separators=(',', ':'), allow_nan=False)` as UTF-8: nothing "
            "but `,` and `:` between, characters as they are, floats by shortest repr (`10.0`), integers exact; "
            "`Content-Type: application/json` unless the script sets one. null is no body at all. NaN and infinity are "
            "an error, as is a lone surrogate.",
        ),
        Codec("httpx.text", "Body of a text as UTF-8, no content type of its own."),
        Codec(
            "httpx.form",
            "`application/x-www-form-urlencoded` of a map: null as the empty text, true and false in lower case, lists "
            "repeat the key, others by `str`, spaces as `+`. An empty map is no body.",
        ),
        Codec(
            "httpx.query",
            "Query parameters as in `httpx.form`, in the place of a query that the URL already has.",
        ),
        Codec(
            "httpx.url",
            "The URL as httpx sends it: host by IDNA, dots in the path resolved, characters outside the sets of the "
            "WHATWG percent-encoded as UTF-8, percent escapes that are there kept, an empty path becomes `/`.",
        ),
        Codec(
            "httpx.json_answer",
            "`Response.json()`: `json.loads` of the bytes, whatever charset the answer names: UTF-8, -16 or -32 as "
            "detected; integers exact, `1e5` and `10.0` floats, the last of duplicate keys wins, `NaN` and `Infinity` "
            "accepted; anything else is an error.",
        ),
        Codec(
            "python.json",
            "`json.loads` of the text: integers exact, `1e5` and `10.0` floats, the last of duplicate keys wins, "
            "`NaN` and `Infinity` accepted; anything else is an error.",
        ),
        Codec(
            "curl.data",
            "`--data-binary TEXT` or `--data TEXT`: the text as UTF-8, as `application/x-www-form-urlencoded` unless "
            "the script sets a content type. Not defined: a text that begins with `@`, or of 128 KiB and more.",
        ),
        Codec(
            "curl.query",
            "`-G --data-urlencode NAME=TEXT`: appended to a query that the URL already has. Defined for letters, "
            "figures, `-`, `.`, `_` and `~`; versions of curl escape others differently.",
        ),
        Codec(
            "curl.url",
            "The URL as it stands, without its fragment; spaces and control characters are an error. Not defined: "
            "characters that are not ASCII, globs (`{}`, `[]`), `\\`, segments `.` and `..`, user and password.",
        ),
        Codec(
            "jq-1.6.json_answer",
            "The bytes of the answer as UTF-8, then `jq-1.6.json_value` of the kernel. Not defined: other bytes.",
        ),
        Codec(
            "urllib.data",
            "The bytes as they are, or a text in UTF-8, as `application/x-www-form-urlencoded` unless the script sets "
            "a content type.",
        ),
        Codec(
            "urllib.query",
            "None: a script of `urllib.request` writes the query into the URL.",
        ),
        Codec(
            "urllib.url",
            "The URL as it stands, without its fragment, an empty path as `/`: spaces and control characters, and "
            "characters that are not ASCII, are an error.",
        ),
        Codec(
            "urllib.json_answer",
            "`json.loads` of the bytes of the answer, as `python.json_value` of the kernel.",
        ),
        Codec("unmapped.body", "What a client makes of the value whose dialect is not known."),
        Codec(
            "unmapped.envelope",
            "An envelope of SOAP with the value in it, by a client whose dialect is not known.",
        ),
        Codec("unmapped.form", "A form of the value, by a client whose dialect is not known."),
        Codec("unmapped.query", "What a client makes of parameters whose dialect is not known."),
        Codec("unmapped.url", "What a client makes of a URL whose dialect is not known."),
        Codec("unmapped.answer", "The answer as a client decodes it whose dialect is not known."),
        Codec("python.utf-8", "Text as UTF-8; a byte order mark is a character, a lone surrogate an error."),
        Codec(
            "python.utf-8-sig",
            "As `python.utf-8`, but a byte order mark at the beginning is left out when read, and written at the "
            "beginning of an empty file.",
        ),
        Codec("python.latin-1", "Text as ISO 8859-1: each byte the character of the same number."),
        Codec("python.ascii", "Text as ASCII; bytes and characters above 127 are an error."),
    )
}
