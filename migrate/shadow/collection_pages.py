"""A collection as it was recorded page by page: whether the recording holds all of it, and what its pages say."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from migrate.shadow import json_spans
from migrate.shadow.envelope import Geometry, Value
from migrate.shadow.json_spans import Span
from migrate.shadow.matching import Question, pointer_parts
from migrate.shadow.messages import Answer, header
from migrate.shadow.recording import Recorded
from migrate.shadow.replay_settings import Collection

_NUMBER = re.compile("0|[1-9][0-9]{0,17}")


class NotWhole(Exception):
    """The recording does not hold the whole collection, or not so that it can be told; the message says why."""


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """One recorded answer: its text, where its records stand in it, and the values around them by JSON Pointer (those
    of headers as `header NAME`)."""

    question: Question
    recorded: Recorded
    text: str
    items: Span
    records: tuple[str, ...]
    values: dict[str, tuple[Value, Span]]


@dataclass(slots=True)
class Series:
    """All pages of a collection that were recorded for the same other parameters, in order."""

    pages: list[RecordedPage]
    starts: list[int]
    size: int | None
    asked_size: int | None
    records: list[str] = field(default_factory=list)
    cursors: dict[str, int] = field(default_factory=dict)
    """Recorded cursors, and the number of records before the page that each leads to."""
    made: dict[str, int] = field(default_factory=dict)
    """The same of cursors that stand for some that were not recorded."""

    def geometry(self, number: int) -> Geometry:
        return Geometry(self.starts[number], len(self.pages[number].records), self.size, len(self.records))


def read_page(setting: Collection, question: Question, recorded: Recorded) -> RecordedPage:
    """Raises NotWhole where the answer is no page of the collection."""
    answer = recorded.answer
    if answer.status != 200:
        raise NotWhole(f"{recorded.place} was answered with status {answer.status}")
    try:
        text = answer.body.decode("utf-8-sig")
        root = json_spans.whole(text)
        parts = pointer_parts(setting.items)
        items = json_spans.find(text, root, parts)
        if text[items[0]] != "[":
            raise NotWhole(f"{recorded.place} has no list at {setting.items or 'the top'}")
        records = tuple(text[start:end] for start, end in json_spans.elements(text, items))
        around = (
            {}
            if not parts
            else {place: (_value(text, span), span) for place, span in json_spans.leaves(text, root, parts)}
        )
    except json_spans.NotThere:
        raise NotWhole(f"{recorded.place} has no list at {setting.items}") from None
    except (ValueError, RecursionError):
        raise NotWhole(f"the answer of {recorded.place} is no JSON that can be put together anew") from None
    return RecordedPage(question, recorded, text, items, records, around)


def read_series(setting: Collection, pages: Sequence[RecordedPage]) -> Series:
    """The whole collection. `pages` are in the order of the recording. Raises NotWhole."""
    pages = _without_doubles(setting, pages)
    asked = {number_of(page.question, setting.size.parameter if setting.size else None) for page in pages}
    if len(asked) > 1:
        raise NotWhole("its pages were recorded in several sizes")
    asked_size = asked.pop()
    if setting.paging == "cursor":
        series = _by_cursor(setting, pages, asked_size)
    else:
        series = _by_number(setting, pages, asked_size)
    series.records = [record for page in series.pages for record in page.records]
    return series


def number_of(question: Question, name: str | None) -> int | None:
    """The number in a query parameter; None where that is absent. Raises NotWhole where it is no number."""
    text = text_of(question, name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise NotWhole(f"the value of {name} is no number")
    return int(text)


def text_of(question: Question, name: str | None) -> str | None:
    """The text in a query parameter; None where that is absent. Raises NotWhole where it stands there twice."""
    found = [value for key, value in question.pairs if key == name]
    if len(found) > 1:
        raise NotWhole(f"{name} stands twice in the query")
    return found[0] if found else None


def next_cursor(setting: Collection, page: RecordedPage) -> str | None:
    """What an answer names as the next cursor: itself, or the parameter of a link to the next page."""
    try:
        root = json_spans.whole(page.text)
        span = json_spans.find(page.text, root, pointer_parts(setting.next or ""))
    except json_spans.NotThere:
        return None
    value = json.loads(page.text[slice(*span)], parse_float=str)
    if value is None or value == "" or value is False:
        return None
    if type(value) is int:
        return str(value)
    if not isinstance(value, str):
        raise NotWhole(f"{page.recorded.place} has no cursor at {setting.next}")
    return linked(value, setting.parameter) if is_link(value) else value


def is_link(text: str) -> bool:
    """Whether a text is a URL, or the end of one, with a query."""
    return "?" in text and text.startswith(("http://", "https://", "/", "?"))


def linked(link: str, parameter: str) -> str:
    """The value of a parameter of a link. Raises NotWhole."""
    found = [
        value for name, value in parse_qsl(urlsplit(link).query, keep_blank_values=True) if name == parameter
    ]
    if len(found) != 1:
        raise NotWhole(f"a link to the next page has no single {parameter}")
    return found[0]


def _without_doubles(setting: Collection, pages: Sequence[RecordedPage]) -> list[RecordedPage]:
    kept: dict[object, RecordedPage] = {}
    for page in pages:
        known = kept.setdefault(page.question.loose, page)
        if known.text != page.text:
            raise NotWhole(
                f"{known.recorded.place} and {page.recorded.place} ask the same and have other answers"
            )
    return list(kept.values())


def _by_number(setting: Collection, pages: Sequence[RecordedPage], asked_size: int | None) -> Series:
    first = setting.first if setting.first is not None else int(setting.paging == "page")
    numbers = [number_of(page.question, setting.parameter) for page in pages]
    places = sorted(
        (first if n is None else n, page.recorded.place, page) for n, page in zip(numbers, pages, strict=True)
    )
    ordered = [page for *_, page in places]
    if places[0][0] != first:
        raise NotWhole(f"its first page was not recorded ({setting.parameter} {first})")
    declared = setting.size.default if setting.size else None
    size = asked_size or declared
    if size is None and len({len(page.records) for page in ordered[:-1]}) == 1:
        size = len(ordered[0].records)
    starts: list[int] = []
    at = 0
    for number, (given, place, page) in enumerate(places):
        start = given - first if setting.paging == "offset" else (given - first) * (size or len(page.records))
        if start != at:
            raise NotWhole(f"the records from {min(at, start)} on do not follow one another ({place})")
        starts.append(start)
        at += len(page.records)
        if number < len(places) - 1 and len(page.records) != (size or len(page.records)):
            raise NotWhole(f"{place} is a short page, and another follows")
    if not _ends(setting, ordered, size):
        raise NotWhole("no recorded page shows that it is the last")
    return Series(ordered, starts, size, asked_size)


def _ends(setting: Collection, pages: Sequence[RecordedPage], size: int | None) -> bool:
    """Whether the last page shows that no other follows."""
    last = pages[-1]
    if not last.records:
        return True
    total = sum(len(page.records) for page in pages)
    signs: dict[str, Value] = {
        "total": total,
        "more": False,
        "is-last": True,
        "next-start": None,
        "next-page": None,
    }
    for place, rule in setting.envelope.items():
        if place in last.values and rule in signs and _says(last.values[place][0], signs[rule]):
            return True
    relations = [header(page.recorded.answer.headers, "link") or "" for page in pages]
    if (
        len(pages) > 1
        and all('rel="next"' in one for one in relations[:-1])
        and 'rel="next"' not in relations[-1]
    ):
        return True
    if size is None or len(last.records) >= size:
        return False
    # A single short page may be all that the server gives at a time.
    most = setting.size.most if setting.size else None
    return len(pages) > 1 or (most is not None and size <= most)


def _says(value: Value, sign: Value) -> bool:
    return (type(value) is type(sign) and value == sign) or (type(sign) is int and value == str(sign))


def _by_cursor(setting: Collection, pages: Sequence[RecordedPage], asked_size: int | None) -> Series:
    by_cursor = {text_of(page.question, setting.parameter): page for page in pages}
    ordered: list[RecordedPage] = []
    starts: list[int] = []
    cursors: dict[str, int] = {}
    cursor: str | None = None
    at = 0
    while True:
        page = by_cursor.pop(cursor, None)
        if page is None:
            what = "its first page" if cursor is None else f"the page behind {ordered[-1].recorded.place}"
            raise NotWhole(f"{what} was not recorded")
        ordered.append(page)
        starts.append(at)
        at += len(page.records)
        cursor = next_cursor(setting, page)
        if cursor is None:
            break
        cursors[cursor] = at
    if by_cursor:
        raise NotWhole("a page was recorded to which no other leads")
    declared = setting.size.default if setting.size else None
    size = asked_size or declared
    if size is None and len({len(page.records) for page in ordered[:-1]}) == 1:
        size = len(ordered[0].records)
    return Series(ordered, starts, size, asked_size, cursors=cursors)


def _value(text: str, span: Span) -> Value:
    raw = text[slice(*span)]
    if raw[0] in "[{":
        return "json", re.sub(r"[ \t\n\r]+", "", raw) if raw[1:-1].strip() == "" else raw
    value = json.loads(raw, parse_float=lambda digits: ("json", digits))
    return cast(Value, value)


def header_values(answer: Answer) -> dict[str, str]:
    """The headers of an answer by their names in lower case; repeated ones are joined."""
    found: dict[str, list[str]] = {}
    for name, text in answer.headers:
        found.setdefault(name.lower(), []).append(text)
    return {name: ", ".join(texts) for name, texts in found.items()}
