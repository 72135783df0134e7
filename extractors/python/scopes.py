"""Which names a stretch of Python code binds in its own scope, and which it takes from further out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import libcst as cst

from extractors.python.reading import identifier

_NOT_CODE = frozenset(
    {"annotation", "returns", "type_parameters", "lpar", "rpar", "comma", "semicolon", "dot"}
)


@dataclass
class Bindings:
    """The names bound, declared `global` or `nonlocal`, and whether a `yield` makes it a generator."""

    bound: set[str] = field(default_factory=set)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    generator: bool = False

    @property
    def outer(self) -> frozenset[str]:
        """The names that belong to a scope further out."""
        return frozenset(self.declared_global | self.declared_nonlocal)

    @property
    def local(self) -> frozenset[str]:
        """The names that the code binds in its own scope (Python reference, 4.2.1)."""
        return frozenset(self.bound) - self.outer


def find_bindings(nodes: Iterable[cst.CSTNode]) -> Bindings:
    """What the nodes bind, without what nested functions, lambdas and classes bind for themselves."""
    bindings = Bindings()
    for node in nodes:
        _visit(node, bindings)
    return bindings


def dotted(node: cst.BaseExpression | None) -> str:
    """The text of a dotted name; "" for none."""
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{identifier(node.attr.value)}"
    return identifier(node.value) if isinstance(node, cst.Name) else ""


def _visit(node: cst.CSTNode, found: Bindings) -> None:
    match node:
        case cst.FunctionDef():
            found.bound.add(identifier(node.name.value))
            _visit_all((*node.decorators, node.params), found)
            return
        case cst.ClassDef():
            found.bound.add(identifier(node.name.value))
            _visit_all((*node.decorators, *node.bases, *node.keywords), found)
            return
        case cst.Lambda():
            _visit(node.params, found)
            return
        case cst.Yield():
            found.generator = True
        case cst.Global():
            found.declared_global.update(identifier(item.name.value) for item in node.names)
        case cst.Nonlocal():
            found.declared_nonlocal.update(identifier(item.name.value) for item in node.names)
        case cst.Import():
            _bind_imports(node.names, found)
            return
        case cst.ImportFrom():
            if not isinstance(node.names, cst.ImportStar):
                _bind_imports(node.names, found)
            return
        case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.For() | cst.NamedExpr() | cst.Del():
            _bind(node.target, found)
        case cst.AsName() | cst.MatchStar() | cst.TypeAlias() | cst.MatchAs():
            _bind(node.name, found)
        case cst.MatchMapping():
            _bind(node.rest, found)
    for name in _fields_with_code(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            _visit(value, found)
        elif isinstance(value, (list, tuple)):
            _visit_all(value, found)


def _visit_all(nodes: Iterable[object], found: Bindings) -> None:
    for node in nodes:
        if isinstance(node, cst.CSTNode):
            _visit(node, found)


def _bind(target: cst.CSTNode | None, found: Bindings) -> None:
    if isinstance(target, cst.Name):
        found.bound.add(identifier(target.value))
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            _bind(element.value, found)
    elif isinstance(target, cst.StarredElement):
        _bind(target.value, found)


def _bind_imports(aliases: Iterable[cst.ImportAlias], found: Bindings) -> None:
    for alias in aliases:
        if alias.asname is not None:
            _bind(alias.asname.name, found)
        else:
            found.bound.add(dotted(alias.name).partition(".")[0])


@cache
def _fields_with_code(node_type: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (entry.name for entry in dataclasses.fields(node_type) if entry.name not in _NOT_CODE)
    return tuple(name for name in names if not name.startswith(("whitespace", "leading_", "lines_")))
