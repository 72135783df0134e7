"""What a finding is known by though lines above it are added or taken away."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from migrate.diagnostics.finding import Diagnostic

_DIGITS = 32
_MASKED = re.compile(r"\*+")


def fingerprints(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """A fingerprint each, in hexadecimal digits: of code, file, and the redacted line without the space around it.

    Findings that are alike in all of these are told apart by their number. Where no line is known, the message counts.
    Nothing of a secret is in it: its mask stands there as one star, however long it is.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    made = []
    for one in diagnostics:
        line = one.excerpt.redacted.strip() if one.excerpt is not None else ""
        key = (one.code, one.span.file if one.span is not None else "", _MASKED.sub("*", line) or one.message)
        text = "\0".join((*key, str(seen[key])))
        made.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS])
        seen[key] += 1
    return tuple(made)
