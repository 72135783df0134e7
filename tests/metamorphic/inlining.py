"""(f) A function's body in place of its only call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from tests.metamorphic.names import (
    Definition,
    all_names,
    bound_names,
    is_builtin,
    is_docstring,
    loaded_names,
    nodes,
    parsed,
    statement,
)

_HOLDS_ITS_PLACE = (
    cst.Yield,
    cst.Await,
    cst.NamedExpr,
    cst.Lambda,
    cst.FunctionDef,
    cst.ClassDef,
    cst.Global,
    cst.Nonlocal,
    cst.Import,
    cst.ImportFrom,
)


def inlined(source: str) -> str:
    """Functions that end with their one `return`, and are called once, as `name = function(…)`, stand at that call."""
    module = parsed(source)
    tried: set[str] = set()
    while True:
        function = next((one for one in _inlinable(module) if one.name not in tried), None)
        if function is None:
            return module.code
        tried.add(function.name)
        placing = _Inlining(function)
        changed = module.visit(placing)
        if placing.done and isinstance(changed, cst.Module):
            body = [one for one in changed.body if not _is_function(one, function.name)]
            module = changed.with_changes(body=body)


@dataclass(frozen=True)
class _Function:
    """A function of the module, ready to be put elsewhere: its locals have names of their own."""

    name: str
    parameters: tuple[str, ...]
    defaults: tuple[cst.BaseExpression | None, ...]
    body: tuple[cst.BaseStatement | cst.SimpleStatementLine, ...]
    result: cst.BaseExpression
    free: frozenset[str]


def _inlinable(module: cst.Module) -> list[_Function]:
    found = []
    for one in module.body:
        if not isinstance(one, cst.FunctionDef):
            continue
        name = one.name.value
        uses = [node for node in nodes(module) if isinstance(node, cst.Name) and node.value == name]
        if len(uses) == 2 and (made := _function(one)) is not None:
            found.append(made)
    return found


def _function(definition: cst.FunctionDef) -> _Function | None:
    params = definition.params
    special = (*params.kwonly_params, *params.posonly_params)
    if definition.decorators or special or params.star_kwarg or isinstance(params.star_arg, cst.Param):
        return None
    body = [one for one in definition.body.body if not is_docstring(one)]
    inner = [node for one in body for node in nodes(one)]
    if any(isinstance(one, _HOLDS_ITS_PLACE) for one in inner):
        return None
    returns = [one for one in inner if isinstance(one, cst.Return)]
    match body[-1] if body else None:
        case cst.SimpleStatementLine(body=[cst.Return(value=cst.BaseExpression())]) if len(returns) == 1:
            pass
        case _:
            return None
    name = definition.name.value
    own = bound_names(definition) - {name}
    if any(is_builtin(one) for one in own):
        return None
    new = {one: f"{one}_of_{name}" for one in own}
    renamed = [_renamed(one, new) for one in body]
    last = renamed[-1]
    assert isinstance(last, cst.SimpleStatementLine)
    end = last.body[0]
    assert isinstance(end, cst.Return)
    assert end.value is not None
    return _Function(
        name,
        tuple(new[one.name.value] for one in params.params),
        tuple(one.default for one in params.params),
        tuple(one for one in renamed[:-1] if isinstance(one, (cst.BaseStatement, cst.SimpleStatementLine))),
        end.value,
        frozenset(loaded_names(definition.body)) - own,
    )


def _is_function(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.FunctionDef) and node.name.value == name


class _Renamed(cst.CSTTransformer):
    def __init__(self, new: dict[str, str]) -> None:
        super().__init__()
        self._new = new

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self._new.get(original_node.value, original_node.value))


def _renamed(node: cst.CSTNode, new: dict[str, str]) -> cst.CSTNode:
    changed = node.visit(_Renamed(new))
    assert isinstance(changed, cst.CSTNode)
    return changed


class _Inlining(cst.CSTTransformer):
    """Puts the function where a line of a block is `name = function(…)` and none of its free names is a local there."""

    def __init__(self, function: _Function) -> None:
        super().__init__()
        self.done = False
        self._function = function
        self._around: list[set[str]] = []

    def _enter(self, node: Definition) -> None:
        self._around.append(bound_names(node) | all_names(node.body) & bound_names(node))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._enter(node)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        self._around.pop()
        return updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement | cst.SimpleStatementLine]:
        match updated_node.body:
            case [
                cst.Assign(targets=[_], value=cst.Call(func=cst.Name(value=name), args=arguments)) as line
            ] if name == self._function.name:
                pass
            case _:
                return updated_node
        given = self._given(arguments)
        if given is None or set().union(*self._around, set()) & self._function.free:
            return updated_node
        # Python evaluates the arguments before it enters the function.
        lines = [statement(f"{name} = {text}\n") for name, text in given]
        self.done = True
        end = updated_node.with_changes(body=[line.with_changes(value=self._function.result)])
        return cst.FlattenSentinel([*lines, *self._function.body, end])

    def _given(self, arguments: Sequence[cst.Arg]) -> list[tuple[str, str]] | None:
        parameters, defaults = self._function.parameters, self._function.defaults
        if any(one.keyword or one.star for one in arguments) or len(arguments) > len(parameters):
            return None
        values = [one.value for one in arguments]
        for default in defaults[len(values) :]:
            if default is None or not m.matches(default, m.SimpleString() | m.Integer() | m.Name("None")):
                return None
            values.append(default)
        blank = cst.Module([])
        return [(name, blank.code_for_node(one)) for name, one in zip(parameters, values, strict=True)]
