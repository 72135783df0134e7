"""What catches the errors of a try: a catch node for its nodes, and the node that chooses the handler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emitters._descriptions import place_of
from emitters.node_red.expressions_javascript import quoted
from emitters.node_red.flow_library import TAKEN
from emitters.node_red.graph import Canvas, Place, Port
from migrate.model import Block, Handler, Stop, Try, UnmappedStep, blocks

FEW = 3
"""How many kinds of errors a name lists before it counts the others."""


def guarded(block: Block) -> Iterator[str]:
    """The ids of the steps whose errors the try around the block handles: none of those within a try inside it.

    What ends the run passes all handlers, so it is not among them.
    """
    for step in block:
        if isinstance(step, Stop | UnmappedStep):
            continue
        yield step.id
        for inner in [handler.steps for handler in step.handlers] if isinstance(step, Try) else blocks(step):
            yield from guarded(inner)


_BEGUN = {"failed": "false", "reached": "0"}


def begun_try(asked: Iterable[str]) -> str:
    """The result of a try before an error, with the parts that are asked for."""
    parts = (f"{part}: {_BEGUN.get(part, 'null')}" for part in asked)
    return f"{{ {', '.join(parts)} }}"


def emit_catch(canvas: Canvas, step: Try, place: Place, *, asked: bool) -> tuple[Port, ...]:
    """Two nodes in a row; returns one port for each handler, and one for errors that no handler names.

    What was caught stays in `msg.results` where it is `asked` for later.
    """
    info = str(step.span or "")
    properties = {"scope": canvas.nodes_of(frozenset(guarded(step.steps))), "uncaught": False}
    title = " ".join(f"Catch {_kinds(_handled(step))} in {step.id}".split())
    catch = canvas.add((step.id, "catch"), "catch", title, info, properties, place)
    name = " ".join(f"Handle errors of {step.id}".split())
    code = (
        f"// {name}{place_of(step.span)}\n"
        f"{TAKEN}const handlers = [\n{''.join(map(_row, step.handlers))}];\n"
        f"return py.handle(msg, env, {quoted(step.id) if asked else 'null'}, handlers);"
    )
    labels = (*(_kinds(handler.errors) for handler in step.handlers), "not handled")
    node = canvas.function((step.id, "handle"), name, info, code, place.column(1), labels=labels)
    canvas.wire([Port(catch)], node)
    return tuple(Port(node, output) for output in range(len(labels)))


def _handled(step: Try) -> tuple[str, ...]:
    """The kinds that the handlers of a try name, each once; none where one takes every error."""
    if any(not handler.errors for handler in step.handlers):
        return ()
    return tuple(dict.fromkeys(kind for handler in step.handlers for kind in handler.errors))


def _kinds(errors: tuple[str, ...]) -> str:
    """Kinds as a person reads them."""
    if not errors:
        return "any error"
    more = f" and {len(errors) - FEW} more" if len(errors) > FEW else ""
    return " ".join((", ".join(errors[:FEW]) + more).split())


def _row(handler: Handler) -> str:
    """A handler's line of code: the kinds that it names, and where it stands in the source."""
    words = ([] if handler.errors else ["any error"]) + str(handler.span or "").split()
    comment = f" // {' '.join(words)}" if words else ""
    return f"  [{', '.join(map(quoted, handler.errors))}],{comment}\n"
