"""When a mail says that it was written: its header `Date` (RFC 5322, 3.6.1).

A mail's `Date` is compared like any value: where the script sets it, it varies from run to run and is held to its
shape. There is one exception. Some clients add the header to a mail that has none, as the first server that takes the
mail would do. What came is taken for that where the left leg sent no `Date` and the right one sent the time at which
the mail came, in the form that such a client writes; it is counted under `transport-headers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from migrate.shadow.differences import ABSENT, Different
from migrate.shadow.messages import MAIL, Headers, header
from migrate.shadow.writes import Write

NAME = "date"
_ADDED = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000")
"""How nodemailer writes the date that it adds."""
_SECONDS = 60
"""How long a mail may take from its client to the server."""


def added_by_client(headers: Headers, came: datetime) -> tuple[str, ...]:
    """The headers of a mail that its client may have added, by their names in lower case. `came` is an aware time."""
    value = header(headers, NAME)
    if value is None or not _ADDED.fullmatch(value):
        return ()
    try:
        written = parsedate_to_datetime(value)
    except ValueError:
        return ()
    ago = (came - written).total_seconds()
    true = value.startswith(written.strftime("%a")) and -1 <= ago <= _SECONDS
    return (NAME,) if true else ()


def is_added(left: Write, right: Write) -> bool:
    """Whether the right leg's client added the date to a mail that the left one sent without."""
    return left.method == MAIL and header(left.headers, NAME) is None and NAME in right.added


def date_difference(left: Write, right: Write) -> Iterator[Different]:
    """The difference between the dates of two mails, if there is one."""
    if left.method != MAIL or right.method != MAIL or is_added(left, right):
        return
    ours, theirs = (header(write.headers, NAME) for write in (left, right))
    if ours != theirs:
        sides = [ABSENT if value is None else value for value in (ours, theirs)]
        yield Different(("headers", NAME), sides[0], sides[1], left, right)
