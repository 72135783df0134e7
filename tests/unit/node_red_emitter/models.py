"""Short words for building models by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from migrate.model import (
    AnyStep,
    Body,
    Call,
    Constant,
    Entry,
    Expression,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Integration,
    LoopValue,
    MappingRule,
    Parameter,
    Read,
    RecordExpression,
    Reference,
    Secret,
    SecretReference,
    SequenceExpression,
    Source,
    SourceSpan,
    StatusRule,
    Translate,
    Variable,
    Write,
)

ABORT = (StatusRule(first=400, last=599, action="abort"),)


def line(number: int) -> SourceSpan:
    return SourceSpan(file="sync.py", line=number, end_line=number)


def integration(*steps: AnyStep, **more: Any) -> Integration:
    fields: dict[str, Any] = {
        "id": "sync",
        "name": "sync",
        "steps": steps,
        "sources": (Source(file="sync.py", sha256="0" * 64),),
        "secrets": tuple(Secret(name=name, storage="env") for name in ("TOKEN", "USER_B", "PASSWORD_B")),
        "security_schemes": (
            HttpBearer(id="bearer", secret="TOKEN"),
            HttpBasic(
                id="basic", user=SecretReference(name="USER_B"), password=SecretReference(name="PASSWORD_B")
            ),
        ),
    }
    return Integration(**{**fields, **more})


def const(value: Any) -> Constant:
    return Constant(value=value)


def value(given: Any) -> Expression:
    """A constant, a record or a list, or what makes a date or time, from Python's own."""
    if isinstance(given, dict):
        return RecordExpression(
            entries=tuple(Entry(key=key, value=value(each)) for key, each in given.items())
        )
    if isinstance(given, date | timedelta):
        return _time(given)
    if isinstance(given, list):
        return SequenceExpression(items=tuple(map(value, given)))
    return given if not isinstance(given, bool | int | float | str | None) else const(given)


def _time(given: date | timedelta) -> Expression:
    """A date, time or duration as functions make it."""
    if isinstance(given, timedelta):
        return call("python.timedelta", given.days, given.seconds, given.microseconds)
    day = (given.year, given.month, given.day)
    if not isinstance(given, datetime):
        return call("python.date", *day)
    made = call("python.datetime", *day, given.hour, given.minute, given.second, given.microsecond)
    offset = given.utcoffset()
    return made if offset is None else call("python.aware", made, int(offset.total_seconds()))


def call(function: str, *arguments: Any) -> Call:
    return Call(function=function, arguments=tuple(map(value, arguments)))


def member(of: Expression, key: str | int) -> Call:
    return call("python.member", of, key)


def get(of: Expression, key: str, *otherwise: Any) -> Call:
    return call("python.get", of, key, *otherwise)


def text(of: Expression) -> Call:
    return call("python.text", of)


def body(step: str) -> Reference:
    return Reference(step=step, part="body")


def item(step: str) -> Reference:
    return Reference(step=step, part="item")


def result(step: str) -> Reference:
    return Reference(step=step, part="value")


def loop_value(loop: str, name: str) -> LoopValue:
    return LoopValue(loop=loop, name=name)


def query(name: str, of: Any) -> Parameter:
    return Parameter(name=name, location="query", value=value(of))


def in_path(name: str, of: Any) -> Parameter:
    return Parameter(name=name, location="path", value=value(of))


def header(name: str, of: Any) -> Parameter:
    return Parameter(name=name, location="header", value=value(of))


def read(id_: str, server: str, path: str, *parameters: Parameter, **more: Any) -> Read:
    fields = {"method": "GET", "decoder": "requests.json_answer", "on_status": ABORT, **more}
    operation = HttpOperation(client="requests", server=server, path=path, parameters=parameters, **fields)
    return Read(id=id_, operation=operation, span=line(10))


def write(
    id_: str, method: str, server: str, path: str, *parameters: Parameter, json: Any = None, **more: Any
) -> Write:
    fields: dict[str, Any] = {"on_status": ABORT, **more}
    if json is not None:
        fields["body"] = Body(encoder="requests.json", content=value(json))
    operation = HttpOperation(
        client="requests", method=method, server=server, path=path, parameters=parameters, **fields
    )
    return Write(id=id_, operation=operation, span=line(20))


def translate(id_: str, rules: dict[str, Any], **conditions: Expression) -> Translate:
    """Rules by target path, keys joined with dots; `conditions` by target."""
    made = tuple(
        MappingRule(
            id=f"{id_}.{target}",
            target=tuple(target.split(".")),
            value=value(of),
            when=conditions.get(target),
            span=line(30 + at),
        )
        for at, (target, of) in enumerate(rules.items())
    )
    return Translate(id=id_, rules=made, span=line(29))


def variable(name: str, default: Any = None, *, required: bool = True) -> Variable:
    return Variable(name=name, storage="env", default=default, required=required)
