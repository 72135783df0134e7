"""Credentials masked where they stand, whatever they look like: headers, cookies, parameters, fields of such names.

What the values of known secrets do not reach: a password of five letters cannot be replaced wherever these five letters
occur, but its own place in a login can be emptied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from migrate.shadow import bodies
from migrate.shadow.messages import Answer, Headers, Request
from migrate.shadow.redaction import Redactor
from migrate.shadow.spellings import Span, rewritten, spliced

Names = Callable[[str], bool]

_FIELD = re.compile(
    rb"""(?=(?P<quote>["'])(?P<name>[\w .$@-]{1,80})(?P=quote)\s*:\s*(?:
        (?P<open>["'])(?P<value>(?:(?!(?P=open))[^\\]|\\.)+)(?P=open)
      | (?P<number>-?\d[\d.eE+-]*)
      | \[(?P<list>[^][{}]+)\]))""",
    re.VERBOSE | re.DOTALL,
)
_NAMED_VALUE = re.compile(
    rb"""(?=["'](?:name|key|field|header)["']\s*:\s*["'](?P<name>[\w .$@-]{1,80})["']\s*,
        \s*["'](?:value|content|val)["']\s*:\s*(?P<open>["'])(?P<value>(?:(?!(?P=open))[^\\]|\\.)+)(?P=open))""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ELEMENT = re.compile(
    rb"<(?:[\w.-]+:)?(?P<name>[\w.-]+)(?:\s[^<>]*)?>\s*"
    rb"(?:<!\[CDATA\[(?P<data>.{1,4096}?)\]\]>|(?P<value>[^<>]*[^<>\s]))(?=\s*</)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    rb"(?<=\s)(?:[\w.-]+:)?(?P<name>[\w.-]+)\s*=\s*(?P<open>[\"'])(?P<value>[^\"'<>\r\n]+)(?P=open)"
)
_INPUT = re.compile(rb"\bname=\"(?P<name>[^\"<>]+)\"[^<>]*\svalue=\"(?P<value>[^\"<>]+)\"")
_PART = re.compile(
    rb"^Content-Disposition:[^\r\n]*\bname=\"?(?P<name>[^\"\r\n;]+)\"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n){0,20}\r?\n"
    rb"(?P<value>(?!--).+?)(?=\r?\n--|\Z)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
_PARAMETER = re.compile(rb"(?P<name>[^&=\s?#;\"'<>{}]+)=(?P<value>[^&\s\"'<>#]+)")
_IN_URL = re.compile(rb"(?<=[?&#;])(?P<name>[\w.\[\]%-]+)=(?P<value>[^&\s\"'<>#;,)]+)")
_FORM = re.compile(rb"[^\s<>{}\"]*=[^\s<>\"]*")
_LINE = re.compile(
    rb"^[ \t]*(?:export[ \t]+|-[ \t]+)?(?P<name>[\w.-]+)[ \t]*[=:][ \t]*(?P<open>[\"']?)"
    rb"(?P<value>[^\s\"'{\[](?:[^\r\n]*[^\s\"',])?)",
    re.MULTILINE,
)
_HEADER = re.compile(
    rb"(?<![\w-])(?P<name>(?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]+)[ \t]*:[ \t]*"
    rb"(?P<value>[^\s\"'][^\r\n\"']*)",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r'(?P<name>[\w-]*(?:token|signature|response|nonce))="(?P<value>[^"{}]+)"', re.IGNORECASE
)
_COOKIE = re.compile(r"(?P<name>[^=;\s]+)=(?P<value>[^;]+)")
_ATTRIBUTES = frozenset({"path", "domain", "expires", "max-age", "samesite"})
_SURE = re.compile(
    r"(?:^|_)(?:token|secret|password|passwd|pwd|passphrase|api_?key|access_?key|private_?key|authorization|(?:set_)?cookie)$"
)
_SIGNATURE = re.compile(r"(?:^|_)(?:signature|hmac|sig|digest)(?:_|$|\d)")
_PLACEHOLDER = re.compile(rb"\{\{|%7B%7B", re.IGNORECASE)
_FEW_DIGITS = 4
"""Numbers of fewer digits are credentials only where the name leaves no doubt."""


def placeholder(name: str) -> str:
    """What stands for a recorded credential of this name."""
    return "{{" + stem(name) + "}}"


def stem(name: str) -> str:
    """The name of a recorded credential, from that of its header, field or parameter."""
    return "RECORDED_" + (re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper() or "VALUE")


def masked_request(request: Request, names_credential: Names) -> Request:
    """A redacted request without the credentials that are left in it. Raises bodies.UnreadableBodyError."""
    start, mark, query = request.url.partition("?")
    plain_query = query.encode("utf-8", "surrogatepass")
    spans = _spans(_PARAMETER, plain_query, names_credential)
    url = start + mark + spliced(plain_query, spans).decode("utf-8", "surrogatepass")
    plain = bodies.decoded(request.headers, request.body)
    clean = rewritten(plain, _Places(names_credential))
    body = request.body if clean == plain else bodies.encoded(request.headers, clean)
    return replace(request, url=url, headers=_headers(request.headers, names_credential), body=body)


def masked_answer(answer: Answer, names_credential: Names, asked: Request | None = None) -> Answer:
    """A redacted answer without the credentials that are left in it.

    Fields only where the name leaves no doubt, or is that of a credential in a header of the request, which some
    systems give back.
    """
    echoed = {
        _snake(name) for name, _ in (asked.headers if asked is not None else ()) if names_credential(name)
    }

    def chosen(name: str) -> bool:
        return names_credential(name) and (_is_sure(name) or _snake(name) in echoed)

    body = rewritten(answer.body, _Places(chosen))
    return Answer(answer.status, _headers(answer.headers, names_credential), body)


def masked_text(data: bytes, names_credential: Names) -> bytes:
    """What a run wrote or printed without the credentials that are left in it: settings line by line too."""
    return rewritten(data, _Places(names_credential, lines=True))


def values_in(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and values of the elements, attributes and parts of a text that is neither JSON nor a form."""
    for pattern in (_ELEMENT, _ATTRIBUTE, _INPUT, _PART):
        for found in pattern.finditer(data):
            value = found["value"] or found.groupdict().get("data") or b""
            yield found["name"].decode("latin-1"), value.decode("utf-8", "replace")


def of_caller(names_credential: Names) -> Names:
    """The names of credentials in requests that come in.

    A signature is none there: with another one the request would be refused when it is played again, and of its key
    it tells nothing.
    """
    return lambda name: names_credential(name) and _SIGNATURE.search(_snake(name)) is None


class PlacesRedactor(Redactor):
    """A redactor for what a run wrote and printed: credentials are masked by their names too."""

    def __init__(self, values: Mapping[str, str], names_credential: Names) -> None:
        super().__init__(values)
        self._names_credential = names_credential

    def data(self, data: bytes) -> bytes:
        """Redacts bytes."""
        return masked_text(super().data(data), self._names_credential)

    def request(self, request: Request) -> Request:
        """Redacts a request that came in."""
        return masked_request(super().request(request), of_caller(self._names_credential))

    def kept_answer(self, answer: Answer) -> Answer:
        """Redacts an answer that the run gave."""
        return masked_answer(super().kept_answer(answer), self._names_credential)

    def column(self, name: str) -> str | None:
        """What stands in place of all values of a column; None for one that is shown."""
        return placeholder(name) if self._names_credential(name) else None


def environment_secrets(
    environment: Mapping[str, str], names_credential: Names, is_credential: Names
) -> dict[str, str]:
    """The variables that hold a credential, by name or by form; of an address with a password that one alone."""
    found: dict[str, str] = {}
    for name, value in environment.items():
        address = re.match(r"[a-z][a-z0-9+.-]*://[^/?#@]*:(?P<password>[^/?#@]+)@", value, re.IGNORECASE)
        if address:
            found[f"{name}.password"] = unquote_plus(address["password"])
        elif value and "://" not in value and (names_credential(name) or is_credential(value)):
            found[name] = value
    return found


def _snake(name: str) -> str:
    return re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()


def _is_sure(name: str) -> bool:
    return _SURE.search(_snake(name)) is not None


def _headers(headers: Headers, names_credential: Names) -> Headers:
    return tuple((name, _header(name, value, names_credential)) for name, value in headers)


def _header(name: str, value: str, names_credential: Names) -> str:
    match name.lower():
        case "cookie" | "set-cookie":
            return _COOKIE.sub(_cookie, value)
        case "authorization" | "proxy-authorization":
            if "{{" in value or not value:
                return _QUOTED.sub(_parameter, value)
            scheme, space, rest = value.partition(" ")
            return f"{scheme} {placeholder('authorization')}" if space and rest else placeholder(name)
        case _:
            if value and "{{" not in value and names_credential(name):
                return placeholder(name)
            clean = rewritten(value.encode("utf-8", "surrogatepass"), _Places(names_credential))
            return clean.decode("utf-8", "surrogatepass")


def _parameter(found: re.Match[str]) -> str:
    return f'{found["name"]}="{placeholder(found["name"])}"'


def _cookie(found: re.Match[str]) -> str:
    if found["name"].lower() in _ATTRIBUTES or "{{" in found["value"]:
        return found[0]
    return f"{found['name']}={placeholder('cookie')}"


@dataclass(frozen=True, slots=True)
class _Places:
    """The search for values that have the name of a credential; with `lines` also in settings, one a line."""

    chosen: Names
    lines: bool = False

    @property
    def short(self) -> bool:
        """Nothing is found in pairs."""
        return False

    def found(self, data: bytes, way: str) -> list[Span]:
        """Where they stand, by what kind of text it is."""
        plain = data.strip(b"\xef\xbb\xbf \t\r\n")
        if _FORM.fullmatch(plain) and not self.lines:
            return _spans(_PARAMETER, data, self.chosen)
        patterns = [_IN_URL, _HEADER, _FIELD, _NAMED_VALUE]
        if plain[:1] not in (b"{", b"["):
            patterns += [_ELEMENT, _ATTRIBUTE, _INPUT, _PART]
            patterns += [_LINE] if self.lines and plain[:1] != b"<" else []
        return _apart(span for pattern in patterns for span in _spans(pattern, data, self.chosen))

    def in_base64(self, data: bytes) -> bool:
        """Only what is read as a text is looked into."""
        return False

    def found_in_pair(self, data: bytes) -> list[Span]:
        """Nothing is."""
        return []


def _spans(pattern: re.Pattern[bytes], data: bytes, chosen: Names) -> list[Span]:
    """The values with a chosen name that are no placeholders yet."""
    spans = []
    for found in pattern.finditer(data):
        name = unquote_plus(found["name"].decode("latin-1"))
        if not chosen(name):
            continue
        groups = found.re.groupindex
        group = next(
            one for one in ("value", "number", "list", "data") if one in groups and found[one] is not None
        )
        value = found[group]
        if _PLACEHOLDER.search(value) or value.strip(b"\"' ") in (b"", b"null", b"true", b"false"):
            continue
        put = placeholder(name).encode("ascii")
        if group == "number":
            if not _is_sure(name) and sum(sign in b"0123456789" for sign in value) < _FEW_DIGITS:
                continue
            put = b'"%b|number}}"' % put[:-2]
        spans.append(Span(*found.span(group), b'"%b"' % put if group == "list" else put))
    return spans


def _apart(spans: Iterable[Span]) -> list[Span]:
    """In order, none over another; the longer of two that begin at one place."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
