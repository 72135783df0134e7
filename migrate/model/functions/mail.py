"""Headers, addresses and texts of mails, as `email.message.EmailMessage` of Python takes them.

Values on which the library's folding of headers, or its reading of addresses, is not the identity are not defined
here: a run ends there. Sources: RFC 5322, RFC 2047; `email.policy.default` and `email.contentmanager` of Python 3.11.
"""

from __future__ import annotations

import re
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.values import UnmappedReached, type_name

LINE = 76
"""Characters of a header line that holds an encoded word, at most (RFC 2047, 2)."""
LONGEST_WORD = 60
"""Characters of a word of ASCII, at most, that is never divided when a header is folded."""
_ODD = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]|  |^ | $|=\\?"
)
_WORDS = r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*"
_LOCAL = r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
_DOMAIN = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_MAILBOX = re.compile(rf"(?:{_LOCAL}@{_DOMAIN}|{_WORDS} <({_LOCAL}@{_DOMAIN})>)")
_ENCODED = len("=?utf-8?b??=")


@kernel("email.header_text", result="text")
def _header_text(name: Any, value: Any) -> str:
    """The decoded value of the header `name` (Subject, X-…) that is set to a text: the same text.

    More than one line is an error (ValueError). Not defined: what is no text; control characters and blanks other
    than single ones between words; `=?`; words of more than 60 characters; beyond ASCII, what takes more than one line.
    """
    text = _one_line(value)
    if _ODD.search(text) or max(map(len, text.split(" "))) > LONGEST_WORD:
        raise UnmappedReached("email.header_text: a header that folding could change")
    octets = len(text.encode())
    if octets > len(text) and len(name) + 2 + _ENCODED + 4 * -(-octets // 3) > LINE:
        raise UnmappedReached("email.header_text: a header beyond ASCII of more than one line")
    return text


@kernel("email.address_text", result="text")
def _address_text(value: Any) -> str:
    """The decoded value of a header of addresses (From, To, Cc, …) that is set to a text: they, `, ` between them.

    More than one line is an error (ValueError). Not defined: what is no text, no address at all, and other addresses
    than `local@domain` and `Words <local@domain>`, of ASCII letters, digits and `._+-`.
    """
    return ", ".join(match[0] for match in _mailboxes(value))


@kernel("email.addresses", result="list")
def _addresses(value: Any) -> list[str]:
    """The addresses in a header of addresses, without names, as `email.utils.getaddresses` gives them.

    As `email.address_text` otherwise.
    """
    return [match[1] or match[0] for match in _mailboxes(value)]


@kernel("email.content", result="text")
def _content(text: Any) -> str:
    """`set_content(text)`: the lines of a text, each ended by a line feed, at least one.

    Lines end at line feeds, carriage returns or both. Errors: KeyError for what is no text, UnicodeEncodeError for half
    a surrogate pair.
    """
    if not isinstance(text, str):
        raise KeyError
    lines = text.encode().splitlines() or [b""]
    return b"".join(line + b"\n" for line in lines).decode()


def _one_line(value: Any) -> str:
    if not isinstance(value, str):
        raise UnmappedReached(f"a header that is {type_name(value)}, not text")
    if len(value.splitlines()) > 1:
        raise ValueError
    return value


def _mailboxes(value: Any) -> list[re.Match[str]]:
    parts = [_MAILBOX.fullmatch(part) for part in re.split(", ?", _one_line(value))]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        raise UnmappedReached("addresses that are not of the simplest form")
    return found
