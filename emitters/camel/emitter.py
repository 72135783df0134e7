"""Apache Camel routes: one route an integration, in the YAML DSL, one record at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from emitters._asked import asked_of, boolean_variables
from emitters._descriptions import place_of
from emitters._precedence import precedence
from emitters._steps import Limit, StepEmitter, todo
from emitters.camel.engine import CamelEngine
from emitters.camel.expressions_groovy import Groovy, quoted, result
from emitters.camel.mapping import mapping
from emitters.camel.operations import request_nodes
from emitters.camel.project import artefacts
from emitters.camel.routes import Fragment, Node, assign, chain, node, script
from migrate.contracts import Artefact, Engine
from migrate.model import (
    AnyStep,
    Block,
    Check,
    Constant,
    Expression,
    Fail,
    Filter,
    HttpOperation,
    Integration,
    Loop,
    LoopExit,
    LoopValue,
    Milestone,
    Read,
    Reference,
    Respond,
    Route,
    Split,
    Step,
    Stop,
    Translate,
    Try,
    UnmappedStep,
    WebhookTrigger,
    Write,
    blocks,
    expressions_of,
    walk,
)


class Camel(StepEmitter[Fragment]):
    """Apache Camel 4.14: a route in the YAML DSL, whose expressions are Groovy, run by Camel itself.

    One exchange goes through the route. What each step leaves is a variable of the exchange, named by the step's id:
    an expression never refers to the current message.
    """

    name = "camel"
    engine: Engine = CamelEngine()
    limits: ClassVar[Mapping[type[Step], Limit]] = {Respond: todo("Camel answers no requests yet")}

    def begin(self, integration: Integration) -> None:
        """A route for the integration."""
        self._integration = integration
        self._asked = asked_of(integration.steps)
        self._booleans = boolean_variables(integration.steps)
        trigger = integration.trigger
        known = (trigger.id,) if isinstance(trigger, WebhookTrigger) else ()
        if isinstance(trigger, WebhookTrigger):
            self.lose(trigger.id, "todo", "Camel takes in no requests yet")
        self._precedence = precedence(integration.steps, known)
        self._seen_outside = _items_seen_outside(integration.steps)
        self._code: list[str] = []

    def emit_read(self, step: Read) -> Fragment:
        """Prepare, send, take the answer."""
        return self._operation(step)

    def emit_write(self, step: Write) -> Fragment:
        """As a read."""
        return self._operation(step)

    def emit_translate(self, step: Translate) -> Fragment:
        """A variable whose value is a map with a line for each rule."""
        groovy = self._groovy(step)
        found = mapping(step.rules, groovy)
        for rule_id, text in found.rules.items():
            self.express(rule_id, text)
        for rule_id, reasons in found.lost.items():
            self.lose(rule_id, "todo", "; ".join(dict.fromkeys(reasons)))
        return self._plain(
            assign(step.id, _where(step, "Map"), step.id, self._kept(f"[value: {found.text}]"))
        )

    def emit_check(self, step: Check) -> Fragment:
        """Evaluates; an error ends the run."""
        groovy = self._groovy(step)
        code = "\n".join(f"typeName({groovy.value(each)})" for each in step.expressions)
        return self._stated(
            step, groovy, self._plain(script(step.id, _where(step, "Check"), self._kept(code)))
        )

    def emit_filter(self, step: Filter) -> Fragment:
        """What follows in the block stands inside the filter; within a branch it tells that the rest is skipped."""
        loop = self._loop(step)
        if isinstance(step.condition, Constant) and step.condition.value is False:
            skip = script(
                step.id,
                _where(step, f"Go on with the next of {loop.id}"),
                self._kept(f"skip({result(loop.id)})"),
            )
            return Fragment([skip], [], leaves=True, always=True)
        groovy = self._groovy(step)
        condition = self._kept(groovy.condition(step.condition))
        rest: list[Node] = []
        if self.within[-1] is loop:
            nodes = [node("filter", step.id, _where(step, "Filter"), groovy=condition, steps=rest)]
            return self._stated(step, groovy, Fragment(nodes, rest))
        skip = script(f"{step.id}-skip", f"The next of {loop.id}", self._kept(f"skip({result(loop.id)})"))
        when = [{"groovy": condition, "steps": rest}]
        choice = node("choice", step.id, _where(step, "Filter"), when=when, otherwise={"steps": [skip]})
        return self._stated(step, groovy, Fragment([choice], rest, leaves=True))

    def emit_split(self, step: Split, steps: list[Fragment]) -> Fragment:
        """One record at a time, in order, as the script does."""
        if step.concurrency != 1:
            limit = todo("several records at the same time are not emitted for Camel yet")
            self._lose_all(step, limit)
            return self.refuse(step, limit)
        groovy = self._groovy(step)
        initial = groovy.values({variable.name: variable.initial for variable in step.variables})
        over = groovy.value(step.over)
        if step.id in self._seen_outside:
            begun = f"each({over}, {{ {initial} }}, variables[{quoted(step.id)}])"
        else:
            begun = f"each({over}) {{ {initial} }}" if step.variables else f"each({over})"
        self._kept(begun)
        return self._looped(step, groovy, begun, f"advance({result(step.id)})", steps)

    def emit_loop(self, step: Loop, steps: list[Fragment]) -> Fragment:
        """A condition is tested before each pass."""
        groovy = self._groovy(step)
        initial = groovy.values({variable.name: variable.initial for variable in step.variables})
        begun = self._kept(f"begun({initial if step.variables else ''})")
        goes_on = f"advance({result(step.id)})"
        if step.condition is not None:
            test = self._groovy(step, self._precedence.before[step.id] | {step.id})
            goes_on += f" && {test.condition(step.condition)}"
            groovy.reasons += test.reasons
        return self._looped(step, groovy, begun, goes_on, steps)

    def emit_loop_exit(self, step: LoopExit) -> Fragment:
        """Leaves the innermost loop, with the values that its variables have after it."""
        loop, groovy = self._loop(step), self._groovy(step)
        values = groovy.values({update.name: update.value for update in step.updates})
        code = f"leave({result(loop.id)}{f', {values}' if step.updates else ''})"
        left = script(step.id, _where(step, f"Leave {loop.id}"), self._kept(code))
        fragment = Fragment([left], [], leaves=True, always=True)
        return self._stated(step, groovy, fragment)

    def emit_route(self, step: Route, *ways: list[Fragment]) -> Fragment:
        """A choice. Where only its last way goes on in the pass, what follows the step stands in that way."""
        groovy = self._groovy(step)
        made = [chain(way) for way in ways]
        when = [
            {"groovy": self._kept(groovy.condition(branch.when)), "steps": way.nodes}
            for branch, way in zip(step.branches, made, strict=False)
        ]
        options: dict[str, object] = {"when": when}
        leaves = any(way.leaves for way in made)
        *others, last = made
        rest: list[Node] | None = None
        if leaves and not last.leaves and all(way.always for way in others):
            rest = last.nodes if last.rest is None else last.rest
        if last.nodes or rest is not None:
            options["otherwise"] = {"steps": last.nodes}
        always = all(way.always for way in made)
        choice = node("choice", step.id, _where(step, "Route"), **options)
        fragment = Fragment([choice], rest, leaves, always)
        if leaves and rest is None:
            self._guard(step, fragment)
        return self._stated(step, groovy, fragment)

    def emit_try(self, step: Try, steps: list[Fragment], *handlers: list[Fragment]) -> Fragment:
        """A doTry whose one doCatch chooses the handler by the error's kind, and throws again what none takes."""
        body, made = chain(steps), [chain(each) for each in handlers]
        code = self._kept("attempt()")
        begun = assign(f"{step.id}-begin", "", step.id, code)
        rows = ",\n".join(f"  [{', '.join(map(quoted, each.errors))}]" for each in step.handlers)
        taken = self._kept(f"caught(exchange, {result(step.id)}, [\n{rows},\n])")
        caught = assign(f"{step.id}-caught", _where(step, "Which handler takes the error"), step.id, taken)
        when = [
            {"groovy": f"{result(step.id)}.handler == {number}", "steps": way.nodes}
            for number, way in enumerate(made, 1)
            if way.nodes
        ]
        catching = [caught, *([node("choice", f"{step.id}-handle", "", when=when)] if when else [])]
        clause = [{"exception": ["java.lang.Throwable"], "steps": catching}]
        body_nodes = body.nodes or [script(f"{step.id}-nothing", "", "true")]
        attempt = node("doTry", step.id, _where(step, "Try"), steps=body_nodes, doCatch=clause)
        fragment = Fragment([begun, attempt], leaves=body.leaves or any(way.leaves for way in made))
        if fragment.leaves:
            self._guard(step, fragment)
        return fragment

    def emit_milestone(self, step: Milestone) -> Fragment:
        """The number becomes part of the result of the try."""
        code = self._kept(f"{result(step.attempt)}.reached = {step.number}")
        return self._plain(script(step.id, _where(step, f"Milestone {step.number} of {step.attempt}"), code))

    def emit_fail(self, step: Fail) -> Fragment:
        """An error of its kind, or that of a try once more."""
        if step.again is not None:
            code = self._kept(f"throw {result(step.again)}.raised")
            return self._ending(script(step.id, _where(step, f"Raise again the error of {step.again}"), code))
        code = self._kept(f"fail({quoted(step.error)}, {quoted(' '.join(step.reason.split()))})")
        return self._ending(script(step.id, _where(step, f"Raise {step.error}"), code))

    def emit_stop(self, step: Stop) -> Fragment:
        """The exchange goes no further."""
        if step.failed:
            code = self._kept(f"ended({quoted(step.reason)})")
            return self._ending(script(step.id, _where(step, "Fail"), code))
        return self._ending(node("stop", step.id, _where(step, "End of the run")))

    def emit_unmapped(self, step: UnmappedStep) -> Fragment:
        """Ends the run with the reason, and is a loss."""
        reason = f"{step.reason}{place_of(step.span)}"
        self.lose(step.id, "todo", f"{step.code}: {reason}")
        code = self._kept(f"unmapped({quoted(step.code)}, {quoted(reason)})")
        return self._ending(script(step.id, _where(step, "Unmapped"), code))

    def refuse(self, step: AnyStep, limit: Limit) -> Fragment:
        """As an unmapped step."""
        code = self._kept(f"refused({quoted(f'{limit.reason}{place_of(step.span)}')})")
        return self._plain(script(f"{step.id}-refused", _where(step, "Not emitted"), code))

    def finish(self, fragments: list[Fragment], realised: frozenset[str]) -> tuple[Artefact, ...]:
        """The project: routes, properties, library, README."""
        if isinstance(self._integration.trigger, WebhookTrigger):
            limit = todo("Camel takes in no requests yet")
            for step in self._integration.steps:
                self._lose_all(step, limit)
            fragments = [self._plain(script("refused", "", self._kept(f"refused({quoted(limit.reason)})")))]
            realised = frozenset()
        return artefacts(self._integration, chain(fragments).nodes, self._code, self.losses, realised)

    def _operation(self, step: Read | Write) -> Fragment:
        groovy = self._groovy(step)
        match step.operation:
            case HttpOperation() as operation:
                nodes = request_nodes(step, operation, groovy)
            case operation:
                groovy.lost(f"operations of the kind {operation.kind} are not emitted for Camel yet")
                nodes = []
        if groovy.reasons:
            limit = todo("; ".join(dict.fromkeys(groovy.reasons)))
            self.lose(step.id, limit.level, limit.reason)
        if not nodes:
            return self.refuse(step, todo(groovy.reasons[0]))
        for one in nodes:
            for options in one.values():
                self._kept(options.get("groovy", ""))
        return Fragment(nodes)

    def _looped(
        self, step: Loop | Split, groovy: Groovy, begun: str, goes_on: str, steps: list[Fragment]
    ) -> Fragment:
        """A loop with its state in a variable; the values for the next pass are set at the end of each."""
        body = chain(steps)
        passes = list(body.nodes)
        if _changed(step):
            after = self._groovy(step, self._precedence.at_end[step.id])
            after.around |= {step.id}
            values = after.values(_changed(step))
            groovy.reasons += after.reasons
            end = script(f"{step.id}-next", "", self._kept(f"next({result(step.id)}, {values})"))
            guard = {"groovy": f"!{result(step.id)}.left", "steps": [end]}
            passes.append(node("filter", f"{step.id}-end", "", **guard) if _is_left(step.steps) else end)
        nodes = [
            assign(f"{step.id}-begin", _where(step, "Begin"), step.id, begun),
            node(
                "loop",
                step.id,
                _where(step, "Repeat"),
                doWhile=True,
                groovy=self._kept(goes_on),
                steps=passes,
            ),
        ]
        return self._stated(step, groovy, Fragment(nodes))

    def _guard(self, step: AnyStep, fragment: Fragment) -> None:
        """What follows the step in its block runs only if no step inside it has left the pass."""
        rest: list[Node] = []
        loop = self._loop(step)
        where, test = f"Unless {loop.id} goes on or is left", f"{result(loop.id)}.going"
        going = node("filter", f"{step.id}-going", where, groovy=test, steps=rest)
        fragment.nodes.append(going)
        fragment.rest = rest

    def _groovy(self, step: AnyStep, ran: frozenset[str] | None = None) -> Groovy:
        around = frozenset(each.id for each in self.within if isinstance(each, Loop | Split))
        known = self._precedence.before[step.id] if ran is None else ran
        return Groovy(self._integration, step.span, known, around, self._booleans)

    def _loop(self, step: AnyStep) -> Loop | Split:
        for each in reversed(self.within):
            if isinstance(each, Loop | Split):
                return each
        raise ValueError(f"{step.id} stands outside of all loops")

    def _stated(self, step: AnyStep, groovy: Groovy, fragment: Fragment) -> Fragment:
        """States the step as lost where one of its expressions could not be said."""
        if groovy.reasons:
            self.lose(step.id, "todo", "; ".join(dict.fromkeys(groovy.reasons)))
        return fragment

    def _plain(self, one: Node) -> Fragment:
        return Fragment([one])

    def _ending(self, one: Node) -> Fragment:
        return Fragment([one], always=True)

    def _kept(self, code: str) -> str:
        """Remembers code of the route: the project carries what it calls."""
        self._code.append(code)
        return code


def _where(step: AnyStep, what: str) -> str:
    return f"{what}{place_of(step.span)}"


def _changed(step: Loop | Split) -> dict[str, Expression]:
    """The next values of a loop's variables, without those that stay as they are."""
    return {
        one.name: one.next
        for one in step.variables
        if not (isinstance(one.next, LoopValue) and (one.next.loop, one.next.name) == (step.id, one.name))
    }


def _is_left(block: Block) -> bool:
    """Whether a loop exit in the block leaves the loop around it."""
    return any(
        isinstance(step, LoopExit)
        or (not isinstance(step, Loop | Split) and any(_is_left(inner) for inner in blocks(step)))
        for step in block
    )


def _items_seen_outside(steps: Block) -> frozenset[str]:
    """The splits whose item is asked for outside of them."""
    found: set[str] = set()

    def look(block: Block, around: frozenset[str]) -> None:
        for step in block:
            for expression in expressions_of(step):
                for part in walk(expression):
                    if isinstance(part, Reference) and part.part == "item" and part.step not in around:
                        found.add(part.step)
            inside = around | {step.id} if isinstance(step, Split) else around
            for inner in blocks(step):
                look(inner, inside)

    look(steps, frozenset())
    return frozenset(found)


EMITTER = Camel()
