"""How a kernel function is declared: its meaning, what it takes, what it gives and where it cannot fail."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from migrate.model.operands import Operand, Pattern, ResultType, fits
from migrate.model.values import EvaluationError, Value, type_name

MANY = 1_000_000
"""The number of arguments that a function of any number takes at most."""

_FAILURES = (
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ValueError,
    ZeroDivisionError,
    OverflowError,
    MemoryError,
    RecursionError,
)


Safety = Sequence[tuple[Pattern, ...]] | Callable[[Sequence[Operand]], bool]
"""On which operands a function cannot fail: rows of patterns, or a test of all operands."""


@dataclass(frozen=True)
class Function:
    """A kernel function.

    `signature` names the arguments, those that may be left out in brackets; there are `minimum` to `maximum` of them.
    A `total` function never fails; a partial one does not fail on operands that `total_on` holds for: that fit one of
    its rows, one pattern an argument. Where the function takes any number, a row's last pattern stands for all
    further ones.

    The errors of a `represented` function say what those of the original say.
    """

    name: str
    meaning: str
    signature: str
    minimum: int
    maximum: int
    result: ResultType
    total: bool
    total_on: Safety
    implementation: Callable[..., Any]
    represented: bool = False

    def __call__(self, *arguments: Value) -> Value:
        """The function's value; raises `EvaluationError` where the original would raise."""
        try:
            result: Value = self.implementation(*arguments)
        except _FAILURES as failure:
            types = ", ".join(type_name(argument) for argument in arguments)
            original = failure if self.represented else None
            raise EvaluationError(type(failure).__name__, f"{self.name}({types})", original) from None
        return result

    def result_type(self, operands: Sequence[Operand]) -> str | None:
        """The type of the value, or None where it depends on the data."""
        return self.result(operands) if callable(self.result) else self.result

    def cannot_fail(self, operands: Sequence[Operand]) -> bool:
        """True if the function has a value for all arguments that the operands stand for."""
        if self.total:
            return True
        if callable(self.total_on):
            return self.total_on(operands)
        return any(self._fit(operands, row) for row in self.total_on)

    def _fit(self, operands: Sequence[Operand], row: tuple[Pattern, ...]) -> bool:
        if self.maximum == MANY and len(operands) > len(row):
            row += row[-1:] * (len(operands) - len(row))
        return len(operands) == len(row) and all(map(fits, operands, row))


FUNCTIONS: dict[str, Function] = {}

_Implementation = TypeVar("_Implementation", bound=Callable[..., Any])


def kernel(
    name: str,
    *,
    result: ResultType,
    total: bool = False,
    total_on: Safety = (),
    represented: bool = False,
) -> Callable[[_Implementation], _Implementation]:
    """Adds an implementation to the kernel; its docstring is the function's meaning."""

    def register(implementation: _Implementation) -> _Implementation:
        parameters = tuple(inspect.signature(implementation).parameters.values())
        variable = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        FUNCTIONS[name] = Function(
            name=name,
            meaning=inspect.getdoc(implementation) or "",
            signature=_signature(parameters),
            minimum=sum(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters),
            maximum=MANY if variable else len(parameters),
            result=result,
            total=total,
            total_on=total_on if callable(total_on) else tuple(total_on),
            implementation=implementation,
            represented=represented,
        )
        return implementation

    return register


def _signature(parameters: Sequence[inspect.Parameter]) -> str:
    written = ""
    for parameter in parameters:
        comma = ", " if written else ""
        if parameter.kind is parameter.VAR_POSITIONAL:
            written += f"{comma}{parameter.name}…"
        else:
            part = f"{comma}{parameter.name}"
            written += part if parameter.default is parameter.empty else f"[{part}]"
    return written
