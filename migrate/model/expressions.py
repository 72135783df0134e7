"""Expressions: pure, over variables, secrets, named step results and loop variables.

An expression never refers to "the current message": it names the step whose result it uses. A reference to a step
inside a loop means the value of its latest execution. Values and their odd cases are defined in `values`, functions
in `functions`. Evaluation is strict and from left to right, except `Choice` (one side) and `Entry.when` (entry left
out, its value not evaluated).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from migrate.model.base import Excerpt, Node

Scalar = Annotated[StrictBool | StrictInt | StrictFloat | StrictStr | None, Field(union_mode="left_to_right")]


class Constant(Node):
    """A JSON scalar; integers are unbounded."""

    kind: Literal["constant"] = "constant"
    value: Scalar

    def __eq__(self, other: object) -> bool:
        """Equal only where type and value agree: 1, 1.0 and true are three constants, as are 0.0 and -0.0."""
        if self is other:
            return True
        return isinstance(other, Constant) and (type(self.value), repr(self.value), self.span) == (
            type(other.value),
            repr(other.value),
            other.span,
        )

    def hash_of_fields(self) -> int:
        return hash((type(self.value), repr(self.value)))

    __hash__ = Node.__hash__


class VariableReference(Node):
    """A configuration value (environment, argument) that is no secret; its text is known when the flow runs."""

    kind: Literal["variable"] = "variable"
    name: str


class SecretReference(Node):
    """The value of a secret; only its name ever stands in a model."""

    kind: Literal["secret"] = "secret"
    name: str


class Reference(Node):
    """A part of a step's named result.

    Those of a read or write are its operation's (`operations`); `value` of a translate; `item` of a split; `failed`,
    `handler`, `error`, `reached`, `message` and `representation` of a try. A trigger has an id and results as a step
    has (`triggers`).
    """

    kind: Literal["reference"] = "reference"
    step: str
    part: Literal[
        "status",
        "headers",
        "body",
        "text",
        "exists",
        "rows",
        "columns",
        "row_count",
        "last_row_id",
        "result",
        "value",
        "item",
        "failed",
        "handler",
        "error",
        "reached",
        "message",
        "representation",
        "method",
        "path",
        "bytes",
        "utc",
        "local",
        "seconds",
        "nanoseconds",
    ]


class LoopValue(Node):
    """The value of a loop variable: within the loop that of this iteration, after it the last one."""

    kind: Literal["loop-value"] = "loop-value"
    loop: str
    name: str


class Call(Node):
    """A kernel function applied to arguments."""

    kind: Literal["call"] = "call"
    function: str
    arguments: tuple[Expression, ...]


class Choice(Node):
    """`then` where `test` is the boolean true, else `otherwise`; only one of the two is evaluated."""

    kind: Literal["choice"] = "choice"
    test: Expression
    then: Expression
    otherwise: Expression


class Entry(Node):
    """A key of a record; with `when`, the key is there only where that is true."""

    key: str
    value: Expression
    when: Expression | None = None


class RecordExpression(Node):
    """An ordered map built from entries; a later entry of the same key replaces an earlier one."""

    kind: Literal["record"] = "record"
    entries: tuple[Entry, ...]


class SequenceExpression(Node):
    """A list of the values of its items."""

    kind: Literal["list"] = "list"
    items: tuple[Expression, ...]


class LookupCase(Node):
    """One row of a lookup table."""

    key: Constant
    value: Expression


class Lookup(Node):
    """A table keyed by constants. Without `otherwise` a key that is not there is an error, as is a list or map as key.

    Keys are equal as in Python: 1, 1.0 and true are one key.
    """

    kind: Literal["lookup"] = "lookup"
    table: str = ""
    cases: tuple[LookupCase, ...]
    key: Expression
    otherwise: Expression | None = None


class Unmapped(Node):
    """A value that could not be read from the source; evaluating it ends the run with the reason.

    `made_of` is what the source makes it of, as far as that is known; it is not evaluated.
    """

    kind: Literal["unmapped"] = "unmapped"
    code: str
    reason: str
    excerpt: Excerpt | None = None
    made_of: tuple[Expression, ...] = ()


Expression = Annotated[
    Constant
    | VariableReference
    | SecretReference
    | Reference
    | LoopValue
    | Call
    | Choice
    | RecordExpression
    | SequenceExpression
    | Lookup
    | Unmapped,
    Field(discriminator="kind"),
]

for _class in (Call, Choice, Entry, RecordExpression, SequenceExpression, LookupCase, Lookup, Unmapped):
    _class.model_rebuild()


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct subexpressions, in evaluation order."""
    find = _CHILDREN.get(type(expression))
    return () if find is None else find(expression)


