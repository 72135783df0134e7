"""The code that the evaluator follows in place of a built-in does what CPython's own does, on odd values."""

from __future__ import annotations

import builtins
import contextlib
import functools
import itertools
import math
import operator
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3 import HTTPResponse
from urllib3.exceptions import MaxRetryError, ProtocolError
from urllib3.util import Retry

from extractors.python import equivalents
from tests.extent import extent

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from((2**53 + 1, -(10**30), 0.0, -0.0, 1.0, 0.1, 1e308, math.inf, -math.inf, math.nan)),
    st.sampled_from(("", "a", "A", "é", "e\u0301", "\u00df", "\ud800", "\U0001f600", "10", "\x00")),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(("a", "b", "")), inner, max_size=2),
        st.tuples(inner, inner),
    ),
    max_leaves=6,
)
LISTS = st.one_of(
    st.lists(VALUES, max_size=5),
    st.lists(st.integers(-3, 3), max_size=5),
    st.lists(st.sampled_from((0.1, 0.2, 1, True, 2**53)), max_size=5),
    st.lists(st.text("ab", max_size=2), max_size=5),
    st.lists(st.tuples(SCALARS, VALUES), max_size=4),
    VALUES,
)
NUMBERS = st.integers(-2, 4)
SETS = st.sets(st.one_of(st.integers(-3, 3), st.sampled_from(("a", "", None))), max_size=5)
ASKED = st.lists(
    st.tuples(st.sampled_from((0, 200, 404, 429, 500, 503)), st.booleans()), min_size=1, max_size=6
)
"""Answers by their status, and whether they have a header Retry-After."""
EXAMPLES = extent(1_000, 60)


def rank(value: Any) -> Any:
    """A function of the script that fails on some values."""
    return value["a"] if isinstance(value, dict) else len(value) if isinstance(value, list) else value


def whole(made: Any) -> Any:
    """What an iterator gives."""
    return builtins.list(made)


def first(found: list[Any]) -> Any:
    """The best of an iterable, which `highest` and its kin keep in a list."""
    return builtins.max(found)


def by_ranks(values: list[Any], ranks: list[Any]) -> list[Any]:
    """The values in the order of their ranks, as the kernel sorts them."""
    items = list(values)
    return [items[number] for number in sorted(range(len(items)), key=ranks.__getitem__)]


class Closed:
    """Something that notes that it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def managed(manager: Any, value: Any) -> Any:
    """What a manager gives, and whether the block within it was done."""
    done = False
    with manager as given_to:
        rank(value)
        done = True
    return given_to is None, done


def closed(manager_of: Callable[[Any], Any], value: Any) -> Any:
    """Whether the thing was closed, however the block within ended."""
    thing = Closed()
    try:
        managed(manager_of(thing), value)
    except KeyError:
        return "failed", thing.closed
    return thing.closed


def calls(keep: Callable[[Callable[[Any], Any]], Callable[[Any], Any]], values: list[Any]) -> list[Any]:
    """The values for which a function whose results are kept is called."""
    called: list[Any] = []
    kept = keep(called.append)
    for value in values:
        kept(value)
    return called


def keeping(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`lru_cache` without a bound by what stands for it."""
    kept: dict[Any, Any] = {}
    others: dict[Any, Any] = {}
    return lambda key: equivalents.kept_by(function, kept, others, key)


class Flaky:
    """A function that fails some times before it gives its argument."""

    def __init__(self, failures: int) -> None:
        self.left = failures
        self.called = 0

    def __call__(self, value: Any) -> Any:
        self.called += 1
        self.left -= 1
        if self.left >= 0:
            raise LookupError
        return value


def tries(attempts: Callable[..., Any], failures: int, *more: Any) -> Any:
    """How often a function that fails some times is called, and what comes of it."""
    function = Flaky(failures)
    made = equivalents.trying(attempts, function, *more)
    return outcome(made, ("x",)), function.called


def tries_of(failures: int, last: int | None, error: str) -> Any:
    """The same as tenacity 9 states it: `last` calls at most, then the error."""
    if last is not None and failures >= max(last, 1):
        return error, max(last, 1)
    return "'x'", max(failures, 0) + 1


def again(function: Any, times: Any, errors: Any, error: Any, arguments: Any, keywords: Any) -> Any:
    """`tried_again` with the arguments that `trying` gives."""
    return equivalents.tried_again(function, times, errors, arguments, keywords)


def for_ever(function: Any, times: Any, errors: Any, error: Any, arguments: Any, keywords: Any) -> Any:
    """`tried_for_ever` with the arguments that `trying` gives."""
    return equivalents.tried_for_ever(function, errors, arguments, keywords)


class Answer:
    """An answer with what an adapter looks at."""

    def __init__(self, status: int, asks: bool) -> None:
        self.status_code, self.headers = status, {"Retry-After": "1"} if asks else {}


def answers_to(asked: list[tuple[int, bool]]) -> Callable[[], Answer]:
    """A function that sends: gives one answer after the other, the last one for ever; 0 is a lost connection."""
    left = iter([*asked, *[asked[-1]] * 9])

    def send() -> Answer:
        status, asks = builtins.next(left)
        if status == 0:
            raise TimeoutError
        return Answer(status, asks)

    return send


