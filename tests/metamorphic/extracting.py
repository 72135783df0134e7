"""(e), (f) Literals as constants of the module, expressions as functions of their own."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import libcst.matchers as m

from tests.metamorphic.names import (
    all_names,
    bound_names,
    imported_names,
    inserted,
    loaded_names,
    nodes,
    parsed,
    statement,
)


def literals_extracted(source: str) -> str:
    """Every text and number that is no key of a map as a constant of the module."""
    module = parsed(source)
    found = _Literals()
    changed = module.visit(found)
    assert isinstance(changed, cst.Module)
    return inserted(changed, [statement(f"{name} = {text}\n") for text, name in found.names.items()]).code


def keys_extracted(source: str) -> str:
    """Every key of a map, every index and every argument of a method too."""
    module = parsed(source)
    found = _Literals(keys=True)
    changed = module.visit(found)
    assert isinstance(changed, cst.Module)
    return inserted(changed, [statement(f"{name} = {text}\n") for text, name in found.names.items()]).code


def expressions_extracted(source: str) -> str:
    """Values of assignments, of map entries and of arguments, each made by a function of its own."""
    return _extracted(source, lambda number: number % 2 == 0)


def other_expressions_extracted(source: str) -> str:
    """The values that `expressions_extracted` leaves."""
    return _extracted(source, lambda number: number % 2 == 1)


def _extracted(source: str, chosen: Callable[[int], bool]) -> str:
    module = parsed(source)
    found = _Expressions(module, chosen)
    changed = module.visit(found)
    assert isinstance(changed, cst.Module)
    return inserted(changed, [statement(text) for text in found.functions]).code


class _Literals(cst.CSTTransformer):
    """Replaces literals by names; docstrings, f-strings' own texts and parts of joined texts stay."""

    def __init__(self, keys: bool = False) -> None:
        super().__init__()
        self.names: dict[str, str] = {}
        self._keys = keys

    def _name(self, literal: cst.SimpleString | cst.ConcatenatedString | cst.Integer | cst.Float) -> cst.Name:
        bare = literal.with_changes(lpar=[], rpar=[])
        text = cst.Module([]).code_for_node(bare)
        name = self.names.setdefault(text, f"CONSTANT_{len(self.names) + 1}")
        return cst.Name(name, lpar=literal.lpar, rpar=literal.rpar)

    def visit_Expr(self, node: cst.Expr) -> bool:
        return not isinstance(node.value, (cst.SimpleString, cst.ConcatenatedString))

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
        return False

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        return False

    def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> bool:
        return self._keys and node.format_spec is None

    def leave_DictElement(
        self, original_node: cst.DictElement, updated_node: cst.DictElement
    ) -> cst.DictElement:
        return updated_node if self._keys else updated_node.with_changes(key=original_node.key)

    def leave_Index(self, original_node: cst.Index, updated_node: cst.Index) -> cst.Index:
        return updated_node if self._keys else original_node

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.Name:
        return self._name(updated_node)

    def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.Name:
        return self._name(updated_node)

    def leave_Float(self, original_node: cst.Float, updated_node: cst.Float) -> cst.Name:
        return self._name(updated_node)


class _Expressions(cst.CSTTransformer):
    """Replaces expressions by calls; what they read of the function around them becomes an argument."""

    def __init__(self, module: cst.Module, chosen: Callable[[int], bool]) -> None:
        super().__init__()
        self.functions: list[str] = []
        self._chosen = chosen
        self._count = 0
        self._locals: list[set[str]] = []
        self._taken = all_names(module)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._locals.append(bound_names(node) | imported_names(node))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        self._locals.pop()
        return updated_node.with_changes(params=original_node.params)

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return False

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return False

    def visit_DictComp(self, node: cst.DictComp) -> bool:
        return False

    def visit_SetComp(self, node: cst.SetComp) -> bool:
        return False

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return False

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        if updated_node.value is not original_node.value:
            return updated_node
        return updated_node.with_changes(value=self._called(updated_node.value))

    def leave_DictElement(
        self, original_node: cst.DictElement, updated_node: cst.DictElement
    ) -> cst.DictElement:
        if updated_node.value is not original_node.value:
            return updated_node
        return updated_node.with_changes(value=self._called(updated_node.value))

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        if updated_node.value is None or updated_node.value is not original_node.value:
            return updated_node
        return updated_node.with_changes(value=self._called(updated_node.value))

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        if updated_node.test is not original_node.test:
            return updated_node
        test = self._called(updated_node.test)
        return updated_node.with_changes(test=test, whitespace_before_test=cst.SimpleWhitespace(" "))

    def _called(self, value: cst.BaseExpression) -> cst.BaseExpression:
        if not _can_move(value):
            return value
        self._count += 1
        if not self._chosen(self._count):
            return value
        local = set().union(*self._locals) if self._locals else set()
        given = sorted(loaded_names(value) & local)
        name = f"extracted_{self._count}"
        assert name not in self._taken
        text = cst.Module([]).code_for_node(value)
        self.functions.append(f"def {name}({', '.join(given)}):\n    return ({text})\n")
        return cst.parse_expression(f"{name}({', '.join(given)})")


_HOLDS_ITS_PLACE = (cst.Yield, cst.Await, cst.NamedExpr, cst.Lambda, cst.BaseComp)


def _can_move(value: cst.BaseExpression) -> bool:
    """Whether the expression is more than a name or literal, and means the same in a function of its own."""
    simple = m.Name() | m.SimpleString() | m.Integer() | m.Float() | m.ConcatenatedString()
    if m.matches(value, simple) or isinstance(value, (cst.Tuple, cst.StarredElement)):
        return False
    if any(isinstance(one, _HOLDS_ITS_PLACE) for one in nodes(value)):
        return False
    return not any(
        name in ("super", "locals", "globals", "vars", "__class__") for name in loaded_names(value)
    )
