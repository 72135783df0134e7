"""Writes the answer for a page of a collection that was recorded whole.

It holds recorded records, letter for letter, in the envelope of a recorded page of its kind. What in that envelope
depends on the page is computed (`envelope`); where anything is not certain there is no answer, and the reason is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from urllib.parse import quote

from migrate.shadow import json_spans
from migrate.shadow.collection_pages import RecordedPage, Series, header_values, is_link, next_cursor
from migrate.shadow.envelope import NAMES, Geometry, Uncertain, Value, value_of
from migrate.shadow.messages import Answer, Headers
from migrate.shadow.replay_settings import Collection, EnvelopeValue

VARYING = frozenset(
    {
        "age", "cf-ray", "content-length", "date", "etag", "expires", "last-modified", "request-id",
        "server-timing", "x-correlation-id", "x-request-id", "x-runtime",
    }
)  # fmt: skip
"""Headers that are of one answer alone; a page that is made has none of them."""

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[a-zA-Z]+="?[^",;]*"?)*)')


class PageWriter:
    """Writes pages of one series; the cursors that it makes are known to the series."""

    def __init__(self, setting: Collection, series: Series) -> None:
        self._setting = setting
        self._series = series
        self._seen = [(series.geometry(number), page) for number, page in enumerate(series.pages)]

    def answer(self, geometry: Geometry, records: Sequence[str]) -> Answer:
        """The answer with the page that lies there in `records`, which are all, in their order. Raises Uncertain."""
        like = self._like(geometry)
        text = self._json(geometry, like, records)
        return Answer(200, self._headers(geometry, like), text.encode("utf-8"))

    def _like(self, geometry: Geometry) -> RecordedPage:
        """A recorded page with the same fields around its records as the page asked for must have."""
        for one, page in self._seen:
            if one.kind == geometry.kind:
                return page
        same = [
            page
            for one, page in self._seen
            if one.more == geometry.more and bool(one.count) == bool(geometry.count)
        ]
        if same and not any(_points_back(page) for _, page in self._seen):
            return same[0]
        first, more, empty = geometry.kind
        words = "an empty page" if empty else f"a {'first' if first else 'later'} page"
        raise Uncertain(f"no {words[2:]} was recorded {'with' if more else 'without'} another behind it")

    def _json(self, geometry: Geometry, like: RecordedPage, records: Sequence[str]) -> str:
        pieces = [(like.items, _list_text(like, records[geometry.start : geometry.end]))]
        for place, (value, span) in like.values.items():
            if place == self._setting.next:
                new = self._next(geometry, like, value)
            else:
                held = [(one, page.values[place][0]) for one, page in self._seen if place in page.values]
                new = self._value(place, held, geometry, value)
            if new != value or type(new) is not type(value):
                pieces.append((span, new[1] if isinstance(new, tuple) else json.dumps(new)))
        made, at = [], 0
        for (start, end), text in sorted(pieces):
            made += [like.text[at:start], text]
            at = end
        return "".join([*made, like.text[at:]])

    def _value(
        self, place: str, seen: Sequence[tuple[Geometry, Value]], geometry: Geometry, value: Value
    ) -> Value:
        rule = self._setting.envelope.get(place)
        if rule is None and isinstance(value, str) and is_link(value):
            links = [(one, text) for one, text in seen if isinstance(text, str) and one.more == geometry.more]
            return self._link(place, links, geometry, value)
        return value_of(place, seen, geometry, rule, self._called(place.rpartition("/")[2]))

    def _next(self, geometry: Geometry, like: RecordedPage, value: Value) -> Value:
        """The next cursor, in the form in which the recorded page has it."""
        if not geometry.more:
            return value
        cursor = next((text for text, start in self._series.cursors.items() if start == geometry.end), None)
        if cursor is None or geometry.end in self._series.made.values():
            cursor = self._cursor(geometry.end)
        if not isinstance(value, str):
            raise Uncertain("its cursor is a number, for which no other can stand")
        if not is_link(value):
            return cursor
        old = next_cursor(self._setting, like) or ""
        for written in (old, quote(old, safe="")):
            if f"{self._setting.parameter}={written}" in value:
                return value.replace(
                    f"{self._setting.parameter}={written}",
                    f"{self._setting.parameter}={quote(cursor, safe='')}",
                )
        raise Uncertain("the link to the next page does not hold the cursor as it was asked for")

    def _cursor(self, at: int) -> str:
        """A text that stands for the cursor behind so many records."""
        if not self._setting.opaque_cursors:
            raise Uncertain(
                f"which cursor the server gives behind {at} records was not recorded (opaque_cursors)"
            )
        cursor = f"hubshift-{at}"
        self._series.made[cursor] = at
        return cursor

    def _headers(self, geometry: Geometry, like: RecordedPage) -> Headers:
        left_out = VARYING | {name.lower() for name in self._setting.varying_headers}
        answers = [(one, header_values(page.recorded.answer)) for one, page in self._seen]
        made: list[tuple[str, str]] = []
        for name, text in like.recorded.answer.headers:
            key = name.lower()
            if key in left_out or key.startswith(("x-ratelimit", "ratelimit")):
                continue
            held = [(one, headers[key]) for one, headers in answers if key in headers]
            if len(held) == len(answers) and all(other == text for _, other in held):
                made.append((name, text))
            elif key == "link":
                made.append((name, self._link_header(held, geometry, text)))
            else:
                values: list[tuple[Geometry, Value]] = list(held)
                called = self._called(key.removeprefix("x-"))
                made.append((name, str(value_of(f"header {name}", values, geometry, None, called))))
        return tuple(made)

    def _link_header(self, held: Sequence[tuple[Geometry, str]], geometry: Geometry, like: str) -> str:
        """The header `Link` (RFC 8288), each link by its relation."""
        wanted = [one for one in held if _relations(one[1]) == _relations(like)]

        def filled(found: re.Match[str]) -> str:
            relation = _relation(found[2])
            links = [(one, link) for one, text in wanted for link, of in _links(text) if of == relation]
            return f"<{self._link(f'header Link {relation}', links, geometry, found[1])}>{found[2]}"

        return _LINK.sub(filled, like)

    def _link(self, place: str, seen: Sequence[tuple[Geometry, str]], geometry: Geometry, like: str) -> str:
        """A link to another page: each parameter is a value of its own."""
        base, _, query = like.partition("?")
        taken = [(one, *_taken_apart(text)) for one, text in seen]
        names = [name for name, _ in _taken_apart(like)[1]]
        if any(other != base or [name for name, _ in pairs] != names for _, other, pairs in taken):
            raise Uncertain(f"the links at {place} are not of one form")
        relation = re.sub(r"[^a-z]", "", place.lower().rpartition("/")[2].rpartition(" ")[2])
        parts: list[str] = []
        for number, name in enumerate(names):
            held: list[tuple[Geometry, Value]] = [(one, pairs[number][1]) for one, _, pairs in taken]
            called = self._linked(relation) if name == self._setting.parameter else self._called(name)
            value = value_of(f"{place}, {name}", held, geometry, None, called)
            parts.append(f"{name}={value}")
        return f"{base}?{'&'.join(parts)}" if query else like

    def _linked(self, relation: str) -> EnvelopeValue | None:
        ways: dict[tuple[str, str], EnvelopeValue] = {
            ("next", "offset"): "next-start",
            ("next", "page"): "next-page",
            ("prev", "offset"): "previous-start",
            ("prev", "page"): "previous-page",
            ("previous", "offset"): "previous-start",
            ("previous", "page"): "previous-page",
            ("last", "page"): "pages",
            ("first", "offset"): "constant",
            ("first", "page"): "constant",
        }
        return ways.get((relation, self._setting.paging)) if self._setting.first in (None, 0, 1) else None

    def _called(self, name: str) -> EnvelopeValue | None:
        """What a value is called after: a parameter of the request, or a word that means the same everywhere."""
        setting = self._setting
        if setting.size and name == setting.size.parameter:
            return "size"
        if name == setting.parameter and setting.paging != "cursor":
            if setting.paging == "offset":
                return "start"
            return "page" if setting.first != 0 else "page-from-0"
        return NAMES.get(re.sub(r"[^a-z]", "", name.lower()))


def _links(text: str) -> list[tuple[str, str]]:
    return [(found[1], _relation(found[2])) for found in _LINK.finditer(text)]


def _relations(text: str) -> list[str]:
    return [relation for _, relation in _links(text)]


def _relation(parameters: str) -> str:
    found = re.search(r'rel="?([^";]*)', parameters)
    return found[1] if found else ""


def _taken_apart(link: str) -> tuple[str, list[tuple[str, str]]]:
    base, _, query = link.partition("?")
    pairs = [part.partition("=") for part in query.split("&")]
    return base, [(name, value) for name, _, value in pairs]


def _points_back(page: RecordedPage) -> bool:
    names = {re.sub(r"[^a-z]", "", place.rpartition("/")[2].lower()) for place in page.values}
    return bool(names & {"prev", "previous", "first"}) or "link" in header_values(page.recorded.answer)


def _list_text(like: RecordedPage, records: Sequence[str]) -> str:
    """A list of the records, with the white space of a recorded one."""
    text, (start, end) = like.text, like.items
    spans = list(json_spans.elements(text, like.items))
    if not records:
        return "[]"
    if not spans:
        return f"[{','.join(records)}]"
    between = text[spans[0][1] : spans[1][0]] if len(spans) > 1 else ","
    return text[start : spans[0][0]] + between.join(records) + text[spans[-1][1] : end]
