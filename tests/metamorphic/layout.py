"""(c) Another layout: white space, comments, quotes, line breaks, trailing commas."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from tests.metamorphic.names import parsed

T = TypeVar("T", cst.Call, cst.Dict, cst.List, cst.Subscript)


def unparsed(source: str) -> str:
    """As Python itself would write it: no comments, no blank lines, its own quotes and breaks."""
    return ast.unparse(ast.parse(source)) + "\n"


def indented(source: str, width: int = 2) -> str:
    """Indented by another width."""
    return parsed(source).with_changes(default_indent=" " * width).code


def tabbed(source: str) -> str:
    """Indented by tabs."""
    return parsed(source).with_changes(default_indent="\t").code


def carriage_returns(source: str) -> str:
    """The line ends of Windows."""
    return source.replace("\n", "\r\n")


def spread(source: str) -> str:
    """A comment and a blank line above every statement, a comment behind it, each element on a line of its own."""
    return parsed(source).visit(_Spread()).code


def requoted(source: str) -> str:
    """The other quotes around texts, prefixes in capitals, and parentheses around values."""
    return parsed(source).visit(_Requoted()).code


_BREAK = cst.ParenthesizedWhitespace(
    first_line=cst.TrailingWhitespace(newline=cst.Newline()),
    indent=True,
    last_line=cst.SimpleWhitespace("      "),
)


class _Spread(cst.CSTTransformer):
    """Not inside f-strings, where Python before 3.12 allows no line breaks."""

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return False

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        above = [
            cst.EmptyLine(),
            cst.EmptyLine(comment=cst.Comment("# TODO: ask somebody (if x: return)")),
            *updated_node.leading_lines,
        ]
        behind = updated_node.trailing_whitespace
        if behind.comment is None:
            behind = cst.TrailingWhitespace(
                whitespace=cst.SimpleWhitespace("  "), comment=cst.Comment("# 'note\"")
            )
        return updated_node.with_changes(leading_lines=above, trailing_whitespace=behind)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        arguments = updated_node.args
        if not arguments or isinstance(arguments[0].value, cst.GeneratorExp):
            return updated_node
        return updated_node.with_changes(
            args=[one.with_changes(comma=_comma(number, arguments)) for number, one in enumerate(arguments)],
            whitespace_before_args=_BREAK,
        )

    def leave_Dict(self, original_node: cst.Dict, updated_node: cst.Dict) -> cst.Dict:
        return updated_node.with_changes(elements=_on_lines(updated_node.elements))

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.List:
        return updated_node.with_changes(elements=_on_lines(updated_node.elements))


def _on_lines(elements: Sequence[cst.BaseElement | cst.BaseDictElement]) -> list[cst.CSTNode]:
    return [one.with_changes(comma=_comma(number, elements)) for number, one in enumerate(elements)]


def _comma(number: int, all_: Sequence[cst.CSTNode]) -> cst.Comma:
    last = number == len(all_) - 1
    return cst.Comma(whitespace_after=cst.SimpleWhitespace("") if last else _BREAK)


class _Requoted(cst.CSTTransformer):
    """Not inside f-strings, where Python before 3.12 allows no quotes like those around them."""

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return False

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        value = ast.literal_eval(original_node.value)
        if not isinstance(value, str) or "\\" in original_node.value or original_node.quote in ('"""', "'''"):
            return updated_node
        quote = '"' if original_node.quote == "'" else "'"
        if quote in value or original_node.quote in value:
            return updated_node
        return updated_node.with_changes(value=f"{quote}{value}{quote}")

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        value = updated_node.value
        around = {"lpar": [cst.LeftParen(), *value.lpar], "rpar": [*value.rpar, cst.RightParen()]}
        return updated_node.with_changes(value=value.with_changes(**around))
