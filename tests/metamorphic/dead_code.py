"""(g) Code that does nothing, or is never reached."""

from __future__ import annotations

import libcst as cst

from tests.metamorphic.names import inserted, parsed, statement

_UNUSED = """
def never_called(rows=None, *more, **others):
    if rows:
        for row in rows:
            while True:
                yield row['x'].strip() or others
    return len(more) / 0
"""
_UNUSED_CLASS = """
class NeverMade:
    limit = 3

    def __init__(self, value):
        self.value = value

    def total(self):
        return sum(one for one in self.value if one) ** self.limit
"""


def unused_definitions(source: str) -> str:
    """Functions, classes and imports that nothing uses."""
    lines = [
        "import math\n",
        "from collections import OrderedDict, defaultdict as groups\n",
        _UNUSED,
        _UNUSED_CLASS,
    ]
    return inserted(parsed(source), [statement(line.lstrip("\n")) for line in lines]).code


def unused_variables(source: str) -> str:
    """Variables, in every block, that nothing reads."""
    return parsed(source).visit(_InBlocks("unused_number = 1; unused_map = {'a': [1, 2], 'b': None}\n")).code


def never_reached(source: str) -> str:
    """Branches that are never taken, in every block."""
    return (
        parsed(source)
        .visit(_InBlocks("if False:\n    print(undefined_name)\n    raise ValueError('never')\n"))
        .code
    )


def never_repeated(source: str) -> str:
    """Loops over nothing, in every block."""
    return (
        parsed(source).visit(_InBlocks("for unused_row in []:\n    unused_row.clear()\n    continue\n")).code
    )


def after_the_end(source: str) -> str:
    """Statements behind `return`, `continue`, `break` and `raise`."""
    return parsed(source).visit(_AfterTheEnd()).code


def passed_over(source: str) -> str:
    """`pass` and bare constants in every block, an empty `else` behind every loop and branch without one."""
    return parsed(source).visit(_InBlocks("pass\n", "None\n", "...\n")).visit(_Elses()).code


class _InBlocks(cst.CSTTransformer):
    """Puts statements in front of every block's own."""

    def __init__(self, *texts: str) -> None:
        super().__init__()
        self._lines = [statement(text) for text in texts]
        self._in_class = False

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        if all(isinstance(one, cst.FunctionDef) for one in original_node.body):
            return updated_node  # of a class
        return updated_node.with_changes(
            body=[*(one.deep_clone() for one in self._lines), *updated_node.body]
        )

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        return inserted(updated_node, [one.deep_clone() for one in self._lines])


class _AfterTheEnd(cst.CSTTransformer):
    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        match original_node.body[-1]:
            case cst.SimpleStatementLine(
                body=[*_, cst.Return() | cst.Continue() | cst.Break() | cst.Raise()]
            ):
                more = [statement("print('never', undefined_name)\n"), statement("raise SystemExit(3)\n")]
                return updated_node.with_changes(body=[*updated_node.body, *more])
        return updated_node


class _Elses(cst.CSTTransformer):
    def _otherwise(self) -> cst.Else:
        return cst.Else(body=cst.IndentedBlock(body=[statement("pass\n")]))

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        return updated_node if updated_node.orelse else updated_node.with_changes(orelse=self._otherwise())
