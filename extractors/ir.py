"""The script IR: what a front end lowers a source file to. Language-neutral, immutable, every node with its span.

A front end only parses. It neither resolves names nor folds values; what its language has and the IR has not becomes
`Unsupported` with the reason, in the place where it stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from migrate.model import SourceSpan

Scalar = None | bool | int | float | complex | str | bytes


@dataclass(frozen=True, slots=True)
class Located:
    """What every IR node has."""

    span: SourceSpan


# --- expressions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LiteralExpr(Located):
    """A constant as the source writes it."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Name(Located):
    """A variable by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Builtin(Located):
    """Something of the language itself by its name, whatever the script calls so."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Located):
    """`value.name`."""

    value: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Index(Located):
    """`value[index]`."""

    value: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Slice(Located):
    """`value[start:stop:step]`; a bound that is left out is None."""

    value: Expr
    start: Expr | None
    stop: Expr | None
    step: Expr | None


@dataclass(frozen=True, slots=True)
class Argument(Located):
    """An argument of a call: positional, by keyword, or spread (`*x`: "list", `**x`: "map")."""

    value: Expr
    keyword: str | None = None
    spread: Literal["list", "map"] | None = None


@dataclass(frozen=True, slots=True)
class CallExpr(Located):
    """`function(arguments)`; arguments in the order in which the source writes them."""

    function: Expr
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Interpolation(Located):
    """A part of a template: the value, its conversion (`r`, `s`, `a`) and its format (itself a template)."""

    value: Expr
    conversion: str | None
    format: TemplateText | None


@dataclass(frozen=True, slots=True)
class TemplateText(Located):
    """A text with interpolations (f-string, template literal)."""

    parts: tuple[str | Interpolation, ...]


@dataclass(frozen=True, slots=True)
class Unary(Located):
    """`not`, `-`, `+`, `~`."""

    operator: Literal["not", "-", "+", "~"]
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Located):
    """Arithmetic and bit operators: + - * / // % ** @ & | ^ << >>."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Comparison(Located):
    """A chain `left op right op right ...`; operators: == != < <= > >= in, not in, is, is not."""

    left: Expr
    rest: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Logical(Located):
    """Short-circuit `left and right`, `left or right`, with the value of the operand that decides."""

    operator: Literal["and", "or"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Conditional(Located):
    """`then if test else otherwise`."""

    test: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class SequenceExpr(Located):
    """A list, tuple or set display; a `Spread` item gives all its values."""

    sort: Literal["list", "tuple", "set"]
    items: tuple[Expr | Spread, ...]


@dataclass(frozen=True, slots=True)
class Spread(Located):
    """`*value` in a display or an assignment target."""

    value: Expr


@dataclass(frozen=True, slots=True)
class MapEntry(Located):
    """`key: value` in a map display; without a key, `**value`."""

    key: Expr | None
    value: Expr


@dataclass(frozen=True, slots=True)
class MapExpr(Located):
    """A map display."""

    entries: tuple[MapEntry, ...]


@dataclass(frozen=True, slots=True)
class Clause(Located):
    """`for target in iterable if conditions` of a comprehension."""

    target: Expr
    iterable: Expr
    conditions: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Located):
    """A comprehension; a map has a key; a generator is lazy."""

    sort: Literal["list", "set", "map", "generator"]
    key: Expr | None
    value: Expr
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class FunctionExpr(Located):
    """An anonymous function with one expression as body."""

    parameters: tuple[ParameterDef, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class AssignExpr(Located):
    """`(name := value)`."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class AwaitExpr(Located):
    """`await value`."""

    value: Expr


@dataclass(frozen=True, slots=True)
class YieldExpr(Located):
    """`yield value`, or `yield from value` when delegating."""

    value: Expr | None
    delegates: bool


@dataclass(frozen=True, slots=True)
class Unsupported(Located):
    """An expression that the front end cannot lower; `assigned` are the names that it may bind where it stands."""

    reason: str
    assigned: frozenset[str] = frozenset()


Expr = (
    LiteralExpr
    | Name
    | Builtin
    | Attribute
    | Index
    | Slice
    | CallExpr
    | TemplateText
    | Unary
    | Binary
    | Comparison
    | Logical
    | Conditional
    | SequenceExpr
    | MapExpr
    | Comprehension
    | FunctionExpr
    | AssignExpr
    | AwaitExpr
    | YieldExpr
    | Unsupported
)


