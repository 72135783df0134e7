"""Names of a Python module: what it binds, what it uses, what must not be renamed."""

from __future__ import annotations

import builtins
import dataclasses
import functools
import keyword
from collections.abc import Iterable, Iterator

import libcst as cst
import libcst.matchers as m

Definition = cst.FunctionDef | cst.ClassDef


_LAYOUT = (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine)


@functools.lru_cache(maxsize=64)
def parsed(source: str) -> cst.Module:
    """The module of a source, parsed once: transformations make new trees and leave this one as it is."""
    return cst.parse_module(source)


def nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and all below it but blanks and comments, parents first.

    libcst's own `children` makes a copy of each node to find them, which takes most of a transformation's time.
    """
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        for name in reversed(_fields(type(one))):
            value = getattr(one, name)
            for child in reversed(value) if isinstance(value, (list, tuple)) else (value,):
                if isinstance(child, cst.CSTNode) and not isinstance(child, _LAYOUT):
                    waiting.append(child)


@functools.cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(kind))


def bound_names(node: cst.CSTNode) -> set[str]:
    """The names that are assigned, defined or parameters anywhere below, imports aside."""
    found: set[str] = set()
    for one in nodes(node):
        match one:
            case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
                found.add(name.value)
            case cst.Param(name=name):
                found.add(name.value)
            case (
                cst.AssignTarget(target=target) | cst.AugAssign(target=target) | cst.AnnAssign(target=target)
            ):
                found |= _target_names(target)
            case cst.For(target=target) | cst.CompFor(target=target) | cst.NamedExpr(target=target):
                found |= _target_names(target)
            case cst.AsName(name=target):
                found |= _target_names(target)
    return found - imported_names(node)


def imported_names(node: cst.CSTNode) -> set[str]:
    """The names that imports below bind."""
    found: set[str] = set()
    for one in nodes(node):
        if isinstance(one, cst.ImportAlias):
            if one.asname is not None:
                found |= _target_names(one.asname.name)
            else:
                first = one.name
                while isinstance(first, cst.Attribute):
                    assert isinstance(first.value, (cst.Name, cst.Attribute))
                    first = first.value
                found.add(first.value)
    return found


def all_names(node: cst.CSTNode) -> set[str]:
    """Every identifier below, whatever it stands for."""
    return {one.value for one in nodes(node) if isinstance(one, cst.Name)}


def loaded_names(node: cst.CSTNode) -> set[str]:
    """The identifiers below that are read as variables: no attributes, no keywords of calls."""
    passed = {id(one.attr) for one in nodes(node) if isinstance(one, cst.Attribute)}
    passed |= {id(one.keyword) for one in nodes(node) if isinstance(one, cst.Arg) and one.keyword}
    return {one.value for one in nodes(node) if isinstance(one, cst.Name) and id(one) not in passed}


def fresh(stem: str, taken: Iterable[str]) -> str:
    """A name that is not taken."""
    known = set(taken)
    number = 1
    while f"{stem}_{number}" in known:
        number += 1
    return f"{stem}_{number}"


def is_builtin(name: str) -> bool:
    """Whether Python gives the name a meaning of its own."""
    return (
        hasattr(builtins, name) or keyword.iskeyword(name) or (name.startswith("__") and name.endswith("__"))
    )


def is_docstring(statement: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    """Whether the statement is a text alone."""
    return m.matches(
        statement,
        m.SimpleStatementLine(body=[m.Expr(m.SimpleString() | m.ConcatenatedString())])
        | m.Expr(m.SimpleString() | m.ConcatenatedString()),
    )


def is_import(statement: cst.CSTNode) -> bool:
    """Whether the statement only imports."""
    return m.matches(statement, m.SimpleStatementLine(body=[m.Import() | m.ImportFrom()]))


def after_imports(module: cst.Module) -> int:
    """The index behind the docstring and the first block of imports: where new definitions may stand."""
    place = 0
    for number, statement in enumerate(module.body):
        if is_import(statement) or (number == 0 and is_docstring(statement)):
            place = number + 1
        else:
            break
    return place


def inserted(
    module: cst.Module, statements: Iterable[cst.BaseStatement | cst.SimpleStatementLine]
) -> cst.Module:
    """The module with statements behind its first imports."""
    place = after_imports(module)
    return module.with_changes(body=[*module.body[:place], *statements, *module.body[place:]])


def statement(text: str) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
    """One statement from its source."""
    return cst.parse_statement(text)


def _target_names(target: cst.CSTNode) -> set[str]:
    match target:
        case cst.Name(value=name):
            return {name}
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return {name for element in elements for name in _target_names(element.value)}
        case cst.StarredElement(value=value):
            return _target_names(value)
        case _:
            return set()
