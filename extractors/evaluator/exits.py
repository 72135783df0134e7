"""The end of a run by `sys.exit` and its kin: with success for no status or zero, else as a failure."""

from __future__ import annotations

from extractors.evaluator import operators
from extractors.evaluator.context import Context
from extractors.evaluator.control import PathEnds
from extractors.evaluator.state import both, either
from extractors.evaluator.values import EitherValue, Known, Symbolic, Unknown, Value
from migrate.model import Constant, SourceSpan


def exit_run(context: Context, status: Value, span: SourceSpan) -> PathEnds:
    """The run ends here with a status; to be raised by the caller."""
    if isinstance(status, Known):
        succeeds = status.value is None or (isinstance(status.value, int) and status.value == 0)
        return context.halt(
            not succeeds, "the script exits" if succeeds else "the script exits with an error", span
        )
    if isinstance(status, Unknown):
        context.gap(status.code, f"the exit status cannot be determined: {status.reason}", span)
        return PathEnds()
    if isinstance(status, EitherValue):
        then, otherwise = status.then, status.otherwise

        def exit_with(value: Value) -> None:
            raise exit_run(context, value, span)

        context.branch(status.test, lambda: exit_with(then), lambda: exit_with(otherwise), span)
        return PathEnds()
    if not isinstance(status, Symbolic):
        return context.halt(True, "the script exits with an error", span)
    expression = status.expression
    number = either(
        operators.call("identical_type", expression, Constant(value="integer")),
        operators.call("identical_type", expression, Constant(value="boolean")),
    )
    zero = both(number, operators.call("python.equals", expression, Constant(value=0)))
    test = either(operators.call("is_null", expression), zero)

    def ends(failed: bool) -> None:
        raise context.halt(failed, "the script exits with an error" if failed else "the script exits", span)

    context.branch(test, lambda: ends(False), lambda: ends(True), span)
    return PathEnds()
