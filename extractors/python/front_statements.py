"""Lowers Python's statements to the script IR."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import libcst as cst

from extractors import ir
from extractors.python.front_expressions import ExpressionLowering
from extractors.python.front_matching import MatchLowering
from extractors.python.literals import token_value
from extractors.python.reading import Parsed
from extractors.python.scopes import Bindings, dotted, find_bindings

AUGMENTED: dict[type[cst.BaseAugOp], str] = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.PowerAssign: "**",
    cst.MatrixMultiplyAssign: "@",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
}

UNSUPPORTED: dict[type[cst.CSTNode], str] = {
    cst.TryStar: "a try statement with except*",
    cst.TypeAlias: "a type alias statement",
}

Small = cst.BaseSmallStatement | cst.BaseStatement


class StatementLowering:
    """Lowers statements of one file."""

    def __init__(self, parsed: Parsed) -> None:
        self.expressions = ExpressionLowering(parsed)
        self.span = self.expressions.span
        self.matching = MatchLowering(self.expressions, self.suite)
        self.enclosing: list[frozenset[str]] = []
        """The locals of the functions around the place, outermost first."""

    def block(self, nodes: Sequence[Small]) -> ir.Block:
        """The statements of a body, in order."""
        statements: list[ir.Stmt] = []
        for node in nodes:
            if isinstance(node, cst.SimpleStatementLine):
                statements += self.block(node.body)
            else:
                statements += self._statement(node)
        return tuple(statements)

    def suite(self, node: cst.BaseSuite | cst.Else | cst.Finally | None) -> ir.Block:
        """The statements of a suite, in lines or on one line; none where there is no suite."""
        if node is None:
            return ()
        return self.block(_statements(node.body if isinstance(node, (cst.Else, cst.Finally)) else node))

    def _statement(self, node: Small) -> Sequence[ir.Stmt]:
        lowering = _STATEMENTS.get(type(node))
        if lowering is None:
            reason = UNSUPPORTED.get(type(node), f"a statement of the form {type(node).__name__}")
            return [self._unsupported(node, reason)]
        return lowering(self, node)

    def _unsupported(self, node: cst.CSTNode, reason: str) -> ir.UnsupportedStatement:
        return ir.UnsupportedStatement(self.span(node), reason, self._names(find_bindings([node]).bound))

    def _names(self, names: set[str] | frozenset[str]) -> frozenset[str]:
        return frozenset(self.expressions.name(name) for name in names)

    # --- simple statements ---

    def _expression(self, node: cst.Expr) -> Sequence[ir.Stmt]:
        if isinstance(node.value, cst.Ellipsis):
            return [ir.Pass(self.span(node))]
        if _prints_to_stream(node.value):
            return [self._unsupported(node, "`print >>stream` of Python 2, which Python 3 reads as a shift")]
        return [ir.ExpressionStatement(self.span(node), self.expressions.lower(node.value))]

    def _assign(self, node: cst.Assign) -> Sequence[ir.Stmt]:
        value = self.expressions.lower(node.value)
        targets = tuple(self.expressions.target(target.target) for target in node.targets)
        return [ir.Assign(self.span(node), targets, value)]

    def _annotated(self, node: cst.AnnAssign) -> Sequence[ir.Stmt]:
        if node.value is None:
            return []
        value = self.expressions.lower(node.value)
        return [ir.Assign(self.span(node), (self.expressions.target(node.target),), value)]

    def _augmented(self, node: cst.AugAssign) -> Sequence[ir.Stmt]:
        target, value = self.expressions.target(node.target), self.expressions.lower(node.value)
        return [ir.AugmentedAssign(self.span(node), target, AUGMENTED[type(node.operator)], value)]

    def _delete(self, node: cst.Del) -> Sequence[ir.Stmt]:
        targets = tuple(self.expressions.target(target) for target in _flat_targets(node.target))
        return [ir.Delete(self.span(node), targets)]

    def _return(self, node: cst.Return) -> Sequence[ir.Stmt]:
        return [ir.Return(self.span(node), self.expressions.optional(node.value))]

    def _raise(self, node: cst.Raise) -> Sequence[ir.Stmt]:
        cause = None if node.cause is None else self.expressions.lower(node.cause.item)
        return [ir.Raise(self.span(node), self.expressions.optional(node.exc), cause)]

    def _assert(self, node: cst.Assert) -> Sequence[ir.Stmt]:
        test, message = self.expressions.lower(node.test), self.expressions.optional(node.msg)
        return [ir.Assert(self.span(node), test, message)]

    def _pass(self, node: cst.Pass) -> Sequence[ir.Stmt]:
        return [ir.Pass(self.span(node))]

    def _break(self, node: cst.Break) -> Sequence[ir.Stmt]:
        return [ir.Break(self.span(node))]

    def _continue(self, node: cst.Continue) -> Sequence[ir.Stmt]:
        return [ir.Continue(self.span(node))]

    def _declaration(self, node: cst.Global | cst.Nonlocal) -> Sequence[ir.Stmt]:
        """Said by `FunctionDef.outer`; a class body that declares them is refused in `_class`."""
        return []

    def _import(self, node: cst.Import) -> Sequence[ir.Stmt]:
        if self._is_mangled(node):
            return [self._unsupported(node, "an import that binds a private name in a class")]
        return [ir.Import(self.span(alias), dotted(alias.name), (), _alias(alias), 0) for alias in node.names]

    def _import_from(self, node: cst.ImportFrom) -> Sequence[ir.Stmt]:
        if self._is_mangled(node):
            return [self._unsupported(node, "an import that binds a private name in a class")]
        names: tuple[tuple[str, str | None], ...] = (("*", None),)
        if not isinstance(node.names, cst.ImportStar):
            names = tuple((dotted(alias.name), _alias(alias)) for alias in node.names)
        return [ir.Import(self.span(node), dotted(node.module), names, None, len(node.relative))]

    def _is_mangled(self, node: cst.CSTNode) -> bool:
        bound = find_bindings([node]).bound
        return self._names(bound) != bound

    # --- compound statements ---

    def _if(self, node: cst.If) -> Sequence[ir.Stmt]:
        chain = [node]
        while isinstance(chain[-1].orelse, cst.If):
            chain.append(chain[-1].orelse)
        lower = self.expressions.lower
        branches = [(self.span(part), lower(part.test), self.suite(part.body)) for part in chain]
        last = chain[-1].orelse
        otherwise = self.suite(last) if isinstance(last, cst.Else) else ()
        for span, test, then in reversed(branches):
            otherwise = (ir.If(span, test, then, otherwise),)
        return otherwise

    def _while(self, node: cst.While) -> Sequence[ir.Stmt]:
        test = self.expressions.lower(node.test)
        return [ir.While(self.span(node), test, self.suite(node.body), self.suite(node.orelse))]

    def _for(self, node: cst.For) -> Sequence[ir.Stmt]:
        target, iterable = self.expressions.target(node.target), self.expressions.lower(node.iter)
        body, otherwise = self.suite(node.body), self.suite(node.orelse)
        return [ir.ForEach(self.span(node), target, iterable, body, otherwise, node.asynchronous is not None)]

    def _match(self, node: cst.Match) -> Sequence[ir.Stmt]:
        return self.matching.lower(node)

    def _try(self, node: cst.Try) -> Sequence[ir.Stmt]:
        body = self.suite(node.body)
        handlers = tuple(self._handler(handler) for handler in node.handlers)
        otherwise, final = self.suite(node.orelse), self.suite(node.finalbody)
        return [ir.Try(self.span(node), body, handlers, otherwise, final)]

    def _handler(self, node: cst.ExceptHandler) -> ir.Handler:
        name = None
        if node.name is not None and isinstance(node.name.name, cst.Name):
            name = self.expressions.name(node.name.name.value)
        return ir.Handler(self.span(node), self.expressions.optional(node.type), name, self.suite(node.body))

    def _with(self, node: cst.With) -> Sequence[ir.Stmt]:
        items = []
        for item in node.items:
            target = None if item.asname is None else self.expressions.target(item.asname.name)
            items.append(ir.WithItem(self.span(item), self.expressions.lower(item.item), target))
        return [ir.With(self.span(node), tuple(items), self.suite(node.body), node.asynchronous is not None)]

    # --- definitions ---

    def _function(self, node: cst.FunctionDef) -> Sequence[ir.Stmt]:
        parameters = self.expressions.parameters(node.params)
        statements = _statements(node.body)
        bindings = find_bindings(statements)
        own = frozenset(parameter.name for parameter in parameters)
        assigned = self._names(bindings.local) - own
        refusal = self._refused_global(node, bindings)
        self.enclosing.append(assigned | own)
        body = (*refusal, *self.block(statements))
        self.enclosing.pop()
        return [
            ir.FunctionDef(
                self.span(node),
                self.expressions.name(node.name.value),
                parameters,
                body,
                self._decorators(node.decorators),
                asynchronous=node.asynchronous is not None,
                generator=bindings.generator,
                assigned=assigned,
                outer=self._names(bindings.outer),
                docstring=_docstring(statements),
            )
        ]

    def _refused_global(self, node: cst.FunctionDef, bindings: Bindings) -> Sequence[ir.Stmt]:
        """A global name that a function around it has too: `outer` alone would lead to the wrong one."""
        hidden = self._names(bindings.declared_global) & frozenset().union(*self.enclosing)
        reasons = (f"`global {name}` past a variable of the same name" for name in sorted(hidden))
        return [ir.UnsupportedStatement(self.span(node), reason, frozenset()) for reason in reasons]

    def _class(self, node: cst.ClassDef) -> Sequence[ir.Stmt]:
        bases = self.expressions.arguments((*node.bases, *node.keywords))
        decorators = self._decorators(node.decorators)
        name = self.expressions.name(node.name.value)
        statements = _statements(node.body)
        if outer := find_bindings(statements).outer:
            reason, names = "a class body with `global` or `nonlocal`", self._names(outer) | {name}
            return [ir.UnsupportedStatement(self.span(node), reason, names)]
        around, self.expressions.class_name = self.expressions.class_name, node.name.value
        body = self.block(statements)
        self.expressions.class_name = around
        fields = tuple(self._fields(statements))
        return [ir.ClassDef(self.span(node), name, bases, body, decorators, fields)]

    def _fields(self, statements: Sequence[Small]) -> Iterator[ir.FieldDef]:
        for line in statements:
            for node in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                if isinstance(node, cst.AnnAssign) and isinstance(node.target, cst.Name):
                    annotation = node.annotation.annotation
                    if isinstance(annotation, cst.Subscript):
                        annotation = annotation.value
                    outermost = (dotted(annotation) or "").rpartition(".")[2]
                    yield ir.FieldDef(self.span(node), self.expressions.name(node.target.value), outermost)

    def _decorators(self, nodes: Sequence[cst.Decorator]) -> tuple[ir.Expr, ...]:
        return tuple(self.expressions.lower(node.decorator) for node in nodes)


def _statements(node: cst.BaseSuite) -> Sequence[Small]:
    if isinstance(node, (cst.IndentedBlock, cst.SimpleStatementSuite)):
        return node.body
    raise TypeError(f"a suite of the form {type(node).__name__}")


def _docstring(statements: Sequence[Small]) -> str | None:
    """The text of the first statement if it is a plain string; its indentation is kept."""
    first = statements[0] if statements else None
    if isinstance(first, cst.SimpleStatementLine):
        first = first.body[0]
    value = first.value if isinstance(first, cst.Expr) else None
    pieces = []
    while isinstance(value, cst.ConcatenatedString):
        pieces.append(value.left)
        value = value.right
    values = [token_value(piece.value) for piece in (*pieces, value) if isinstance(piece, cst.SimpleString)]
    if len(values) != len(pieces) + 1:
        return None
    texts = [text for text in values if isinstance(text, str)]
    return "".join(texts) if len(texts) == len(values) else None


def _flat_targets(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if not isinstance(node, (cst.Tuple, cst.List)):
        return [node]
    return [target for element in node.elements for target in _flat_targets(element.value)]


def _alias(node: cst.ImportAlias) -> str | None:
    name = None if node.asname is None else node.asname.name
    return dotted(name) if isinstance(name, cst.Name) else None


def _prints_to_stream(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.Tuple) and node.elements:
        node = node.elements[0].value
    shifts = isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.RightShift)
    return shifts and dotted(getattr(node, "left", None)) == "print"


_STATEMENTS: dict[type[cst.CSTNode], Callable[[StatementLowering, Any], Sequence[ir.Stmt]]] = {
    cst.Expr: StatementLowering._expression,
    cst.Assign: StatementLowering._assign,
    cst.AnnAssign: StatementLowering._annotated,
    cst.AugAssign: StatementLowering._augmented,
    cst.Del: StatementLowering._delete,
    cst.Return: StatementLowering._return,
    cst.Raise: StatementLowering._raise,
    cst.Assert: StatementLowering._assert,
    cst.Pass: StatementLowering._pass,
    cst.Break: StatementLowering._break,
    cst.Continue: StatementLowering._continue,
    cst.Global: StatementLowering._declaration,
    cst.Nonlocal: StatementLowering._declaration,
    cst.Import: StatementLowering._import,
    cst.ImportFrom: StatementLowering._import_from,
    cst.If: StatementLowering._if,
    cst.While: StatementLowering._while,
    cst.For: StatementLowering._for,
    cst.Match: StatementLowering._match,
    cst.Try: StatementLowering._try,
    cst.With: StatementLowering._with,
    cst.FunctionDef: StatementLowering._function,
    cst.ClassDef: StatementLowering._class,
}
