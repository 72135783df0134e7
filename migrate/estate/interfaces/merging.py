"""Operations of several flows as one: what each of them says, and what traffic shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from migrate.estate.interfaces.requests import Asked, merged_parameter
from migrate.estate.interfaces.traffic import Seen, is_json
from migrate.interfaces import (
    UNKNOWN,
    Answered,
    Content,
    InterfaceOperation,
    InterfaceParameter,
    InterfaceServer,
    confirmed,
    either,
)

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass
class GatheredSystem:
    """A system while it is put together: servers and operations in the order in which they were met."""

    id: str
    servers: dict[str, InterfaceServer] = field(default_factory=dict)
    operations: dict[tuple[str, str], InterfaceOperation] = field(default_factory=dict)

    def add(self, asked: Asked) -> None:
        """Takes in a request of a flow."""
        known = self.servers.get(asked.server.url)
        defaults = () if known is None else known.defaults
        both = tuple(dict.fromkeys((*defaults, *asked.server.defaults)))
        self.servers[asked.server.url] = InterfaceServer(asked.server.url, both)
        key = key_of(asked.operation)
        operation = self.operations.get(key)
        self.operations[key] = asked.operation if operation is None else _both(operation, asked.operation)


def key_of(operation: InterfaceOperation) -> tuple[str, str]:
    """What operations of one system are told apart by: two paths that differ in names alone are one."""
    return operation.method, _PLACEHOLDER.sub("{}", operation.path)


def _both(one: InterfaceOperation, other: InterfaceOperation) -> InterfaceOperation:
    return replace(
        one,
        uses=tuple(dict.fromkeys((*one.uses, *other.uses))),
        parameters=_parameters(one.parameters, other.parameters),
        request=_content(one.request, other.request),
        answers=_answers(one.answers, other.answers),
        security=tuple(dict.fromkeys((*one.security, *other.security))),
        paging=tuple(dict.fromkeys((*one.paging, *other.paging))),
        purpose="auth" if "auth" in (one.purpose, other.purpose) else one.purpose,
        exact=one.exact and other.exact,
    )


def _parameters(
    one: Sequence[InterfaceParameter], other: Sequence[InterfaceParameter]
) -> tuple[InterfaceParameter, ...]:
    """Those of a path by their place, with the names of the first; the others by name."""
    found: dict[tuple[str, str], InterfaceParameter] = {}
    for parameters in (one, other):
        place = 0
        for parameter in parameters:
            if parameter.location == "path":
                key, place = ("path", str(place)), place + 1
            elif parameter.location == "header":
                key = ("header", parameter.name.lower())
            else:
                key = ("query", parameter.name)
            known = found.get(key)
            found[key] = parameter if known is None else merged_parameter(known, parameter)
    order = ("path", "query", "header")
    return tuple(sorted(found.values(), key=lambda parameter: order.index(parameter.location)))


def _content(one: Content | None, other: Content | None) -> Content | None:
    if one is None or other is None:
        only = one or other
        return None if only is None else replace(only, optional=True)
    return Content(
        tuple(dict.fromkeys((*one.media_types, *other.media_types))),
        either(one.shape, other.shape),
        tuple(dict.fromkeys((*one.named, *other.named))),
        tuple(sorted({*one.known, *other.known})),
        one.optional or other.optional,
    )


def _answers(one: Iterable[Answered], other: Iterable[Answered]) -> tuple[Answered, ...]:
    found: dict[str, Answered] = {}
    for answered in (*one, *other):
        known = found.get(answered.status)
        if known is None:
            found[answered.status] = answered
        else:
            headers = tuple(dict.fromkeys((*known.headers, *answered.headers)))
            found[answered.status] = Answered(
                answered.status, _content(known.content, answered.content), headers
            )
    return tuple(found.values())


# --- with what traffic shows -----------------------------------------------------------------------------------------


def with_traffic(operation: InterfaceOperation, seen: Seen) -> InterfaceOperation:
    """The operation with what its exchanges show."""
    taken = {one.name for one in operation.parameters if one.location == "query"}
    taken |= {one.name for schemes in operation.security for one in schemes if one.location == "query"}
    named = tuple(
        InterfaceParameter(name, "query", UNKNOWN) for name in seen.query_names() if name not in taken
    )
    return replace(
        operation,
        parameters=_parameters(operation.parameters, named),
        request=_confirmed(operation.request, seen.request()),
        answers=_answers_seen(operation.answers, seen.answers()),
    )


def _confirmed(code: Content | None, seen: Content | None) -> Content | None:
    if code is None or seen is None:
        return code or seen
    return Content(
        seen.media_types or code.media_types,
        confirmed(code.shape, seen.shape),
        () if not seen.shape.says_nothing else code.named,
        ("code", "traffic"),
        code.optional or seen.optional,
    )


def _answers_seen(code: tuple[Answered, ...], seen: dict[str, Content | None]) -> tuple[Answered, ...]:
    """What flows read stands in the answers with JSON among those that went well; else in any that do (`2XX`)."""
    read = next((one for one in code if one.status == "2XX"), None)
    placed = read is None
    found: list[Answered] = []
    for status, content in seen.items():
        went_well = status.startswith("2")
        if read is not None and went_well and content is not None and any(map(is_json, content.media_types)):
            content, placed = _confirmed(read.content, content), True
        found.append(Answered(status, content, read.headers if read is not None and went_well else ()))
    return (*found, *(() if placed or read is None else (read,)))
