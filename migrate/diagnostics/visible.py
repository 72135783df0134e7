"""Makes characters visible that would be lost, break the output, or change the order in which it reads."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls but tab, line feed, carriage return
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # separators, direction marks, without width
    "\ud800-\udfff\ufffe\uffff]"  # halves of pairs and no characters: neither UTF-8 nor HTML holds them
)


def visible(text: str) -> str:
    r"""The text with controls, direction marks and lone surrogates as `\u202e`; line ends as line feeds.

    Legacy files can hold direction marks that make a line read otherwise than it runs (CVE-2021-42574).
    """
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", joined)


def in_one_line(text: str) -> str:
    r"""The same with line feeds and tabs as `\u000a` and `\u0009`: for names, which may hold them."""
    return re.sub(r"[\n\t]", lambda found: f"\\u{ord(found[0]):04x}", visible(text))