def _values_of_record(record: RecordExpression) -> tuple[Expression, ...]:
    return tuple(
        e
        for entry in record.entries
        for e in ((entry.when, entry.value) if entry.when is not None else (entry.value,))
    )


def _values_of_lookup(lookup: Lookup) -> tuple[Expression, ...]:
    values = tuple(case.value for case in lookup.cases)
    return (lookup.key, *values, *((lookup.otherwise,) if lookup.otherwise is not None else ()))


_CHILDREN: dict[type[Node], Callable[[Any], tuple[Expression, ...]]] = {
    Call: lambda call: call.arguments,
    Choice: lambda choice: (choice.test, choice.then, choice.otherwise),
    RecordExpression: _values_of_record,
    SequenceExpression: lambda sequence: sequence.items,
    Lookup: _values_of_lookup,
    Unmapped: lambda unmapped: unmapped.made_of,
}
"""How the subexpressions of each class are found; the others have none."""


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all below it, parents first."""
    pending = [expression]
    while pending:
        part = pending.pop()
        yield part
        if inner := children(part):
            pending.extend(reversed(inner))


def size_of(expression: Expression) -> int:
    """How many parts the expression has, itself among them; computed once."""
    try:
        return expression._size
    except AttributeError:
        size = 1 + sum(map(size_of, children(expression)))
        object.__setattr__(expression, "_size", size)
        return size


def leaves(expression: Expression) -> tuple[Expression, ...]:
    """The parts that are made of no others, and those that are unmapped, each once; computed once."""
    try:
        return expression._leaves
    except AttributeError:
        inner = children(expression)
        own = () if inner and not isinstance(expression, Unmapped) else (expression,)
        found: tuple[Expression, ...] = tuple(
            dict.fromkeys((*own, *(leaf for one in inner for leaf in leaves(one))))
        )
        object.__setattr__(expression, "_leaves", found)
        return found


def rewrite(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The expression with `change` applied to every part of it, the innermost first."""
    match expression:
        case Call(arguments=arguments):
            expression = expression.model_copy(
                update={"arguments": tuple(rewrite(a, change) for a in arguments)}
            )
        case Choice(test=test, then=then, otherwise=otherwise):
            parts = {"test": test, "then": then, "otherwise": otherwise}
            expression = expression.model_copy(update={k: rewrite(v, change) for k, v in parts.items()})
        case RecordExpression(entries=entries):
            made = []
            for entry in entries:
                when = None if entry.when is None else rewrite(entry.when, change)
                made.append(entry.model_copy(update={"value": rewrite(entry.value, change), "when": when}))
            expression = expression.model_copy(update={"entries": tuple(made)})
        case SequenceExpression(items=items):
            expression = expression.model_copy(
                update={"items": tuple(rewrite(item, change) for item in items)}
            )
        case Lookup(cases=cases, key=key, otherwise=otherwise):
            rows = tuple(case.model_copy(update={"value": rewrite(case.value, change)}) for case in cases)
            rest = None if otherwise is None else rewrite(otherwise, change)
            expression = expression.model_copy(
                update={"cases": rows, "key": rewrite(key, change), "otherwise": rest}
            )
        case Unmapped(made_of=made_of):
            expression = expression.model_copy(
                update={"made_of": tuple(rewrite(one, change) for one in made_of)}
            )
    return change(expression)


def always_evaluated(expression: Expression) -> Iterator[Expression]:
    """The subexpressions that are evaluated whenever the expression is, in that order: not the sides of a choice."""
    match expression:
        case Choice(test=test):
            yield from always_evaluated(test)
        case RecordExpression(entries=entries):
            for entry in entries:
                yield from always_evaluated(entry.value if entry.when is None else entry.when)
        case Lookup(key=key):
            yield from always_evaluated(key)
        case Unmapped():
            pass
        case _:
            for child in children(expression):
                yield from always_evaluated(child)
    yield expression
