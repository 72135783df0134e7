"""(h), (i) Conditional expressions as statements and back; chained and negated comparisons."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from tests.metamorphic.names import parsed, statement

_BLANK = cst.Module([])


def _text(node: cst.CSTNode) -> str:
    return _BLANK.code_for_node(node)


def as_statements(source: str) -> str:
    """`x = a if c else b` and `return a if c else b` as if statements."""
    return parsed(source).visit(_AsStatements()).code


def as_expressions(source: str) -> str:
    """If statements that only assign to one place, or only return, as conditional expressions."""
    return parsed(source).visit(_AsExpressions()).code


def turned_round(source: str) -> str:
    """`if not c: b else: a`, `b if not c else a`, for every branch that has an else."""
    return parsed(source).visit(_TurnedRound()).code


def nested_instead_of_else_if(source: str) -> str:
    """`elif` as an `if` inside of `else`."""
    return parsed(source).visit(_Nested()).code


def chains_as_pairs(source: str) -> str:
    """`a < b <= c` as `a < b and b <= c`, where b is a name, an item of a name, or a number."""
    return parsed(source).visit(_ChainsAsPairs()).code


def negations_outside(source: str) -> str:
    """`x not in y` as `not x in y`, `x is not y` as `not x is y`."""
    return parsed(source).visit(_NegationsOutside()).code


def negations_inside(source: str) -> str:
    """`not x in y` as `x not in y`, `not x is y` as `x is not y`."""
    return parsed(source).visit(_NegationsInside()).code


def guards_as_branches(source: str) -> str:
    """`if c: continue` with what follows it as `if not c: …`."""
    return parsed(source).visit(_GuardsAsBranches()).code


class _AsStatements(cst.CSTTransformer):
    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.SimpleStatementLine:
        match updated_node.body:
            case [
                cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name() | cst.Subscript(value=cst.Name()) as target)],
                    value=cst.IfExp(test=test, body=then, orelse=otherwise),
                )
            ]:
                place = f"{_text(target)} = "
            case [cst.Return(value=cst.IfExp(test=test, body=then, orelse=otherwise))]:
                place = "return "
            case _:
                return updated_node
        return statement(
            f"if {_text(test)}:\n    {place}{_text(then)}\nelse:\n    {place}{_text(otherwise)}\n"
        )


class _AsExpressions(cst.CSTTransformer):
    """Not an `elif`, which is no statement by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._continued: set[cst.CSTNode] = set()

    def visit_If(self, node: cst.If) -> None:
        if isinstance(node.orelse, cst.If):
            self._continued.add(node.orelse)

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If | cst.SimpleStatementLine:
        if original_node in self._continued:
            return updated_node
        match updated_node.body, updated_node.orelse:
            case cst.IndentedBlock(body=[then]), cst.Else(body=cst.IndentedBlock(body=[otherwise])):
                pass
            case _:
                return updated_node
        match then, otherwise:
            case (
                cst.SimpleStatementLine(body=[cst.Return(value=cst.BaseExpression() as one)]),
                cst.SimpleStatementLine(body=[cst.Return(value=cst.BaseExpression() as other)]),
            ):
                place = "return "
            case (
                cst.SimpleStatementLine(body=[cst.Assign(targets=[first], value=one)]),
                cst.SimpleStatementLine(body=[cst.Assign(targets=[second], value=other)]),
            ) if _text(first.target) == _text(second.target) and m.matches(
                first.target, m.Name() | m.Subscript(value=m.Name())
            ):
                place = f"{_text(first.target)} = "
            case _:
                return updated_node
        made = statement(f"{place}({_text(one)}) if ({_text(updated_node.test)}) else ({_text(other)})\n")
        assert isinstance(made, cst.SimpleStatementLine)
        return made


def _negated(test: cst.BaseExpression) -> cst.BaseExpression:
    return cst.parse_expression(f"not ({_text(test)})")


def _grouped(value: cst.BaseExpression) -> cst.BaseExpression:
    return value.with_changes(lpar=[cst.LeftParen(), *value.lpar], rpar=[*value.rpar, cst.RightParen()])


