"""Leads a difference back to the model: the rule, parameter or step that it comes from, and its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    FileOperation,
    FilePath,
    HttpOperation,
    Integration,
    MailOperation,
    MappingRule,
    Parameter,
    Read,
    RecordExpression,
    Reference,
    Respond,
    SequenceExpression,
    SourceSpan,
    SqlOperation,
    Step,
    Translate,
    walk,
    walk_steps,
)
from migrate.model import Write as WriteStep
from migrate.shadow.addresses import query_pairs
from migrate.shadow.differences import (
    AnswerDiffers,
    Difference,
    Different,
    Duplicated,
    Extra,
    FileDiffers,
    ItemDiffers,
    Key,
    Missing,
    ReadDiffers,
    Rebatched,
    Reordered,
    TypeChanged,
)
from migrate.shadow.messages import MAIL
from migrate.shadow.writes import Write

_DOCUMENTS = ("python.json_text", "python.csv_row", "python.csv_cells")
"""Functions that write their first argument into a document."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_DEFAULT_PORT = re.compile(r"^(https://[^/:]*):443$|^(http://[^/:]*):80$", re.IGNORECASE)
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"

Located = tuple[MappingRule | Parameter | Step | None, SourceSpan | None]


def locate(difference: Difference, integration: Integration) -> Located:
    """The part of the model that the difference comes from, as exactly as can be told, and its span.

    The step is the one of the same method whose URL template (placeholders match anything) fits with the
    most literal text; of several such steps, the first that has a rule or parameter for the field, else the
    first. (None, None) where no step fits, and for outcomes, which belong to the whole run. A difference in a
    file leads to the last step that writes a file of that name, or that changes a table named in it; one in a mail to
    the step that sends mails, if there is one only; one in an answer to the first step that answers with its status.
    """
    if isinstance(difference, FileDiffers):
        return _in_file(difference, integration)
    if isinstance(difference, AnswerDiffers):
        return _answer(difference, integration)
    for write in _writes(difference):
        if write.method == MAIL:
            return _mail(integration)
        templates = _fitting(write, integration)
        if not templates:
            continue
        if isinstance(difference, Different | TypeChanged | ItemDiffers):
            for template in templates:
                part = _part(difference, template, integration)
                if part is not None:
                    return part, part.span or template.step.span
        return templates[0].step, templates[0].step.span
    return None, None


def steps_of(write: Write, integration: Integration) -> tuple[str, ...]:
    """The ids of the steps that may have made a request: those whose method and URL fit with the most literal text."""
    return tuple(template.step.id for template in _fitting(write, integration))


def _writes(difference: Difference) -> tuple[Write, ...]:
    match difference:
        case Different() | TypeChanged() | Reordered() | Rebatched():
            return difference.left_write, difference.right_write
        case ItemDiffers(left_write=left, right_write=right):
            return tuple(write for write in (left, right) if write is not None)
        case Missing():
            return (difference.left_write,)
        case Extra():
            return (difference.right_write,)
        case Duplicated():
            return (difference.write,)
        case ReadDiffers():
            return (difference.read,)
        case _:
            return ()


def _answer(difference: AnswerDiffers, integration: Integration) -> Located:
    """The first step that gives an answer of the status that one of the legs gave."""
    for step in walk_steps(integration.steps):
        status = step.status if isinstance(step, Respond) else None
        if isinstance(status, Constant) and status.value in difference.statuses:
            return step, step.span
    return None, None


def _mail(integration: Integration) -> Located:
    """The one step that sends a mail, if there is one only."""
    found = [
        step
        for step in walk_steps(integration.steps)
        if isinstance(step, WriteStep) and isinstance(step.operation, MailOperation)
    ]
    return (found[0], found[0].span) if len(found) == 1 else (None, None)


def _in_file(difference: FileDiffers, integration: Integration) -> Located:
    steps = [step for step in walk_steps(integration.steps) if isinstance(step, WriteStep)]
    for step in reversed(steps):
        match step.operation:
            case FileOperation(file=file, content=content) if _names(file, difference.file):
                rules = () if content is None else _rules(content, difference.keys, integration)
                for rule in rules:
                    if difference.keys:
                        return rule, rule.span or step.span
                if content is None or not difference.keys:
                    return step, step.span
            case SqlOperation(statement=Constant(value=str() as text)) if any(
                f"table {table.lower()}" in difference.place.lower() for table in re.findall(r"\w+", text)
            ):
                return step, step.span
            case _:
                pass
    named = [
        s
        for s in steps
        if isinstance(s.operation, FileOperation) and _names(s.operation.file, difference.file)
    ]
    return (named[-1], named[-1].span) if named else (None, None)


def _names(file: FilePath, name: str) -> bool:
    """True if the last text in a path ends as the name does."""
    texts = [e.value for e in walk(file.path) if isinstance(e, Constant) and isinstance(e.value, str)]
    return bool(texts) and PurePosixPath(texts[-1]).name == PurePosixPath(name).name


@dataclass(frozen=True)
class _Template:
    """A step's URL without its query, as a pattern with a group for each placeholder."""

    step: Read | WriteStep
    operation: HttpOperation
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    literal: int

    @classmethod
    def of(cls, step: Read | WriteStep, operation: HttpOperation) -> _Template:
        server = _DEFAULT_PORT.sub(lambda found: found[1] or found[2], operation.server)
        path = operation.path.partition("?")[0].partition("#")[0]
        if not path and not _PLACEHOLDER.search(server):
            path = "/"
        parts = _PLACEHOLDER.split(server + path)
        literals = [re.escape(quote(text, safe=_URL_CHARACTERS)) for text in parts[::2]]
        return cls(
            step,
            operation,
            re.compile("(.*)".join(literals), re.IGNORECASE | re.DOTALL),
            tuple(parts[1::2]),
            sum(len(text) for text in parts[::2]),
        )


def _fitting(write: Write, integration: Integration) -> list[_Template]:
    """The templates that fit with the most literal text, in step order."""
    path = write.url.partition("?")[0]
    found = [
        template
        for step in walk_steps(integration.steps)
        if isinstance(step, (Read, WriteStep))
        and isinstance(operation := step.operation, HttpOperation)
        and operation.method.upper() == write.method.upper()
        if (template := _Template.of(step, operation)).pattern.fullmatch(path)
    ]
    most = max((template.literal for template in found), default=0)
    return [template for template in found if template.literal == most]


def _part(
    difference: Different | TypeChanged | ItemDiffers, template: _Template, integration: Integration
) -> MappingRule | Parameter | None:
    operation = template.operation
    match difference.keys:
        case ("url",):
            return _url_parameter(difference, template)
        case ("headers", name):
            return next((p for p in operation.located("header") if p.name.lower() == name), None)
        case ("body", *keys) if operation.body is not None:
            return next(_rules(operation.body.content, tuple(keys), integration), None)
        case _:
            return None


def _url_parameter(
    difference: Different | TypeChanged | ItemDiffers, template: _Template
) -> Parameter | None:
    """The first path parameter whose text differs, else the first query parameter that does."""
    urls = str(difference.left).partition("?"), str(difference.right).partition("?")
    operation = template.operation
    matches = [template.pattern.fullmatch(url[0]) for url in urls]
    if matches[0] and matches[1]:
        both = zip(template.names, matches[0].groups(), matches[1].groups(), strict=True)
        for name, left, right in both:
            found = next((p for p in operation.located("path") if p.name == name and left != right), None)
            if found is not None:
                return found
    queries = [query_pairs(url[2]) for url in urls]
    for parameter in operation.located("query"):
        values = [[value for name, value in query if name == parameter.name] for query in queries]
        if values[0] != values[1]:
            return parameter
    return None


def _rules(content: Expression, keys: tuple[Key, ...], integration: Integration) -> Iterator[MappingRule]:
    """Rules that make the value at `keys`: the longest target that leads there first, then those below it."""
    match content:
        case Reference(step=id, part="value"):
            for step in walk_steps(integration.steps):
                if step.id == id and isinstance(step, Translate):
                    leading = [rule for rule in step.rules if rule.target == keys[: len(rule.target)]]
                    yield from sorted(leading, key=lambda rule: -len(rule.target))
                    yield from (rule for rule in step.rules if keys and rule.target[: len(keys)] == keys)
        case RecordExpression(entries=entries):
            for entry in reversed(entries):
                if keys and entry.key == keys[0]:
                    yield from _rules(entry.value, keys[1:], integration)
        case SequenceExpression(items=items):
            if keys and isinstance(keys[0], int) and keys[0] < len(items):
                yield from _rules(items[keys[0]], keys[1:], integration)
        case Choice(then=then, otherwise=otherwise):
            yield from _rules(then, keys, integration)
            yield from _rules(otherwise, keys, integration)
        case Call(function=function, arguments=(first, *_)) if function in _DOCUMENTS:
            yield from _rules(first, keys, integration)
        case Call(function="merge", arguments=arguments):
            for argument in reversed(arguments):
                yield from _rules(argument, keys, integration)
        case _:
            return
