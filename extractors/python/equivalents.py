"""Built-in functions that call functions or go through iterables lazily, as the Python code that does the same.

The evaluator follows this code in place of the built-in, so that what it calls, reads and sends happens in Python's
order. Source: The Python Library Reference 3.11, built-in functions, itertools and functools ("roughly equivalent to").
Each function is the exact equivalent for the calls that `builtins` and `iteration` direct here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


def all(iterable: Iterable[Any]) -> bool:
    for element in iterable:
        if not element:
            return False
    return True


def any(iterable: Iterable[Any]) -> bool:
    for element in iterable:
        if element:
            return True
    return False


def chain(iterables: Iterable[Iterable[Any]]) -> Iterator[Any]:
    for iterable in iterables:
        for element in iterable:
            yield element


def closing(thing: Any) -> Iterator[Any]:
    try:
        yield thing
    finally:
        thing.close()


def count(number: Any, step: Any) -> Iterator[Any]:
    while True:
        yield number
        number = number + step


def counts(counter: Any, iterable: Iterable[Any]) -> Any:
    for element in iterable:
        counter[element] = counter[element] + 1
    return counter


def dict(iterable: Iterable[Any]) -> Any:
    made = {}
    for pair in iterable:
        key, value = pair
        made[key] = value
    return made


def enumerate(iterable: Iterable[Any], number: int) -> Iterator[Any]:
    for element in iterable:
        yield number, element
        number = number + 1


def filter(function: Callable[[Any], Any], iterable: Iterable[Any]) -> Iterator[Any]:
    for element in iterable:
        if function(element):
            yield element


def filter_true(iterable: Iterable[Any]) -> Iterator[Any]:
    for element in iterable:
        if element:
            yield element


def filter_false(function: Callable[[Any], Any], iterable: Iterable[Any]) -> Iterator[Any]:
    for element in iterable:
        if not function(element):
            yield element


def highest(iterable: Iterable[Any]) -> Any:
    best: list[Any] = []
    for element in iterable:
        best = [max([*best, element])]
    return best


def iterate(iterable: Iterable[Any]) -> Iterator[Any]:
    for element in iterable:
        yield element


def partial(function: Callable[..., Any], arguments: Any, keywords: Any) -> Callable[..., Any]:
    def call(*more: Any, **others: Any) -> Any:
        return function(*arguments, *more, **{**keywords, **others})

    return call


def ranks(rank_of: Callable[[Any], Any], iterable: Iterable[Any]) -> Any:
    ranks = []
    for element in iterable:
        ranks.append(rank_of(element))
    return ranks


def groupby(key: Callable[[Any], Any], iterable: Iterable[Any]) -> Iterator[Any]:
    groups: list[Any] = []
    for element in iterable:
        named = key(element)
        if not groups or groups[-1][0] != named:
            groups.append([named, []])
        groups[-1][1].append(element)
    for group in groups:
        yield group[0], group[1]


def itemgetter_of_itself() -> Callable[[Any], Any]:
    return lambda element: element


def managing(make: Callable[[Any], Any], function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **keywords: Any) -> Any:
        return make(function(*arguments, **keywords))

    return call


def kept_by(function: Callable[[Any], Any], kept: Any, others: Any, key: Any) -> Any:
    if isinstance(key, (bool, float)):  # 1.0 and True are one key, and 1 is another
        if key not in others:
            others[key] = function(key)
        return others[key]
    if key not in kept:
        kept[key] = function(key)
    return kept[key]


def map(function: Callable[[Any], Any], iterable: Iterable[Any]) -> Iterator[Any]:
    for element in iterable:
        yield function(element)


def set(iterable: Iterable[Any]) -> Any:
    elements = []
    for element in iterable:
        element in {}  # asks for the hash, which lists and maps have not
        elements.append(element)
    return elements


def set_union(made: Any, one: Any, other: Any, members: Any, others: Any) -> Any:
    for element in members:
        made.add(element)
    for element in others:
        made.add(element)
    return made


def set_intersection(made: Any, one: Any, other: Any, members: Any, others: Any) -> Any:
    for element in members:
        if element in other:
            made.add(element)
    return made


def set_difference(made: Any, one: Any, other: Any, members: Any, others: Any) -> Any:
    for element in members:
        if element not in other:
            made.add(element)
    return made


def set_symmetric_difference(made: Any, one: Any, other: Any, members: Any, others: Any) -> Any:
    for element in members:
        if element not in other:
            made.add(element)
    for element in others:
        if element not in one:
            made.add(element)
    return made


def set_issubset(made: Any, one: Any, other: Any, members: Any, others: Any) -> bool:
    for element in members:
        if element not in other:
            return False
    return True


def set_issuperset(made: Any, one: Any, other: Any, members: Any, others: Any) -> bool:
    for element in others:
        if element not in one:
            return False
    return True


def set_isdisjoint(made: Any, one: Any, other: Any, members: Any, others: Any) -> bool:
    for element in members:
        if element in other:
            return False
    return True


def starmap(function: Callable[..., Any], iterable: Iterable[Any]) -> Iterator[Any]:
    for elements in iterable:
        yield function(*elements)


def highest_by(iterable: Iterable[Any], rank_of: Callable[[Any], Any]) -> Any:
    best: list[Any] = []
    most = None
    for element in iterable:
        rank = rank_of(element)
        if not best or rank > most:
            best = [element]
            most = rank
    return best


def itemgetter(item: Any) -> Callable[[Any], Any]:
    def get(container: Any) -> Any:
        return container[item]

    return get


def itemgetter_of_several(items: Iterable[Any]) -> Callable[[Any], Any]:
    def get(container: Any) -> Any:
        return tuple([container[item] for item in items])

    return get


def islice(iterable: Iterable[Any], stop: int) -> Iterator[Any]:
    if stop > 0:
        taken = 0
        for element in iterable:
            yield element
            taken = taken + 1
            if taken >= stop:
                break


def lowest(iterable: Iterable[Any]) -> Any:
    best: list[Any] = []
    for element in iterable:
        best = [min([*best, element])]
    return best


def lowest_by(iterable: Iterable[Any], rank_of: Callable[[Any], Any]) -> Any:
    best: list[Any] = []
    least = None
    for element in iterable:
        rank = rank_of(element)
        if not best or rank < least:
            best = [element]
            least = rank
    return best


def given(thing: Any) -> Iterator[Any]:
    yield thing


def suppress(errors: Any) -> Iterator[Any]:
    try:  # noqa: SIM105 - this is what `contextlib.suppress` stands for
        yield None
    except errors:
        pass


def ranked(pairs: Any) -> Any:
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


def next(iterator: Iterable[Any]) -> Any:
    for element in iterator:
        return element
    raise StopIteration


def next_or(iterator: Iterable[Any], default: Any) -> Any:
    for element in iterator:
        return element
    return default


def reduce(function: Callable[[Any, Any], Any], iterable: Iterable[Any], value: Any) -> Any:
    for element in iterable:
        value = function(value, element)
    return value


def reduce_all(function: Callable[[Any, Any], Any], iterable: Iterable[Any]) -> Any:
    found = False
    value = None
    for element in iterable:
        if found:
            value = function(value, element)
        else:
            found = True
            value = element
    if not found:
        raise TypeError
    return value


def sent_again(
    send: Callable[[], Any],
    attempts: Any,
    statuses: Any,
    asking: Any,
    timeout: Any,
    unreachable: Any,
    exhausted: Any,
    raises: bool,
) -> Any:
    for _ in attempts:
        try:
            response = send()
            status = response.status_code
            if status not in statuses and (status not in asking or "Retry-After" not in response.headers):
                return response
        except (timeout, unreachable):
            pass
    try:
        response = send()
    except timeout:
        raise unreachable from None
    if raises and response.status_code in statuses:
        raise exhausted
    return response


def sum(iterable: Iterable[Any], total: Any) -> Any:
    for element in iterable:
        total = total + element
    return total


def trying(
    attempts: Callable[..., Any], function: Any, times: Any, errors: Any, error: Any
) -> Callable[..., Any]:
    def call(*arguments: Any, **keywords: Any) -> Any:
        return attempts(function, times, errors, error, arguments, keywords)

    return call


def tried_again(function: Callable[..., Any], last: int, errors: Any, arguments: Any, keywords: Any) -> Any:
    attempt = 1
    while True:
        try:
            return function(*arguments, **keywords)
        except errors:
            if attempt >= last:
                raise
            attempt = attempt + 1


def tried_again_or(
    function: Callable[..., Any], last: int, errors: Any, error: Any, arguments: Any, keywords: Any
) -> Any:
    attempt = 1
    while True:
        try:
            return function(*arguments, **keywords)
        except errors:
            if attempt >= last:
                raise error from None
            attempt = attempt + 1


def tried_for_ever(function: Callable[..., Any], errors: Any, arguments: Any, keywords: Any) -> Any:
    while True:
        try:
            return function(*arguments, **keywords)
        except errors:
            pass


def tried_in_turn(
    function: Callable[..., Any], attempts: Any, errors: Any, error: Any, arguments: Any, keywords: Any
) -> Any:
    for _ in attempts:
        try:
            return function(*arguments, **keywords)
        except errors:
            pass
    try:
        return function(*arguments, **keywords)
    except errors:
        if error is None:
            raise
        raise error from None


def take_while(predicate: Callable[[Any], Any], iterable: Iterable[Any]) -> Iterator[Any]:
    for element in iterable:
        if not predicate(element):
            break
        yield element