# --- statements --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ParameterDef(Located):
    """A parameter: its kind as in the Python reference, and its default."""

    name: str
    default: Expr | None
    kind: Literal["positional", "either", "keyword", "rest", "keywords"]


@dataclass(frozen=True, slots=True)
class ExpressionStatement(Located):
    """An expression evaluated for its effects."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Assign(Located):
    """`target = ... = value`; a sequence as target unpacks."""

    targets: tuple[Expr | Spread, ...]
    value: Expr


@dataclass(frozen=True, slots=True)
class AugmentedAssign(Located):
    """`target op= value`, in place where the value allows it."""

    target: Expr
    operator: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Delete(Located):
    """`del targets`."""

    targets: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class If(Located):
    """A branch."""

    test: Expr
    then: Block
    otherwise: Block


@dataclass(frozen=True, slots=True)
class While(Located):
    """A loop with a test at its head; `otherwise` runs when the test fails, not after a break."""

    test: Expr
    body: Block
    otherwise: Block


@dataclass(frozen=True, slots=True)
class ForEach(Located):
    """A loop over the items of an iterable."""

    target: Expr | Spread
    iterable: Expr
    body: Block
    otherwise: Block
    asynchronous: bool = False


@dataclass(frozen=True, slots=True)
class Break(Located):
    """Leaves the innermost loop."""


@dataclass(frozen=True, slots=True)
class Continue(Located):
    """Goes on with the next pass of the innermost loop."""


@dataclass(frozen=True, slots=True)
class Pass(Located):
    """Does nothing."""


@dataclass(frozen=True, slots=True)
class Return(Located):
    """Leaves the function."""

    value: Expr | None


@dataclass(frozen=True, slots=True)
class Raise(Located):
    """Raises an exception; without a value, the one being handled."""

    value: Expr | None
    cause: Expr | None


@dataclass(frozen=True, slots=True)
class Assert(Located):
    """`assert test, message`."""

    test: Expr
    message: Expr | None


@dataclass(frozen=True, slots=True)
class Handler(Located):
    """`except matches as name`; without `matches`, all."""

    matches: Expr | None
    name: str | None
    body: Block


@dataclass(frozen=True, slots=True)
class Try(Located):
    """A block with handlers, `else` and `finally`."""

    body: Block
    handlers: tuple[Handler, ...]
    otherwise: Block
    final: Block


@dataclass(frozen=True, slots=True)
class WithItem(Located):
    """A context manager and what it is bound to."""

    value: Expr
    target: Expr | None


@dataclass(frozen=True, slots=True)
class With(Located):
    """A block under context managers."""

    items: tuple[WithItem, ...]
    body: Block
    asynchronous: bool = False


@dataclass(frozen=True, slots=True)
class FunctionDef(Located):
    """A named function; `assigned` are its locals, `outer` the names declared global or nonlocal."""

    name: str
    parameters: tuple[ParameterDef, ...]
    body: Block
    decorators: tuple[Expr, ...]
    asynchronous: bool
    generator: bool
    assigned: frozenset[str]
    outer: frozenset[str]
    docstring: str | None = None


@dataclass(frozen=True, slots=True)
class FieldDef(Located):
    """A name that a class annotates, with the outermost name of the annotation ("" for what is no name)."""

    name: str
    annotation: str


@dataclass(frozen=True, slots=True)
class ClassDef(Located):
    """A class; its `fields` are what its body annotates, in order."""

    name: str
    bases: tuple[Argument, ...]
    body: Block
    decorators: tuple[Expr, ...]
    fields: tuple[FieldDef, ...] = ()


@dataclass(frozen=True, slots=True)
class Import(Located):
    """`import module as alias` (names empty) or `from module import names`; level counts leading dots."""

    module: str
    names: tuple[tuple[str, str | None], ...]
    alias: str | None
    level: int


@dataclass(frozen=True, slots=True)
class UnsupportedStatement(Located):
    """A statement that the front end cannot lower; `assigned` are the names that it may bind."""

    reason: str
    assigned: frozenset[str]


Stmt = (
    ExpressionStatement
    | Assign
    | AugmentedAssign
    | Delete
    | If
    | While
    | ForEach
    | Break
    | Continue
    | Pass
    | Return
    | Raise
    | Assert
    | Try
    | With
    | FunctionDef
    | ClassDef
    | Import
    | UnsupportedStatement
)
Block = tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Script(Located):
    """A source file: its name (relative, POSIX), its text, and its statements."""

    file: str
    language: str
    source: str
    body: Block
