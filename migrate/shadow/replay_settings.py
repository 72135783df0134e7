"""The section `replay` of `hubshift.yaml`: what people declare about a recording, so that it answers more requests."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]
Pointer = Annotated[str, Field(pattern=r"^(/([^~/]|~[01])*)*$")]
"""A JSON Pointer (RFC 6901); the empty one is the whole body."""

EnvelopeValue = Literal[
    "constant", "count", "total", "remaining", "size", "start", "from", "end", "last", "page", "page-from-0",
    "pages", "more", "is-last", "is-first", "next-start", "next-page", "previous-start", "previous-page",
]  # fmt: skip
"""What a field around the records of a page holds (see `envelope`)."""


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Volatile(_Declared):
    """A value that differs from run to run, such as a time stamp, a nonce or a request id.

    It does not take part in finding the recorded answer. Requests that are compared show it as it is. `url` is without
    query, `{name}` in it stands for one segment of the path. A value in the query has a `name`; one in the body a
    `path`: a JSON Pointer, with `*` for each element of a list, or `/` and the field of a form.
    """

    method: Text | None = None
    url: Text
    location: Literal["query", "body"] = Field(alias="in")
    name: Text | None = None
    path: Pointer | None = None

    @model_validator(mode="after")
    def _has_its_place(self) -> Volatile:
        if (self.name is None) is (self.location == "query") or (self.path is None) is (
            self.location == "body"
        ):
            raise ValueError(
                "a value in the query has a name and no path, one in the body a path and no name"
            )
        return self


class PageSize(_Declared):
    """The query parameter that says how many records a page has: what its absence means, and the most that the
    server gives."""

    parameter: Text
    default: Annotated[int, Field(ge=1)] | None = None
    most: Annotated[int, Field(ge=1)] | None = None


class Order(_Declared):
    """What a sort parameter's value means: the member of a record by which they are sorted."""

    by: Annotated[Pointer, Field(min_length=1)]
    descending: bool = False


class Sort(_Declared):
    """The query parameter that says in which order records come, and what its values mean."""

    parameter: Text
    values: dict[str, Order]


class Collection(_Declared):
    """A list of records that is read page by page.

    `url` is without query. `items` is where the records stand in an answer. `paging` says what the query parameter
    `parameter` holds: the number of records before the page (`offset`), the number of the page (`page`), or what the
    page before said (`cursor`, at `next` in its body). `first` is what the first page has there (offset 0, page 1;
    a cursor is absent). `opaque_cursors`: clients only pass cursors on, so that any text may stand for one.
    `envelope` says what fields around the records hold, where the recorded pages alone leave it open.
    `varying_headers` are headers of answers that clients do not read, and that are left out.
    """

    url: Text
    items: Pointer = ""
    paging: Literal["offset", "page", "cursor"]
    parameter: Text
    first: Annotated[int, Field(ge=0)] | None = None
    size: PageSize | None = None
    next: Pointer | None = None
    opaque_cursors: bool = False
    sort: Sort | None = None
    envelope: dict[Pointer, EnvelopeValue] = {}
    varying_headers: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _cursor_has_its_place(self) -> Collection:
        if (self.next is None) is (self.paging == "cursor"):
            raise ValueError(
                "paging by cursor, and no other, names in `next` where an answer holds the next cursor"
            )
        return self


class ReplaySettings(_Declared):
    """All of the section."""

    volatile: tuple[Volatile, ...] = ()
    collections: tuple[Collection, ...] = ()
