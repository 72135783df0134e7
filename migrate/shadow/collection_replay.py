"""Answers pages of another size or order from the records of a collection that was recorded whole.

A page that is made so holds recorded records, letter for letter, in the envelope of a recorded page of its kind. What
in that envelope depends on the page is computed (`envelope`); where anything is not certain there is no answer, and
the reason is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from migrate.shadow import json_spans
from migrate.shadow.collection_pages import (
    NotWhole,
    RecordedPage,
    Series,
    header_values,
    is_link,
    next_cursor,
    number_of,
    read_page,
    read_series,
    text_of,
)
from migrate.shadow.envelope import NAMES, Geometry, Uncertain, Value, value_of
from migrate.shadow.matching import Question, names_url, pointer_parts, url_pattern
from migrate.shadow.messages import Answer, Headers
from migrate.shadow.recording import Recorded
from migrate.shadow.replay_settings import Collection, EnvelopeValue, Order

VARYING = frozenset(
    {
        "age", "cf-ray", "content-length", "date", "etag", "expires", "last-modified", "request-id",
        "server-timing", "x-correlation-id", "x-request-id", "x-runtime",
    }
)  # fmt: skip
"""Headers that are of one answer alone; a page that is made has none of them."""

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[a-zA-Z]+="?[^",;]*"?)*)')
_ZONE = re.compile(r"T[0-9:.]+(Z|[+-][0-9:]+)$")
_TIME = re.compile(r"[0-9TZ:.+-]+")


@dataclass(frozen=True, slots=True)
class MadePage:
    """An answer that was made of recorded records, and the recorded exchanges that hold them."""

    answer: Answer
    used: tuple[tuple[Recorded, Question], ...]


class RecordedCollection:
    """One declared collection in a recording."""

    def __init__(self, setting: Collection) -> None:
        self.setting = setting
        self._url = url_pattern(setting.url)
        self._pages: dict[Hashable, list[tuple[int, Question, Recorded]]] = {}
        self._series: dict[Hashable, Series | str] = {}
        self._writes: list[tuple[int, str]] = []
        self._made: dict[tuple[int, str], int] = {}
        """Where cursors that were made lead to, each in its own series (by its `id`)."""

    def has(self, question: Question) -> bool:
        """Whether a request asks for a page of it."""
        return question.request.method == "GET" and names_url(self._url, question)

    def add(self, number: int, question: Question, recorded: Recorded) -> None:
        """Takes the recorded exchange of this number if it is one of its pages."""
        if self.has(question):
            self._pages.setdefault(self._others(question), []).append((number, question, recorded))

    def add_write(self, number: int, question: Question) -> None:
        """Takes note of a recorded write, which may have changed the collection."""
        self._writes.append((number, question.address.origin + question.address.path))

    def page(self, asked: Question) -> MadePage:
        """The page that a request asks for. Raises Uncertain and NotWhole."""
        sort = self._sort(asked)
        if (self._others(asked), sort) in self._sorts():
            series, order = self._whole(self._others(asked), sort), None
        else:
            series, order = self._in_other_order(asked, sort)
        records = series.records if order is None else _sorted(series.records, order)
        geometry = self._geometry(asked, series, order is not None)
        answer = self._filled(asked, series, geometry, records)
        used = [
            (page.recorded, page.question)
            for number, page in enumerate(series.pages)
            if order is not None or _overlap(series.geometry(number), geometry)
        ]
        return MadePage(answer, tuple(used))

    # The recorded series

    def _others(self, question: Question) -> Hashable:
        """Equal for requests that differ in page, size and order only."""
        setting = self.setting
        own = {setting.parameter}
        own |= {setting.size.parameter} if setting.size else set()
        own |= {setting.sort.parameter} if setting.sort else set()
        pairs = tuple(pair for pair in question.pairs if pair[0] not in own)
        return question.address.origin, question.address.path, pairs, question.body

    def _sort(self, question: Question) -> str | None:
        return text_of(question, self.setting.sort.parameter) if self.setting.sort else None

    def _sorts(self) -> set[tuple[Hashable, str | None]]:
        return {(key, self._sort(question)) for key, pages in self._pages.items() for _, question, _ in pages}

    def _whole(self, others: Hashable, sort: str | None) -> Series:
        found = self._series.get((others, sort))
        if found is None:
            try:
                found = self._read(others, sort)
            except NotWhole as reason:
                found = str(reason)
            self._series[others, sort] = found
        if isinstance(found, str):
            raise NotWhole(f"the recording of this collection cannot be used: {found}")
        return found

    def _read(self, others: Hashable, sort: str | None) -> Series:
        pages = [one for one in self._pages.get(others, []) if self._sort(one[1]) == sort]
        first, last = pages[0][0], pages[-1][0]
        for number, url in self._writes:
            if first < number < last and self._may_change(url, pages[0][1]):
                raise NotWhole(f"entry {number} writes to {url} between its pages")
        return read_series(
            self.setting, [read_page(self.setting, question, one) for _, question, one in pages]
        )

    def _may_change(self, url: str, page: Question) -> bool:
        own = page.address.origin + page.address.path
        return url == own or url.startswith(own.rstrip("/") + "/")

    def _in_other_order(self, asked: Question, sort: str | None) -> tuple[Series, Order]:
        others = self._others(asked)
        if others not in self._pages:
            raise Uncertain("nothing of it was recorded with these other parameters")
        declared = self.setting.sort.values.get(sort) if self.setting.sort and sort is not None else None
        if declared is None:
            raise Uncertain(
                f"what the order {sort!r} means is not declared" if sort else "its order is not known"
            )
        for key, other in sorted(self._sorts(), key=lambda one: str(one[1])):
            if key == others:
                return self._whole(others, other), declared
        raise Uncertain("nothing of it was recorded")

    # The page

    def _geometry(self, asked: Question, series: Series, reordered: bool) -> Geometry:
        setting, total = self.setting, len(series.records)
        given = number_of(asked, setting.size.parameter if setting.size else None)
        size = given if given is not None else self._default_size(series)
        if size is None or size < 1:
            raise Uncertain("how many records a page has that asks for no number of them is not known")
        most = max(series.size or 0, (setting.size.most if setting.size else None) or 0)
        if size > most:
            raise Uncertain(f"whether the server gives {size} records at a time is not declared (size: most)")
        start = self._start(asked, series, size, reordered)
        if start > total or (start == total and total and series.pages[-1].records):
            raise Uncertain("what the server says behind the last record was not recorded")
        return Geometry(start, min(size, total - start), size, total)

    def _default_size(self, series: Series) -> int | None:
        declared = self.setting.size.default if self.setting.size else None
        return declared or (series.size if series.asked_size is None else None)

    def _start(self, asked: Question, series: Series, size: int, reordered: bool) -> int:
        setting = self.setting
        if setting.paging == "cursor":
            cursor = text_of(asked, setting.parameter)
            if cursor is None:
                return 0
            if (id(series), cursor) in self._made:
                return self._made[id(series), cursor]
            if cursor not in series.cursors or reordered:
                raise Uncertain("its cursor is not one that an answer gave")
            return series.cursors[cursor]
        first = setting.first if setting.first is not None else int(setting.paging == "page")
        number = number_of(asked, setting.parameter)
        if number is None:
            return 0
        if number < first:
            raise Uncertain(f"{setting.parameter} is {number}, and the first is {first}")
        return number - first if setting.paging == "offset" else (number - first) * size

    def _filled(self, asked: Question, series: Series, geometry: Geometry, records: Sequence[str]) -> Answer:
        seen = [(series.geometry(number), page) for number, page in enumerate(series.pages)]
        like = self._like(geometry, seen)
        shown = self._json(series, geometry, seen, like, records)
        headers = self._headers(geometry, seen, like)
        return Answer(200, headers, shown.encode("utf-8"))

    def _like(self, geometry: Geometry, seen: Sequence[tuple[Geometry, RecordedPage]]) -> RecordedPage:
        """A recorded page with the same fields around its records as the page asked for must have."""
        for one, page in seen:
            if one.kind == geometry.kind:
                return page
        same = [
            page
            for one, page in seen
            if one.more == geometry.more and bool(one.count) == bool(geometry.count)
        ]
        if same and not any(_points_back(page) for _, page in seen):
            return same[0]
        first, more, empty = geometry.kind
        words = "an empty page" if empty else f"a {'first' if first else 'later'} page"
        raise Uncertain(f"no {words[2:]} was recorded {'with' if more else 'without'} another behind it")

    def _json(
        self,
        series: Series,
        geometry: Geometry,
        seen: Sequence[tuple[Geometry, RecordedPage]],
        like: RecordedPage,
        records: Sequence[str],
    ) -> str:
        pieces = [(like.items, _list_text(like, records[geometry.start : geometry.end]))]
        for place, (value, span) in like.values.items():
            if place == self.setting.next:
                new = self._next(series, geometry, like, value)
            else:
                held = [(one, page.values[place][0]) for one, page in seen if place in page.values]
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
        rule = self.setting.envelope.get(place)
        if rule is None and isinstance(value, str) and is_link(value):
            links = [(one, text) for one, text in seen if isinstance(text, str) and one.more == geometry.more]
            return self._link(place, links, geometry, value)
        return value_of(place, seen, geometry, rule, self._called(place.rpartition("/")[2]))

    def _called(self, name: str) -> EnvelopeValue | None:
        """What a value is called after: a parameter of the request, or a word that means the same everywhere."""
        setting = self.setting
        if setting.size and name == setting.size.parameter:
            return "size"
        if name == setting.parameter and setting.paging != "cursor":
            if setting.paging == "offset":
                return "start"
            return "page" if setting.first != 0 else "page-from-0"
        return NAMES.get(re.sub(r"[^a-z]", "", name.lower()))

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
            called = self._linked(relation) if name == self.setting.parameter else self._called(name)
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
        return ways.get((relation, self.setting.paging)) if self.setting.first in (None, 0, 1) else None

    def _next(self, series: Series, geometry: Geometry, like: RecordedPage, value: Value) -> Value:
        """The next cursor, in the form in which the recorded page has it."""
        if not geometry.more:
            return value
        cursor = next((text for text, start in series.cursors.items() if start == geometry.end), None)
        if cursor is None or (id(series), f"hubshift-{geometry.end}") in self._made:
            cursor = self._cursor(series, geometry.end)
        if not isinstance(value, str):
            raise Uncertain("its cursor is a number, for which no other can stand")
        if not is_link(value):
            return cursor
        old = next_cursor(self.setting, like) or ""
        for written in (old, quote(old, safe="")):
            if f"{self.setting.parameter}={written}" in value:
                return value.replace(
                    f"{self.setting.parameter}={written}",
                    f"{self.setting.parameter}={quote(cursor, safe='')}",
                )
        raise Uncertain("the link to the next page does not hold the cursor as it was asked for")

    def _cursor(self, series: Series, at: int) -> str:
        if not self.setting.opaque_cursors:
            raise Uncertain(
                f"which cursor the server gives behind {at} records was not recorded (opaque_cursors)"
            )
        cursor = f"hubshift-{at}"
        self._made[id(series), cursor] = at
        return cursor

    def _headers(
        self, geometry: Geometry, seen: Sequence[tuple[Geometry, RecordedPage]], like: RecordedPage
    ) -> Headers:
        left_out = VARYING | {name.lower() for name in self.setting.varying_headers}
        answers = [(one, header_values(page.recorded.answer)) for one, page in seen]
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


def _overlap(page: Geometry, asked: Geometry) -> bool:
    """Whether a recorded page gave something to the one asked for; the last one gave that it is the last."""
    if page.start < asked.end and asked.start < page.end:
        return True
    return not page.more and not asked.more


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


def _sorted(records: Sequence[str], order: Order) -> list[str]:
    """The records in another order. Raises Uncertain where it is not certain which comes first."""
    parts = pointer_parts(order.by)
    keys: list[Decimal | str] = []
    for record in records:
        try:
            span = json_spans.find(record, json_spans.whole(record), parts)
        except json_spans.NotThere:
            raise Uncertain(f"a record has no {order.by} to sort by") from None
        value = json.loads(record[slice(*span)], parse_float=Decimal, parse_int=Decimal)
        if not isinstance(value, Decimal | str):
            raise Uncertain(f"{order.by} is neither a number nor a text in all records")
        keys.append(value)
    kinds = {type(key) for key in keys}
    if len(kinds) > 1:
        raise Uncertain(f"{order.by} is not of one type in all records")
    texts = [key for key in keys if isinstance(key, str)]
    if texts and (len({len(text) for text in texts}) > 1 or not all(map(_TIME.fullmatch, texts))):
        raise Uncertain(f"{order.by} is a text; how the server sorts texts is not known")
    if len({_ZONE.findall(text)[-1] if _ZONE.search(text) else "" for text in texts}) > 1:
        raise Uncertain(
            f"{order.by} is a time of several zones; whether the server sorts it as a text is not known"
        )
    if len(set(keys)) < len(keys):
        raise Uncertain(f"two records have the same {order.by}; which of them comes first is not known")
    numbers = sorted(range(len(keys)), key=lambda number: _orderable(keys[number]), reverse=order.descending)
    return [records[number] for number in numbers]


def _orderable(key: Decimal | str) -> tuple[Decimal, str]:
    return (key, "") if isinstance(key, Decimal) else (Decimal(0), key)
