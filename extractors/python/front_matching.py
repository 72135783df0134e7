"""Lowers `match` statements to the tests and assignments that they stand for (Python reference, 8.6).

The subject is evaluated once, into a name that no script can have. A pattern becomes a test and the names that it
binds; they are bound where the whole pattern fits, ahead of the guard. What a pattern asks of a value it asks of the
language's own `isinstance` and `len`, whatever the script calls so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from extractors import ir
from extractors.python.front_expressions import CONSTANTS, ExpressionLowering
from extractors.python.scopes import find_bindings
from migrate.model import SourceSpan

_WHOLE = ("bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple")
"""The classes whose one positional pattern is for the object itself."""


@dataclass(frozen=True)
class _Fit:
    """What a pattern asks, all in order, and the names that it binds."""

    tests: tuple[ir.Expr, ...] = ()
    bound: tuple[tuple[str, ir.Expr], ...] = ()

    def __add__(self, other: _Fit) -> _Fit:
        return _Fit((*self.tests, *other.tests), (*self.bound, *other.bound))


class MatchLowering:
    """Lowers the `match` statements of one file; `suite` lowers the statements of a case."""

    def __init__(self, expressions: ExpressionLowering, suite: Callable[[cst.BaseSuite], ir.Block]) -> None:
        self.expressions = expressions
        self.suite = suite

    def lower(self, node: cst.Match) -> Sequence[ir.Stmt]:
        """The statements that do the same."""
        span = self.expressions.span(node)
        subject = self.expressions.lower(node.subject)
        stated: list[ir.Stmt] = []
        bound = {self.expressions.name(name) for case in node.cases for name in find_bindings([case]).bound}
        if not isinstance(subject, ir.Name) or subject.name in bound:
            name = f"(subject of line {span.line}, column {span.column})"
            stated = [ir.Assign(subject.span, (ir.Name(subject.span, name),), subject)]
            subject = ir.Name(subject.span, name)
        otherwise: ir.Block = ()
        for case in reversed(node.cases):
            otherwise = self._case(case, subject, otherwise)
        return (*stated, *otherwise)

    def _case(self, node: cst.MatchCase, subject: ir.Name, otherwise: ir.Block) -> ir.Block:
        span = self.expressions.span(node)
        fit = self._pattern(node.pattern, subject)
        body = self.suite(node.body)
        if node.guard is None:
            assigned = (ir.Assign(v.span, (ir.Name(v.span, name),), v) for name, v in fit.bound)
            body = (*assigned, *body)
            tests = fit.tests
        else:
            bindings = (
                # A list with one item is true, whatever the item is.
                ir.SequenceExpr(v.span, "list", (ir.AssignExpr(v.span, name, v),))
                for name, v in fit.bound
            )
            tests = (*fit.tests, *bindings, self.expressions.lower(node.guard))
        return (ir.If(span, _all(tests, span), body, otherwise),) if tests else body

    # --- patterns ------------------------------------------------------------------------------------------------

    def _pattern(self, node: cst.MatchPattern, subject: ir.Expr) -> _Fit:
        span = self.expressions.span(node)
        match node:
            case cst.MatchValue(value=value):
                return _Fit((ir.Comparison(span, subject, (("==", self.expressions.lower(value)),)),))
            case cst.MatchSingleton(value=value):
                constant = ir.LiteralExpr(span, CONSTANTS[value.value])
                return _Fit((ir.Comparison(span, subject, (("is", constant),)),))
            case cst.MatchAs(pattern=inner, name=name):
                fit = _Fit() if inner is None else self._pattern(inner, subject)
                return fit if name is None else fit + _Fit((), ((self._name(name), subject),))
            case cst.MatchOr(patterns=patterns):
                return self._either([one.pattern for one in patterns], subject, span)
            case cst.MatchSequence(patterns=patterns):
                return self._sequence(patterns, subject, span)
            case cst.MatchMapping():
                return self._mapping(node, subject, span)
            case cst.MatchClass():
                return self._class(node, subject, span)
            case _:
                return self._unclear(node, f"a pattern of the form {type(node).__name__}")

    def _either(self, patterns: Iterable[cst.MatchPattern], subject: ir.Expr, span: SourceSpan) -> _Fit:
        fits = [self._pattern(pattern, subject) for pattern in patterns]
        if any(fit.bound for fit in fits):
            return _Fit((ir.Unsupported(span, "alternatives of a pattern that bind names"),))
        if not all(fit.tests for fit in fits):
            return _Fit()
        test = _all(fits[0].tests, span)
        for fit in fits[1:]:
            test = ir.Logical(span, "or", test, _all(fit.tests, span))
        return _Fit((test,))

    def _sequence(
        self, patterns: Sequence[cst.MatchSequenceElement | cst.MatchStar], subject: ir.Expr, span: SourceSpan
    ) -> _Fit:
        starred = [number for number, one in enumerate(patterns) if isinstance(one, cst.MatchStar)]
        least = len(patterns) - len(starred)
        length = _call(span, "len", subject)
        lists = ir.SequenceExpr(span, "tuple", (ir.Builtin(span, "list"), ir.Builtin(span, "tuple")))
        fit = _Fit(
            (
                _call(span, "isinstance", subject, lists),
                ir.Comparison(span, length, ((">=" if starred else "==", ir.LiteralExpr(span, least)),)),
            )
        )
        for number, one in enumerate(patterns):
            after = bool(starred) and number > starred[0]
            place = number - len(patterns) if after else number
            if isinstance(one, cst.MatchSequenceElement):
                fit += self._pattern(one.value, ir.Index(span, subject, _number(span, place)))
            elif one.name is not None:
                stop = number + 1 - len(patterns)
                end = _number(span, stop) if stop else None
                rest = ir.Slice(span, subject, _number(span, number), end, None)
                fit += _Fit((), ((self._name(one.name), _call(span, "list", rest)),))
        return fit

    def _mapping(self, node: cst.MatchMapping, subject: ir.Expr, span: SourceSpan) -> _Fit:
        keys = [self.expressions.lower(element.key) for element in node.elements]
        fit = _Fit((_call(span, "isinstance", subject, ir.Builtin(span, "dict")),))
        fit += _Fit(tuple(ir.Comparison(span, key, (("in", subject),)) for key in keys))
        for key, element in zip(keys, node.elements, strict=True):
            fit += self._pattern(element.pattern, ir.Index(span, subject, key))
        if node.rest is None:
            return fit
        key, value = ir.Name(span, "(key)"), ir.Name(span, "(value)")
        others = ir.Comparison(span, key, (("not in", ir.SequenceExpr(span, "list", tuple(keys))),))
        items = ir.CallExpr(span, ir.Attribute(span, subject, "items"), ())
        clause = ir.Clause(
            span, ir.SequenceExpr(span, "tuple", (key, value)), items, (others,) if keys else ()
        )
        rest = ir.Comprehension(span, "map", key, value, (clause,))
        return fit + _Fit((), ((self._name(node.rest), rest),))

    def _class(self, node: cst.MatchClass, subject: ir.Expr, span: SourceSpan) -> _Fit:
        of = self.expressions.lower(node.cls)
        fit = _Fit((_call(span, "isinstance", subject, of),))
        whole = isinstance(node.cls, cst.Name) and node.cls.value in _WHOLE
        if whole and len(node.patterns) == 1 and not node.kwds:
            return fit + self._pattern(node.patterns[0].value, subject)
        if node.patterns or (whole and node.kwds):
            return fit + self._unclear(node, "a pattern of a class with parts by position")
        for element in node.kwds:
            name = element.key.value
            fit += _Fit((_call(span, "hasattr", subject, ir.LiteralExpr(span, name)),))
            fit += self._pattern(element.pattern, ir.Attribute(span, subject, self.expressions.name(name)))
        return fit

    def _unclear(self, node: cst.CSTNode, reason: str) -> _Fit:
        """A pattern that is not lowered; what it binds is read behind the gap."""
        gap = self.expressions.unsupported(node, reason)
        return _Fit((gap,), tuple((name, gap) for name in sorted(gap.assigned)))

    def _name(self, node: cst.Name) -> str:
        return self.expressions.name(node.value)


def _all(tests: Sequence[ir.Expr], span: SourceSpan) -> ir.Expr:
    if not tests:
        return ir.LiteralExpr(span, True)
    found = tests[0]
    for test in tests[1:]:
        found = ir.Logical(span, "and", found, test)
    return found


def _call(span: SourceSpan, name: str, *values: Any) -> ir.Expr:
    return ir.CallExpr(span, ir.Builtin(span, name), tuple(ir.Argument(span, value) for value in values))


def _number(span: SourceSpan, value: int) -> ir.Expr:
    """A number as the source would write it, a negative one with its sign."""
    if value >= 0:
        return ir.LiteralExpr(span, value)
    return ir.Unary(span, "-", ir.LiteralExpr(span, -value))
