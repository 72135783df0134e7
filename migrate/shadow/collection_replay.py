"""Answers pages of another size or order from the records of a collection that was recorded whole: which records a
page has that was not recorded. Where that is not certain there is no answer, and the reason is said."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from migrate.shadow.collection_answers import PageWriter
from migrate.shadow.collection_order import in_order
from migrate.shadow.collection_pages import NotWhole, Series, number_of, read_page, read_series, text_of
from migrate.shadow.envelope import Geometry, Uncertain
from migrate.shadow.matching import Question, names_url, url_pattern
from migrate.shadow.messages import Answer
from migrate.shadow.recording import Recorded
from migrate.shadow.replay_settings import Collection, Order


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
        records = series.records if order is None else in_order(series.records, order)
        geometry = self._geometry(asked, series, order is not None)
        answer = PageWriter(self.setting, series).answer(geometry, records)
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
            if cursor in series.made:
                return series.made[cursor]
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


def _overlap(page: Geometry, asked: Geometry) -> bool:
    """Whether a recorded page gave something to the one asked for; the last one gave that it is the last."""
    if page.start < asked.end and asked.start < page.end:
        return True
    return not page.more and not asked.more
