"""Lowers Python's expressions, targets, arguments and parameters to the script IR."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import libcst as cst

from extractors import ir
from extractors.python.literals import debug_text, is_raw, template_text, token_value
from extractors.python.reading import Parsed, identifier
from extractors.python.scopes import find_bindings
from migrate.model import SourceSpan

CONSTANTS: dict[str, bool | None] = {"None": None, "True": True, "False": False}

UNARY: dict[type[cst.BaseUnaryOp], Literal["not", "-", "+", "~"]] = {
    cst.Not: "not",
    cst.Minus: "-",
    cst.Plus: "+",
    cst.BitInvert: "~",
}

BINARY: dict[type[cst.BaseBinaryOp], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
}

COMPARISON: dict[type[cst.BaseCompOp], str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}

SPREADS: dict[str, Literal["list", "map"] | None] = {"": None, "*": "list", "**": "map"}


class ExpressionLowering:
    """Lowers expressions of one file."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.class_name: str | None = None
        """The class whose body is lowered: `__name` in it means `_Class__name` (Python reference, 6.2.1)."""

    def span(self, node: cst.CSTNode) -> SourceSpan:
        """Where the node stands."""
        return self.parsed.span(node)

    def name(self, text: str) -> str:
        """A name as Python looks it up: normalized, and private names with their class."""
        text = identifier(text)
        owner = (self.class_name or "").lstrip("_")
        if not owner or not text.startswith("__") or text.endswith("__"):
            return text
        return f"_{owner}{text}"

    def lower(self, node: cst.BaseExpression) -> ir.Expr:
        """The expression; `Unsupported` where the IR has no such form."""
        lowering = _EXPRESSIONS.get(type(node))
        if lowering is None:
            return self.unsupported(node, f"an expression of the form {type(node).__name__}")
        return lowering(self, node)

    def optional(self, node: cst.BaseExpression | None) -> ir.Expr | None:
        """The expression, or None where there is none."""
        return None if node is None else self.lower(node)

    def unsupported(self, node: cst.CSTNode, reason: str) -> ir.Unsupported:
        """The gap that stands for an expression."""
        bound = find_bindings([node]).bound
        return ir.Unsupported(self.span(node), reason, frozenset(self.name(name) for name in bound))

    def target(self, node: cst.BaseExpression) -> ir.Expr:
        """What is assigned to: a name, an attribute, an item, a slice, or a sequence of targets."""
        return self.lower(node)

    # --- names and constants ---

    def _name(self, node: cst.Name) -> ir.Expr:
        if node.value in CONSTANTS:
            return ir.LiteralExpr(self.span(node), CONSTANTS[node.value])
        return ir.Name(self.span(node), self.name(node.value))

    def _token(self, node: cst.SimpleString | cst.Integer | cst.Float | cst.Imaginary) -> ir.Expr:
        return ir.LiteralExpr(self.span(node), token_value(node.value))

    def _ellipsis(self, node: cst.Ellipsis) -> ir.Expr:
        return self.unsupported(node, "the constant `...`")

    def _text(self, node: cst.FormattedString | cst.ConcatenatedString) -> ir.Expr:
        span = self.span(node)
        strings = list(_concatenated(node))
        if any(not isinstance(string, (cst.SimpleString, cst.FormattedString)) for string in strings):
            return self.unsupported(node, "a template string")
        values = [token_value(string.value) for string in strings if isinstance(string, cst.SimpleString)]
        if values and all(isinstance(value, bytes) for value in values):
            return ir.LiteralExpr(span, b"".join(value for value in values if isinstance(value, bytes)))
        if len(values) == len(strings):
            return ir.LiteralExpr(span, "".join(str(value) for value in values))
        parts: list[str | ir.Interpolation] = []
        for string in strings:
            if isinstance(string, cst.SimpleString):
                parts.append(str(token_value(string.value)))
            elif isinstance(string, cst.FormattedString):
                parts += self._template_parts(string.parts, raw=is_raw(string.prefix))
        return ir.TemplateText(span, _merged(parts))

    def _template_parts(
        self, contents: Sequence[cst.BaseFormattedStringContent], *, raw: bool
    ) -> Iterator[str | ir.Interpolation]:
        for content in contents:
            if isinstance(content, cst.FormattedStringText):
                yield template_text(content.value, raw=raw)
            elif isinstance(content, cst.FormattedStringExpression):
                yield debug_text(content)
                yield self._interpolation(content, raw=raw)

    def _interpolation(self, node: cst.FormattedStringExpression, *, raw: bool) -> ir.Interpolation:
        span = self.span(node)
        conversion = node.conversion or None
        if node.equal is not None and conversion is None and node.format_spec is None:
            conversion = "r"
        form = None
        if node.format_spec:  # an empty one changes nothing
            form = ir.TemplateText(span, _merged(self._template_parts(node.format_spec, raw=raw)))
        return ir.Interpolation(span, self.lower(node.expression), conversion, form)

    # --- access and calls ---

    def _attribute(self, node: cst.Attribute) -> ir.Expr:
        return ir.Attribute(self.span(node), self.lower(node.value), self.name(node.attr.value))

    def _subscript(self, node: cst.Subscript) -> ir.Expr:
        span, value, elements = self.span(node), self.lower(node.value), node.slice
        first = elements[0]
        if len(elements) == 1 and isinstance(first.comma, cst.MaybeSentinel):
            if isinstance(first.slice, cst.Slice):
                bounds = (first.slice.lower, first.slice.upper, first.slice.step)
                return ir.Slice(span, value, *(self.optional(bound) for bound in bounds))
            if isinstance(first.slice, cst.Index) and not first.slice.star:
                return ir.Index(span, value, self.lower(first.slice.value))
        items: list[ir.Expr | ir.Spread] = []
        for element in elements:
            if not isinstance(element.slice, cst.Index):
                return self.unsupported(node, "a slice in more than one dimension")
            item = self.lower(element.slice.value)
            items.append(ir.Spread(self.span(element), item) if element.slice.star else item)
        return ir.Index(span, value, ir.SequenceExpr(span, "tuple", tuple(items)))

    def _call(self, node: cst.Call) -> ir.Expr:
        return ir.CallExpr(self.span(node), self.lower(node.func), self.arguments(node.args))

    def arguments(self, nodes: Sequence[cst.Arg]) -> tuple[ir.Argument, ...]:
        """The arguments of a call or the bases of a class."""
        return tuple(
            ir.Argument(
                self.span(node),
                self.lower(node.value),
                None if node.keyword is None else self.name(node.keyword.value),
                SPREADS[node.star],
            )
            for node in nodes
        )

    # --- operators ---

    def _unary(self, node: cst.UnaryOperation) -> ir.Expr:
        return ir.Unary(self.span(node), UNARY[type(node.operator)], self.lower(node.expression))

    def _binary(self, node: cst.BinaryOperation) -> ir.Expr:
        operator = BINARY[type(node.operator)]
        return ir.Binary(self.span(node), operator, self.lower(node.left), self.lower(node.right))

    def _logical(self, node: cst.BooleanOperation) -> ir.Expr:
        operator: Literal["and", "or"] = "and" if isinstance(node.operator, cst.And) else "or"
        return ir.Logical(self.span(node), operator, self.lower(node.left), self.lower(node.right))

    def _comparison(self, node: cst.Comparison) -> ir.Expr:
        left = self.lower(node.left)
        rest = ((COMPARISON[type(part.operator)], self.lower(part.comparator)) for part in node.comparisons)
        return ir.Comparison(self.span(node), left, tuple(rest))

    def _conditional(self, node: cst.IfExp) -> ir.Expr:
        branches = (self.lower(part) for part in (node.test, node.body, node.orelse))
        return ir.Conditional(self.span(node), *branches)

    # --- displays and comprehensions ---

    def _sequence(self, node: cst.List | cst.Tuple | cst.Set) -> ir.Expr:
        sort: Literal["list", "tuple", "set"] = "set"
        if not isinstance(node, cst.Set):
            sort = "list" if isinstance(node, cst.List) else "tuple"
        return ir.SequenceExpr(self.span(node), sort, tuple(self._item(item) for item in node.elements))

    def _item(self, element: cst.BaseElement) -> ir.Expr | ir.Spread:
        value = self.lower(element.value)
        return ir.Spread(self.span(element), value) if isinstance(element, cst.StarredElement) else value

    def _map(self, node: cst.Dict) -> ir.Expr:
        entries = []
        for element in node.elements:
            key = self.lower(element.key) if isinstance(element, cst.DictElement) else None
            entries.append(ir.MapEntry(self.span(element), key, self.lower(element.value)))
        return ir.MapExpr(self.span(node), tuple(entries))

    def _comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp) -> ir.Expr:
        clauses = []
        part: cst.CompFor | None = node.for_in
        while part is not None:
            if part.asynchronous is not None:
                return self.unsupported(node, "an asynchronous comprehension")
            conditions = tuple(self.lower(condition.test) for condition in part.ifs)
            target, iterable = self.target(part.target), self.lower(part.iter)
            clauses.append(ir.Clause(self.span(part), target, iterable, conditions))
            part = part.inner_for_in
        span = self.span(node)
        if isinstance(node, cst.DictComp):
            key, value = self.lower(node.key), self.lower(node.value)
            return ir.Comprehension(span, "map", key, value, tuple(clauses))
        sort: Literal["list", "set", "generator"] = "generator"
        if not isinstance(node, cst.GeneratorExp):
            sort = "list" if isinstance(node, cst.ListComp) else "set"
        return ir.Comprehension(span, sort, None, self.lower(node.elt), tuple(clauses))

    # --- functions ---

    def _lambda(self, node: cst.Lambda) -> ir.Expr:
        bindings = find_bindings([node.body])
        if bindings.bound:
            return self.unsupported(node, "an assignment expression in a lambda")
        if bindings.generator:
            return self.unsupported(node, "a lambda that yields")
        return ir.FunctionExpr(self.span(node), self.parameters(node.params), self.lower(node.body))

    def parameters(self, node: cst.Parameters) -> tuple[ir.ParameterDef, ...]:
        """The parameters in the order in which they are declared."""
        found = [self._parameter(parameter, "positional") for parameter in node.posonly_params]
        found += [self._parameter(parameter, "either") for parameter in node.params]
        if isinstance(node.star_arg, cst.Param):
            found.append(self._parameter(node.star_arg, "rest"))
        found += [self._parameter(parameter, "keyword") for parameter in node.kwonly_params]
        if node.star_kwarg is not None:
            found.append(self._parameter(node.star_kwarg, "keywords"))
        return tuple(found)

    def _parameter(
        self, node: cst.Param, kind: Literal["positional", "either", "keyword", "rest", "keywords"]
    ) -> ir.ParameterDef:
        default = self.optional(node.default)
        return ir.ParameterDef(self.span(node), self.name(node.name.value), default, kind)

    def _assign(self, node: cst.NamedExpr) -> ir.Expr:
        if not isinstance(node.target, cst.Name):
            return self.unsupported(node, "an assignment expression to something else than a name")
        return ir.AssignExpr(self.span(node), self.name(node.target.value), self.lower(node.value))

    def _await(self, node: cst.Await) -> ir.Expr:
        return ir.AwaitExpr(self.span(node), self.lower(node.expression))

    def _yield(self, node: cst.Yield) -> ir.Expr:
        if isinstance(node.value, cst.From):
            return ir.YieldExpr(self.span(node), self.lower(node.value.item), delegates=True)
        return ir.YieldExpr(self.span(node), self.optional(node.value), delegates=False)