class _TurnedRound(cst.CSTTransformer):
    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        if not isinstance(updated_node.orelse, cst.Else):
            return updated_node
        return updated_node.with_changes(
            test=_negated(updated_node.test),
            whitespace_before_test=cst.SimpleWhitespace(" "),
            body=updated_node.orelse.body,
            orelse=updated_node.orelse.with_changes(body=updated_node.body),
        )

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.IfExp:
        return updated_node.with_changes(
            test=_negated(updated_node.test), body=_grouped(updated_node.orelse), orelse=updated_node.body
        )


class _Nested(cst.CSTTransformer):
    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        if not isinstance(updated_node.orelse, cst.If):
            return updated_node
        inner = updated_node.orelse.with_changes(leading_lines=[])
        return updated_node.with_changes(orelse=cst.Else(body=cst.IndentedBlock(body=[inner])))


class _ChainsAsPairs(cst.CSTTransformer):
    def leave_Comparison(
        self, original_node: cst.Comparison, updated_node: cst.Comparison
    ) -> cst.BaseExpression:
        parts = updated_node.comparisons
        middle = [one.comparator for one in parts[:-1]]
        same_twice = m.Name() | m.Integer() | m.Subscript(value=m.Name())
        if len(parts) < 2 or not all(m.matches(one, same_twice) for one in middle):
            return updated_node
        pairs, left = [], updated_node.left
        for one in parts:
            pairs.append(f"{_text(left)} {_text(one.operator).strip()} {_text(one.comparator)}")
            left = one.comparator
        return cst.parse_expression(f"({' and '.join(pairs)})")


class _NegationsOutside(cst.CSTTransformer):
    def leave_Comparison(
        self, original_node: cst.Comparison, updated_node: cst.Comparison
    ) -> cst.BaseExpression:
        match updated_node:
            case cst.Comparison(
                left=left, comparisons=[cst.ComparisonTarget(operator=cst.NotIn(), comparator=right)]
            ):
                return cst.parse_expression(f"(not {_text(left)} in {_text(right)})")
            case cst.Comparison(
                left=left, comparisons=[cst.ComparisonTarget(operator=cst.IsNot(), comparator=right)]
            ):
                return cst.parse_expression(f"(not {_text(left)} is {_text(right)})")
        return updated_node


class _NegationsInside(cst.CSTTransformer):
    def leave_UnaryOperation(
        self, original_node: cst.UnaryOperation, updated_node: cst.UnaryOperation
    ) -> cst.BaseExpression:
        match updated_node:
            case cst.UnaryOperation(
                operator=cst.Not(),
                expression=cst.Comparison(
                    left=left, comparisons=[cst.ComparisonTarget(operator=sign, comparator=right)]
                ),
            ) if isinstance(sign, (cst.In, cst.Is, cst.Equal)):
                word = {cst.In: "not in", cst.Is: "is not", cst.Equal: "!="}[type(sign)]
                return cst.parse_expression(f"({_text(left)} {word} {_text(right)})")
        return updated_node


class _GuardsAsBranches(cst.CSTTransformer):
    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        if not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        return updated_node.with_changes(
            body=updated_node.body.with_changes(body=_with_branches(list(updated_node.body.body)))
        )


def _with_branches(lines: list[cst.BaseStatement]) -> list[cst.BaseStatement]:
    for number, one in enumerate(lines[:-1]):
        match one:
            case cst.If(
                orelse=None,
                body=cst.IndentedBlock(body=[*before, cst.SimpleStatementLine(body=[cst.Continue()])]),
            ):
                rest = cst.IndentedBlock(body=_with_branches(lines[number + 1 :]))
                if not before:
                    made = one.with_changes(
                        test=_negated(one.test), whitespace_before_test=cst.SimpleWhitespace(" "), body=rest
                    )
                else:
                    made = one.with_changes(body=cst.IndentedBlock(body=before), orelse=cst.Else(body=rest))
                return [*lines[:number], made]
    return lines
