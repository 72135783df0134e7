"""Names of pages, offsets and cursors in requests and answers, word by word: `nextToken` is next and token."""

from __future__ import annotations

import re
from collections.abc import Iterable

PLAIN_PAGE = frozenset({"page", "pages", "pg", "paged", "pagenum", "pagenumber", "pageno", "pageindex", "p"})
PAGE = PLAIN_PAGE | frozenset({"pagination", "paging", "batch", "chunk", "seite", "pagina"})
OFFSET = frozenset(
    {
        *("offset", "skip", "start", "startat", "startindex", "startrow", "first", "from", "begin", "index"),
        *("row", "record", "position", "retrieved", "fetched", "sysparm_offset", "firstresult", "pos"),
    }
)
CURSOR = frozenset(
    {
        *(
            "cursor",
            "continuation",
            "scroll",
            "bookmark",
            "marker",
            "after",
            "before",
            "since",
            "next",
            "last",
        ),
        *(
            "nexttoken",
            "pagetoken",
            "nextpagetoken",
            "nextpage",
            "searchafter",
            "until",
            "anchor",
            "exclusive",
        ),
        *("continue", "startingafter", "endingbefore", "maxid", "sinceid", "key", "offset", "token"),
    }
)
WINDOW_END = frozenset({"end", "to", "until", "before", "finish", "stop", "till", "bis"})
WINDOWED = frozenset({"row", "rows", "index", "record", "records", "offset", "item", "items", "page"})
"""Words of a range whose end is one of a count, not of time."""
_NEXT = frozenset(
    {
        *(
            "next",
            "cursor",
            "continuation",
            "scroll",
            "more",
            "after",
            "bookmark",
            "marker",
            "pagination",
            "paging",
        ),
        *(
            "nextlink",
            "nextpage",
            "nexttoken",
            "nextpagetoken",
            "nextcursor",
            "endcursor",
            "pageinfo",
            "links",
        ),
    }
)
_CREDENTIAL = frozenset(
    {"access", "refresh", "auth", "oauth", "csrf", "session", "api", "bearer", "id_token"}
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words(name: str) -> frozenset[str]:
    """The words of a name in lower case, and the name itself without what stands between them."""
    found = [word.lower() for word in _WORD.findall(name)]
    return frozenset({*found, "".join(found)}) - {""}


def names_next(keys: Iterable[str]) -> bool:
    """True if the path of a value in an answer says that it leads to the next page."""
    return any(words(key) & _NEXT for key in keys)


def identifies(name: str, answered: Iterable[tuple[str, ...]]) -> bool:
    """True for a credential, and for an id that an answer gives as its own, so that the same thing is asked again."""
    named = words(name)
    if named & _CREDENTIAL and "token" in named and not named & _NEXT:
        return True
    paths = tuple(answered)
    return bool(paths) and all(
        keys[-1:] == (name,) and "*" not in keys and not names_next(keys) for keys in paths
    )