def by_urllib3(asked: list[tuple[int, bool]], total: int, raises: bool) -> int:
    """The status that is given in the end, by `Retry` itself. Raises what ends it."""
    retries = Retry(total, status_forcelist=(500, 503), allowed_methods=None, raise_on_status=raises)
    send = answers_to(asked)
    while True:
        try:
            answer = send()
        except TimeoutError as error:
            if retries.total == 0:
                raise ConnectionError from None
            retries = retries.increment("GET", "/", error=ProtocolError("lost", error))
            continue
        if not retries.is_retry("GET", answer.status_code, bool(answer.headers)):
            return answer.status_code
        try:
            retries = retries.increment("GET", "/", response=HTTPResponse(status=answer.status_code))
        except MaxRetryError:
            if raises:
                raise LookupError from None
            return answer.status_code


Case = tuple[str, Callable[..., Any], Callable[..., Any], tuple[Any, ...]]
CASES: list[Case] = [
    ("all", equivalents.all, builtins.all, (LISTS,)),
    ("any", equivalents.any, builtins.any, (LISTS,)),
    ("chain", lambda v: whole(equivalents.chain(v)), lambda v: whole(itertools.chain.from_iterable(v)), (LISTS,)),
    ("dict", equivalents.dict, lambda v: builtins.dict(iter(v)), (LISTS,)),
    ("enumerate", lambda v, n: whole(equivalents.enumerate(v, n)), lambda v, n: whole(enumerate(v, n)),
     (LISTS, NUMBERS)),
    ("filter", lambda v: whole(equivalents.filter(rank, v)), lambda v: whole(filter(rank, v)), (LISTS,)),
    ("filter of nothing", lambda v: whole(equivalents.filter_true(v)), lambda v: whole(filter(None, v)), (LISTS,)),
    ("filterfalse", lambda v: whole(equivalents.filter_false(rank, v)),
     lambda v: whole(itertools.filterfalse(rank, v)), (LISTS,)),
    ("max of a generator", lambda v: first(equivalents.highest(v)), lambda v: max(iter(v)), (LISTS,)),
    ("min of a generator", lambda v: first(equivalents.lowest(v)), lambda v: min(iter(v)), (LISTS,)),
    ("max by", lambda v: first(equivalents.highest_by(v, rank)), lambda v: max(v, key=rank), (LISTS,)),
    ("min by", lambda v: first(equivalents.lowest_by(v, rank)), lambda v: min(v, key=rank), (LISTS,)),
    ("iter", lambda v: whole(equivalents.iterate(v)), lambda v: whole(iter(v)), (LISTS,)),
    ("partial", lambda v, n: equivalents.partial(sorted, (v,), {"reverse": n})(),
     lambda v, n: functools.partial(sorted, v, reverse=n)(), (LISTS, NUMBERS)),
    ("map", lambda v: whole(equivalents.map(rank, v)), lambda v: whole(map(rank, v)), (LISTS,)),
    ("set", lambda v: set(equivalents.set(v)), set, (LISTS,)),
    ("starmap", lambda v: whole(equivalents.starmap(pow, v)), lambda v: whole(itertools.starmap(pow, v)),
     (st.lists(st.lists(NUMBERS, max_size=3), max_size=3),)),
    ("itemgetter", lambda i, v: equivalents.itemgetter(i)(v), lambda i, v: operator.itemgetter(i)(v),
     (SCALARS, VALUES)),
    ("itemgetter of several", lambda i, j, v: equivalents.itemgetter_of_several((i, j))(v),
     lambda i, j, v: operator.itemgetter(i, j)(v), (SCALARS, SCALARS, VALUES)),
    ("islice", lambda v, n: whole(equivalents.islice(iter(v), n)), lambda v, n: whole(itertools.islice(v, n)),
     (LISTS, st.integers(0, 4))),
    ("next", lambda v: equivalents.next(iter(v)), lambda v: next(iter(v)), (LISTS,)),
    ("next with a default", lambda v, n: equivalents.next_or(iter(v), n), lambda v, n: next(iter(v), n),
     (LISTS, NUMBERS)),
    ("reduce from", lambda v, n: equivalents.reduce(operator.add, v, n),
     lambda v, n: functools.reduce(operator.add, v, n), (LISTS, VALUES)),
    ("reduce", lambda v: equivalents.reduce_all(operator.add, v), lambda v: functools.reduce(operator.add, v),
     (LISTS,)),
    ("takewhile", lambda v: whole(equivalents.take_while(rank, v)),
     lambda v: whole(itertools.takewhile(rank, v)), (LISTS,)),
    ("sorted by", lambda v: by_ranks(v, equivalents.ranks(rank, v)), lambda v: sorted(v, key=rank), (LISTS,)),
    ("count", lambda n, m: whole(itertools.islice(equivalents.count(n, m), 4)),
     lambda n, m: whole(itertools.islice(itertools.count(n, m), 4)), (NUMBERS, NUMBERS)),
    ("Counter", lambda v: equivalents.counts(Counter(), v), Counter, (st.lists(VALUES, max_size=5),)),
    ("most_common", lambda v: equivalents.ranked(Counter(v).items()), lambda v: Counter(v).most_common(),
     (st.lists(SCALARS, max_size=8),)),
    ("closing", lambda v: closed(contextmanager(equivalents.closing), v), lambda v: closed(contextlib.closing, v),
     (VALUES,)),
    ("nullcontext", lambda v: managed(contextmanager(equivalents.given)(None), v),
     lambda v: managed(contextlib.nullcontext(None), v), (VALUES,)),
    ("suppress", lambda v: managed(contextmanager(equivalents.suppress)((KeyError, TypeError)), v),
     lambda v: managed(contextlib.suppress(KeyError, TypeError), v), (VALUES,)),
    ("managers of functions", lambda v: equivalents.managing(whole, iter)(v), lambda v: whole(iter(v)), (LISTS,)),
    ("lru_cache", lambda v: (equivalents.kept_by, calls(keeping, v))[1],
     lambda v: calls(functools.lru_cache(None), v), (st.lists(SCALARS, max_size=8),)),
    ("groupby", lambda v: [(key, whole(group)) for key, group in equivalents.groupby(rank, v)],
     lambda v: [(key, whole(group)) for key, group in itertools.groupby(v, rank)], (st.lists(st.integers(0, 2)),)),
    ("groupby without a key", lambda v: whole(equivalents.map(equivalents.itemgetter_of_itself(), v)), whole,
     (LISTS,)),
    ("tried again",
     lambda n, m: (equivalents.trying, equivalents.tried_again, tries(again, n, m, LookupError, None))[2],
     lambda n, m: tries_of(n, m, "LookupError"), (NUMBERS, NUMBERS)),
    ("tried again or", lambda n, m: tries(equivalents.tried_again_or, n, m, LookupError, OSError()),
     lambda n, m: tries_of(n, m, "OSError"), (NUMBERS, NUMBERS)),
    ("tried for ever",
     lambda n: (equivalents.tried_for_ever, tries(for_ever, n, None, LookupError, None))[1],
     lambda n: tries_of(n, None, ""), (NUMBERS,)),
    ("tried in turn", lambda n, m: tries(equivalents.tried_in_turn, n, range(m - 1), LookupError, OSError()),
     lambda n, m: tries_of(n, m, "OSError"), (NUMBERS, NUMBERS)),
    ("set.union",
     lambda a, b: a.union(b) == equivalents.set_union(builtins.set(), a, b, a, b), lambda a, b: True,
     (SETS, SETS)),
    ("set.intersection",
     lambda a, b: a.intersection(b) == equivalents.set_intersection(builtins.set(), a, b, a, b), lambda a, b: True,
     (SETS, SETS)),
    ("set.difference",
     lambda a, b: a.difference(b) == equivalents.set_difference(builtins.set(), a, b, a, b), lambda a, b: True,
     (SETS, SETS)),
    ("set.symmetric_difference",
     lambda a, b: a ^ b == equivalents.set_symmetric_difference(builtins.set(), a, b, a, b), lambda a, b: True,
     (SETS, SETS)),
    ("set.issubset",
     lambda a, b: equivalents.set_issubset(builtins.set(), a, b, a, b), lambda a, b: a.issubset(b), (SETS, SETS)),
    ("set.issuperset",
     lambda a, b: equivalents.set_issuperset(builtins.set(), a, b, a, b), lambda a, b: a.issuperset(b), (SETS, SETS)),
    ("set.isdisjoint",
     lambda a, b: equivalents.set_isdisjoint(builtins.set(), a, b, a, b), lambda a, b: a.isdisjoint(b), (SETS, SETS)),
    ("sent again",
     lambda asked, n, raises: equivalents.sent_again(
         answers_to(asked), range(n), (500, 503), (413, 429, 503), TimeoutError, ConnectionError, LookupError, raises
     ).status_code,
     by_urllib3, (ASKED, st.integers(0, 4), st.booleans())),
    ("sum", equivalents.sum, sum, (st.lists(SCALARS.filter(lambda v: not isinstance(v, float))), NUMBERS)),
]  # fmt: skip


def outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """The value as it is written, which tells 1 from True and 0.0 from -0.0; or the class of the error."""
    try:
        return repr(function(*arguments))
    except Exception as error:  # noqa: BLE001  # whichever it is, both must raise it
        return type(error).__name__


@pytest.mark.parametrize(
    ("own", "builtin", "values"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_an_equivalent_does_what_the_builtin_does(
    own: Callable[..., Any], builtin: Callable[..., Any], values: tuple[Any, ...]
) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
    @given(st.tuples(*values))
    def same(arguments: tuple[Any, ...]) -> None:
        assert outcome(own, arguments) == outcome(builtin, arguments)

    same()


def test_every_equivalent_is_compared() -> None:
    own = {
        name
        for name, value in vars(equivalents).items()
        if getattr(value, "__module__", "") == equivalents.__name__
    }
    compared = {name for row in CASES for name in (row[1].__name__, *row[1].__code__.co_names)}
    assert own <= compared