def _concatenated(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The strings of an implicit concatenation, in order."""
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _merged(parts: Iterable[str | ir.Interpolation]) -> tuple[str | ir.Interpolation, ...]:
    """The parts, with texts that follow each other joined and empty ones left out."""
    merged: list[str | ir.Interpolation] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return tuple(merged)


_EXPRESSIONS: dict[type[cst.BaseExpression], Callable[[ExpressionLowering, Any], ir.Expr]] = {
    cst.Name: ExpressionLowering._name,
    cst.SimpleString: ExpressionLowering._token,
    cst.Integer: ExpressionLowering._token,
    cst.Float: ExpressionLowering._token,
    cst.Imaginary: ExpressionLowering._token,
    cst.Ellipsis: ExpressionLowering._ellipsis,
    cst.FormattedString: ExpressionLowering._text,
    cst.ConcatenatedString: ExpressionLowering._text,
    cst.Attribute: ExpressionLowering._attribute,
    cst.Subscript: ExpressionLowering._subscript,
    cst.Call: ExpressionLowering._call,
    cst.UnaryOperation: ExpressionLowering._unary,
    cst.BinaryOperation: ExpressionLowering._binary,
    cst.BooleanOperation: ExpressionLowering._logical,
    cst.Comparison: ExpressionLowering._comparison,
    cst.IfExp: ExpressionLowering._conditional,
    cst.List: ExpressionLowering._sequence,
    cst.Tuple: ExpressionLowering._sequence,
    cst.Set: ExpressionLowering._sequence,
    cst.Dict: ExpressionLowering._map,
    cst.ListComp: ExpressionLowering._comprehension,
    cst.SetComp: ExpressionLowering._comprehension,
    cst.DictComp: ExpressionLowering._comprehension,
    cst.GeneratorExp: ExpressionLowering._comprehension,
    cst.Lambda: ExpressionLowering._lambda,
    cst.NamedExpr: ExpressionLowering._assign,
    cst.Await: ExpressionLowering._await,
    cst.Yield: ExpressionLowering._yield,
}
