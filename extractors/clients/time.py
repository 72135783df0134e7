"""Python's `time`, but for `sleep`.

Reads: `time.time`, `time_ns`, `monotonic`, `perf_counter`, `strftime` of now, `gmtime()` and `localtime()` within it.
Becomes: a look at the clock, as a step of its own, and functions of its results; the same clock for all of them, as the
    moment at which `monotonic` begins to count is not defined.
Cannot see: parts of a time as a tuple, `mktime`, `process_time`.
Example:
    import time
    import requests
    started = int(time.time() * 1000)
    orders = requests.get("https://shop.example/orders").json()
    requests.post("https://log.example/runs", json={"started": started, "orders": len(orders)})
"""

from __future__ import annotations

from extractors.clients.datetime import looked_at_clock
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.time_methods import LOCAL, layout_problem
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Symbolic, Value
from migrate.model import Call, Expression, SourceSpan
from migrate.model.functions.times import DIRECTIVES

KNOWLEDGE = Knowledge()
_TUPLE = "time.struct_time"
_MOMENT = "(moment)"
_WITHOUT_ZONE = "".join(letter for letter in DIRECTIVES if letter not in "zZf")


def _reading(part: str, *names: str) -> None:
    @KNOWLEDGE.function(*names)
    def read(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        if arguments != Arguments((), {}):
            return misfit(context, names[0], arguments, span)
        return context.symbolic(looked_at_clock(context, part, span), span)


_reading("seconds", "time.time", "time.monotonic", "time.perf_counter")
_reading("nanoseconds", "time.time_ns", "time.monotonic_ns", "time.perf_counter_ns")


def _now(part: str, name: str) -> None:
    @KNOWLEDGE.function(name)
    def now(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        if arguments != Arguments((), {}):
            return misfit(context, name, arguments, span)
        if part == "local":
            context.findings.report("HS206", LOCAL, span)
        moment = Symbolic(looked_at_clock(context, part, span))
        return context.state.allocate(Instance(External(_TUPLE), {_MOMENT: moment}))


_now("utc", "time.gmtime")
_now("local", "time.localtime")


@KNOWLEDGE.function("time.strftime")
def _strftime(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    layout, *others = arguments.positional or (NONE,)
    if arguments.keywords or not (isinstance(layout, Known) and isinstance(layout.value, str)):
        return misfit(context, "time.strftime", arguments, span)
    if problem := layout_problem(layout, _WITHOUT_ZONE):
        return context.gap("HS101", problem, span)
    moment = _moment(context, others, span)
    if moment is None:
        return misfit(context, "time.strftime", arguments, span)
    written = (moment, context.snapshot(layout, span))
    return context.symbolic(Call(function="python.format_time", arguments=written), span)


def _moment(context: Evaluator, others: list[Value], span: SourceSpan) -> Expression | None:
    """The moment that is written: now, unless a tuple of the clock is given."""
    match others:
        case []:
            context.findings.report("HS206", LOCAL, span)
            return looked_at_clock(context, "local", span)
        case [Pointer() as pointer]:
            found = context.state.peek(pointer)
            held = found.attributes.get(_MOMENT) if isinstance(found, Instance) else None
            return held.expression if isinstance(held, Symbolic) else None
        case _:
            return None
