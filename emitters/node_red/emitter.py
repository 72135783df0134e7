"""Node-RED flows: one tab an integration; one record at a time, or as many as the script has under way together."""

from __future__ import annotations

import json
from typing import assert_never

from emitters._asked import asked_of, boolean_variables
from emitters._descriptions import place_of
from emitters._precedence import precedence
from emitters._steps import Limit, StepEmitter
from emitters.node_red.codecs import CODECS
from emitters.node_red.ends import emit_closed, emit_failure, emit_start
from emitters.node_red.engine import NodeRedEngine
from emitters.node_red.expressions_javascript import JavaScript, enclosed_test, key, path, quoted
from emitters.node_red.expressions_jsonata import change
from emitters.node_red.files import (
    FILES,
    PROCESS,
    Library,
    file_call,
    has_databases,
    leaves_databases_open,
    sql_call,
    stored,
)
from emitters.node_red.flow_library import TAKEN
from emitters.node_red.graph import Canvas, Fragment, Place, Port
from emitters.node_red.layout import arrange
from emitters.node_red.mails import NODEMAILER, mail_call
from emitters.node_red.mapping import literal_lines
from emitters.node_red.operations import emit_request
from emitters.node_red.readme import readme
from emitters.node_red.tries import begun_try, emit_catch
from emitters.node_red.webhooks import (
    METHODS,
    RAW_BODY,
    emit_response,
    emit_serve,
    emit_unanswered,
    raw_body,
    reply_code,
)
from migrate.contracts import Artefact, Engine
from migrate.model import (
    AnyStep,
    Block,
    Check,
    ClockOperation,
    Constant,
    Expression,
    Fail,
    FileOperation,
    Filter,
    HttpOperation,
    Integration,
    Loop,
    LoopExit,
    MailOperation,
    Milestone,
    Read,
    Respond,
    Route,
    SdkOperation,
    Split,
    SqlOperation,
    Stop,
    Translate,
    Try,
    UnmappedStep,
    UuidOperation,
    WebhookTrigger,
    Write,
    expressions_of,
    values_of,
)
from migrate.model.clients import CLIENTS
from migrate.model.notation import described


class NodeRed(StepEmitter[Fragment]):
    """Node-RED 4.1: function, change and http request nodes, run by Node-RED itself.

    One message goes through the flow. It carries `results` (of steps, by id) and `loops` (the state of each
    loop); so nothing is cloned or sent twice, and a loop is a wire back to the node that takes the next item.
    """

    name = "node-red"
    engine: Engine = NodeRedEngine()

    def begin(self, integration: Integration) -> None:
        """One canvas for the integration."""
        files = ", ".join(f"{one.file} (SHA-256 {one.sha256})" for one in integration.sources)
        self._integration = integration
        self._canvas = Canvas(integration.id, integration.name, f"Migrated from {files}." if files else "")
        self._layout = arrange(integration.whole)
        self._asked = asked_of(integration.steps)
        self._booleans = boolean_variables(integration.whole)
        trigger = integration.trigger
        self._webhook = trigger if isinstance(trigger, WebhookTrigger) else None
        if self._webhook is not None and (lost := sorted(set(self._webhook.methods) - {*METHODS})):
            self.lose(self._webhook.id, "engine", f"the node http in takes no {' or '.join(lost)}")
        self._precedence = precedence(integration.whole, () if self._webhook is None else (self._webhook.id,))
        self._first, self._starting = Fragment(None), False

    def start(self, steps: Block) -> None:
        """Nodes that run once when the flow is deployed; requests are taken in behind them."""
        self._starting = True
        self._first = self._canvas.chain(self._walk(steps))
        self._starting = False

    def emit_read(self, step: Read) -> Fragment:
        """Prepare, send, look at the answer."""
        return self._operation(step)

    def emit_write(self, step: Write) -> Fragment:
        """As a read."""
        return self._operation(step)

    def emit_translate(self, step: Translate) -> Fragment:
        """One node with a line for each rule: a change node where JSONata is exact, else a function node."""
        simple = change(step.rules, frozenset(each.id for each in self.within))
        if simple is not None:
            return self._change(step, *simple)
        javascript = self._javascript(step)
        alias = javascript.alias_item(expressions_of(step))
        value, texts, lost = literal_lines(step.rules, javascript)
        self._express(texts)
        for rule_id, reasons in lost.items():
            self.lose(rule_id, "todo", "; ".join(dict.fromkeys(reasons)))
        head = f"{alias}{javascript.declarations()}{path('msg.results', step.id)}"
        code = f"{head} = {{ value: {value} }};\nreturn msg;"
        return self._function(step, "map", f"Map {step.id}", code)

    def emit_check(self, step: Check) -> Fragment:
        """Evaluates; an error ends the run."""
        javascript = self._javascript(step)
        alias = javascript.alias_item(step.expressions)
        lines = "".join(f"py.type_name({javascript.value(each)});\n" for each in step.expressions)
        code = f"{alias}{javascript.declarations()}{lines}return msg;"
        return self._stated(step, javascript, self._function(step, "check", f"Check {step.id}", code))

    def emit_filter(self, step: Filter) -> Fragment:
        """The second output leads back to the next item; a condition that never holds needs no other."""
        if isinstance(step.condition, Constant) and step.condition.value is False:
            fragment = self._function(
                step, "filter", f"Go on with the next of {self._loop(step).id}", "return msg;"
            )
            return Fragment(fragment.entry, skips=fragment.exits)
        javascript = self._javascript(step)
        alias = javascript.alias_item((step.condition,))
        condition = javascript.condition(step.condition)
        code = f"{alias}{javascript.declarations()}return {condition} ? [msg, null] : [null, msg];"
        fragment = self._function(step, "filter", f"Filter {step.id}", code, labels=("keep", "skip"))
        keep, skip = fragment.exits
        return self._stated(step, javascript, Fragment(fragment.entry, (keep,), (skip,)))

    def emit_split(self, step: Split, steps: list[Fragment]) -> Fragment:
        """One record at a time, in order, as the script does: a node takes the next while there is one."""
        if step.concurrency != 1:
            return self._together(step, steps)
        javascript = self._javascript(step)
        alias = javascript.alias_item((step.over, *(variable.initial for variable in step.variables)))
        state, over = path("msg.loops", step.id), javascript.value(step.over)
        values = _values(javascript, [(v.name, v.initial) for v in step.variables])
        initial = f", () => ({values})" if step.variables else ""
        code = f"{alias}{javascript.declarations()}{state} = py.each({over}, {state}{initial});\nreturn msg;"
        start = self._function(step, "start", f"For each of {step.id}", code)
        code = f"return py.advance({state}) ? [msg, null] : [null, msg];"
        head = self._function(step, "next", f"Next of {step.id}", code, column=1, labels=("item", "done"))
        return self._stated(step, javascript, self._closed(step, javascript, start, head, steps))

    def emit_loop(self, step: Loop, steps: list[Fragment]) -> Fragment:
        """A node that tests the condition before each pass; the end of a pass leads back to it."""
        javascript = self._javascript(step)
        state = path("msg.loops", step.id)
        values = _values(javascript, [(v.name, v.initial) for v in step.variables])
        code = f"{javascript.declarations()}{state} = {{ values: {values} }};\nreturn msg;"
        start = self._function(step, "start", f"Repeat {step.id}", code)
        if step.condition is None:
            head = self._function(step, "next", f"Next pass of {step.id}", "return msg;", column=1)
        else:
            test = self._javascript(step, self._precedence.before[step.id] | {step.id})
            condition = test.condition(step.condition)
            code = f"{test.declarations()}return {condition} ? [msg, null] : [null, msg];"
            head = self._function(step, "next", f"While {step.id}", code, column=1, labels=("pass", "done"))
            javascript.reasons += test.reasons
        return self._stated(step, javascript, self._closed(step, javascript, start, head, steps))

    def emit_loop_exit(self, step: LoopExit) -> Fragment:
        """Leaves the innermost loop, with the values that its variables have after it."""
        loop = self._loop(step)
        javascript = self._javascript(step)
        alias = javascript.alias_item(update.value for update in step.updates)
        values = _values(javascript, [(update.name, update.value) for update in step.updates])
        assign = f"Object.assign({path('msg.loops', loop.id)}.values, {values});\n" if step.updates else ""
        code = f"{alias}{javascript.declarations()}{assign}return msg;"
        fragment = self._function(step, "exit", f"Leave {loop.id}", code)
        return self._stated(step, javascript, Fragment(fragment.entry, breaks=fragment.exits))

    def emit_route(self, step: Route, *ways: list[Fragment]) -> Fragment:
        """One output for each branch and one for all others."""
        javascript = self._javascript(step)
        alias = javascript.alias_item(branch.when for branch in step.branches)
        count = len(step.branches) + 1
        sends = [_send(way, count) for way in range(count)]
        tests = [enclosed_test(javascript.condition(branch.when), branch.when) for branch in step.branches]
        lines = "".join(f"if {test} return {send};\n" for test, send in zip(tests, sends, strict=False))
        code = f"{alias}{javascript.declarations()}{lines}return {sends[-1]};"
        labels = (*(f"branch {at + 1}" for at in range(count - 1)), "otherwise")
        route = self._function(step, "route", f"Route {step.id}", code, labels=labels)
        blocks = [self._canvas.following(port, way) for port, way in zip(route.exits, ways, strict=True)]
        exits = tuple(port for block in blocks for port in block.exits)
        return self._stated(step, javascript, Fragment(route.entry, exits).leaving(*blocks))

    def emit_try(self, step: Try, steps: list[Fragment], *handlers: list[Fragment]) -> Fragment:
        """A catch node for exactly the nodes of its steps, and a node that chooses the handler by the kind."""
        canvas = self._canvas
        asked = self._asked.get(step.id, ())
        begun = f"{path('msg.results', step.id)} = {begun_try(asked)};\n" if asked else ""
        (started,) = self._function(step, "try", f"Try {step.id}", f"{begun}return msg;").exits
        body = canvas.following(started, steps)
        *taken, other = emit_catch(canvas, step, self._layout.catches[step.id], asked=bool(asked))
        canvas.wire(body.raises, other.node)
        blocks = [canvas.following(port, way) for port, way in zip(taken, handlers, strict=True)]
        exits = (*body.exits, *(port for block in blocks for port in block.exits))
        within = Fragment(None, skips=body.skips, breaks=body.breaks)
        return Fragment(started.node, exits, raises=(other,)).leaving(within, *blocks)

    def emit_milestone(self, step: Milestone) -> Fragment:
        """The number becomes part of the result of the try."""
        code = f"{path('msg.results', step.attempt)}.reached = {step.number};\nreturn msg;"
        name = f"Milestone {step.number} of {step.attempt}"
        return self._function(step, "milestone", name, code)

    def emit_fail(self, step: Fail) -> Fragment:
        """An error of its kind, as the functions raise theirs, or that of a try once more."""
        if step.again is not None:
            code = f"msg.error = {path('msg.results', step.again)}.raised;\nreturn msg;"
            again = self._function(step, "fail", f"Raise again the error of {step.again}", code)
            return Fragment(again.entry, raises=again.exits)
        reason = " ".join(
            step.reason.split()
        )  # Node-RED looks for errors of its own at the beginning of lines
        code = f"py.raise({quoted(step.error)}, {quoted(reason)});"
        return Fragment(self._function(step, "fail", f"Raise {step.error}", code).entry)

    def emit_stop(self, step: Stop) -> Fragment:
        """The message goes no further."""
        if self._webhook is not None and not self._starting:
            ended = self._function(
                step, "stop", "End of the run", f"{TAKEN}py.unanswered(msg);\nreturn null;"
            )
            return Fragment(ended.entry)
        code = f"node.error({quoted(step.reason)}, msg);\nreturn null;" if step.failed else "return null;"
        name = "Fail" if step.failed else "End of the run"
        return Fragment(self._function(step, "stop", name, code).entry)

    def emit_respond(self, step: Respond) -> Fragment:
        """A node that makes the answer, and one that sends it; the flow goes on."""
        javascript = self._javascript(step)
        alias = javascript.alias_item(expressions_of(step))
        reply = reply_code(step, javascript)
        code = f"{alias}{javascript.declarations()}{reply}"
        fragment = self._function(step, "respond", f"Answer {step.id}", code, labels=("go on", "answer"))
        go_on, answer = fragment.exits
        emit_response(self._canvas, step, answer, self._layout.steps[step.id].column(1))
        return self._stated(step, javascript, Fragment(fragment.entry, (go_on,)))

    def emit_unmapped(self, step: UnmappedStep) -> Fragment:
        """Ends the run with the reason, and is a loss."""
        reason = f"{step.code}: {step.reason}{place_of(step.span)}"
        self.lose(step.id, "todo", reason)
        code = f"node.error({quoted(f'Unmapped: {reason}')}, msg);\nreturn null;"
        return Fragment(self._function(step, "unmapped", f"Unmapped {step.id}", code).entry)

    def refuse(self, step: AnyStep, limit: Limit) -> Fragment:
        """As an unmapped step."""
        code = f"node.error({quoted(f'Gap: {limit.reason}{place_of(step.span)}')}, msg);\nreturn null;"
        return Fragment(self._function(step, "refused", f"Refused {step.id}", code).entry)

    def finish(self, fragments: list[Fragment], realised: frozenset[str]) -> tuple[Artefact, ...]:
        """The tab with start and error handling around the steps, and how to import it."""
        canvas = self._canvas
        whole = canvas.chain(fragments)
        if whole.skips or whole.breaks:
            raise ValueError(f"{self._integration.id}: a filter or loop exit outside of a loop")
        databases = has_databases(self._integration)
        if leaves_databases_open(self._integration):
            whole = canvas.chain([whole, emit_closed(canvas, Place(self._layout.bottom))])
        if self._webhook is not None:
            emit_unanswered(canvas, whole, Place(self._layout.bottom).column(2))
        emit_failure(
            canvas, Place(self._layout.bottom + 1), whole, databases=databases, webhook=self._webhook
        )
        if self._webhook is not None and self._webhook.start:
            last = self._layout.steps[self._webhook.start[-1].id]
            emit_serve(canvas, self._first, last.column(1))
        emit_start(canvas, whole, self._webhook, self._first)
        flow = json.dumps(canvas.as_json(), indent=2, ensure_ascii=False) + "\n"
        if any("\ud800" <= character <= "\udfff" for character in flow):
            flow = json.dumps(canvas.as_json(), indent=2) + "\n"
        middleware = () if self._webhook is None else (Artefact(RAW_BODY, raw_body(), frozenset()),)
        return (
            Artefact("flows.json", flow, realised),
            Artefact("README.md", readme(self._integration, self.losses), frozenset()),
            *middleware,
        )

    def _operation(self, step: Read | Write) -> Fragment:
        javascript = self._javascript(step)
        match step.operation:
            case HttpOperation() as operation:
                return self._request(step, operation)
            case FileOperation() as operation:
                alias = javascript.alias_item(values_of(operation))
                return self._access(step, alias, file_call(operation, javascript), javascript, (FILES,))
            case SqlOperation() as operation:
                alias = javascript.alias_item(values_of(operation))
                libraries = (PROCESS,) if operation.action == "connect" else ()
                return self._access(step, alias, sql_call(operation, javascript), javascript, libraries)
            case MailOperation() as operation:
                alias = javascript.alias_item(values_of(operation))
                libraries = (NODEMAILER,) if operation.action == "connect" else ()
                return self._access(step, alias, mail_call(operation, javascript), javascript, libraries)
            case SdkOperation() as operation:
                reason = f"{described(operation)} is described, not run"
                self.lose(step.id, "todo", reason)
                code = f"node.error({quoted(f'Gap: {reason}{place_of(step.span)}')}, msg);\nreturn null;"
                return Fragment(self._function(step, "refused", f"Refused {step.id}", code).entry)
            case ClockOperation():
                return self._access(step, "", "py.read_clock()", javascript, ())
            case UuidOperation():
                return self._access(step, "", "py.new_uuid()", javascript, ())
            case _:
                assert_never(step.operation)

    def _access(
        self,
        step: Read | Write,
        alias: str,
        call: str,
        javascript: JavaScript,
        libraries: tuple[Library, ...],
    ) -> Fragment:
        """One node that accesses a file, database or mail server and keeps what it gives."""
        code = f"{alias}{javascript.declarations()}{stored(step, call, asked=step.id in self._asked)}\nreturn msg;"
        name = " ".join(step.id.replace("_", " ").split()).capitalize()
        return self._stated(step, javascript, self._function(step, "access", name, code, libraries=libraries))

    def _request(self, step: Read | Write, operation: HttpOperation) -> Fragment:
        javascript = self._javascript(step)
        if operation.decoder not in {None, CLIENTS[operation.client].decoder} & {None, *CODECS}:
            javascript.reasons.append(f"the decoder {operation.decoder} is not known")
        place = self._layout.steps[step.id]
        asked = step.id in self._asked
        fragment = emit_request(self._canvas, step, operation, javascript, place, asked=asked)
        return self._stated(step, javascript, fragment)

    def _change(self, step: Translate, text: str, texts: dict[str, str]) -> Fragment:
        self._express(texts)
        rules = [{"t": "set", "p": path("results", step.id), "pt": "msg", "to": text, "tot": "jsonata"}]
        key_, name = (step.id, "map"), f"Map {step.id}"
        node = self._canvas.add(
            key_, "change", name, _info(step), {"rules": rules}, self._layout.steps[step.id]
        )
        return Fragment(node, (Port(node),))

    def _express(self, texts: dict[str, str]) -> None:
        for rule_id, text in texts.items():
            self.express(rule_id, text)

    def _closed(
        self,
        step: Split | Loop,
        javascript: JavaScript,
        start: Fragment,
        head: Fragment,
        steps: list[Fragment],
    ) -> Fragment:
        """A loop from its start, its head (first output: a pass, second: done) and the steps of a pass."""
        canvas = self._canvas
        canvas.wire(start.exits, head.entry)
        body = canvas.chain(steps)
        canvas.wire(head.exits[:1], body.entry)
        ends = (*(body.exits if body.entry else head.exits[:1]), *body.skips)
        back = head
        if step.variables:
            after = self._javascript(step, self._precedence.at_end[step.id], inside=True)
            alias = after.alias_item(variable.next for variable in step.variables)
            values = _values(after, [(v.name, v.next) for v in step.variables])
            state = path("msg.loops", step.id)
            code = f"{alias}{after.declarations()}{state}.values = {values};\nreturn msg;"
            back = self._function(step, "advance", f"Advance {step.id}", code, column=2)
            canvas.wire(back.exits, head.entry)
            javascript.reasons += after.reasons
        canvas.wire(ends, back.entry)
        return Fragment(start.entry, (*head.exits[1:], *body.breaks), raises=body.raises)

    def _together(self, step: Split, steps: list[Fragment]) -> Fragment:
        """Several records at the same time: a node sends as many on their way as may be, one more as each ends."""
        javascript = self._javascript(step)
        alias = javascript.alias_item((step.over, *(variable.initial for variable in step.variables)))
        state, over = path("msg.loops", step.id), javascript.value(step.over)
        values = _values(javascript, [(v.name, v.initial) for v in step.variables])
        limit = "Infinity" if step.concurrency == "unbounded" else str(step.concurrency)
        code = (
            f"{alias}{javascript.declarations()}{state} = py.together({over}, {limit}, {state}, () => ({values}));\n"
            "return msg;"
        )
        start = self._function(step, "start", f"For each of {step.id}", code)
        after = self._javascript(step, self._precedence.at_end[step.id], inside=True)
        alias = after.alias_item(variable.next for variable in step.variables)
        following = _values(after, [(v.name, v.next) for v in step.variables])
        lines = f"{alias}{after.declarations()}return {following};".replace("\n", "\n  ")
        code = f"return py.relay(node, msg, {quoted(step.id)}, (msg) => {{\n  {lines}\n}});"
        title = "all" if step.concurrency == "unbounded" else f"{step.concurrency} at a time"
        head = self._function(
            step, "next", f"Next of {step.id}, {title}", code, column=1, labels=("item", "done")
        )
        javascript.reasons += after.reasons
        canvas = self._canvas
        canvas.wire(start.exits, head.entry)
        body = canvas.chain(steps)
        canvas.wire(head.exits[:1], body.entry or head.entry)
        canvas.wire((*body.exits, *body.skips), head.entry)
        return self._stated(step, javascript, Fragment(start.entry, head.exits[1:], raises=body.raises))

    def _loop(self, step: Filter | LoopExit) -> Split | Loop:
        """The innermost loop around a step that leaves its pass."""
        loop = next((each for each in reversed(self.within) if isinstance(each, Loop | Split)), None)
        if loop is None:
            raise ValueError(f"{step.id}: a {step.kind} outside of a loop")
        return loop

    def _javascript(
        self, step: AnyStep, ran: frozenset[str] | None = None, *, inside: bool = False
    ) -> JavaScript:
        """Writes expressions of a step, before which the steps `ran`, or within its passes."""
        around = frozenset(each.id for each in (*self.within, *((step,) if inside else ())))
        known = self._precedence.before[step.id] if ran is None else ran
        return JavaScript(self._integration, step.span, known, around, self._booleans)

    def _stated(self, step: AnyStep, javascript: JavaScript, fragment: Fragment) -> Fragment:
        if javascript.reasons:
            self.lose(step.id, "todo", "; ".join(dict.fromkeys(javascript.reasons)))
        return fragment

    def _function(
        self,
        step: AnyStep,
        part: str,
        name: str,
        code: str,
        *,
        column: int = 0,
        labels: tuple[str, ...] = ("",),
        libraries: tuple[Library, ...] = (),
    ) -> Fragment:
        name = " ".join(name.split())  # it stands in a comment, which a line break would end
        text = f"// {name}{place_of(step.span)}\n{TAKEN if 'py.' in code else ''}{code}"
        place = self._layout.steps[step.id].column(column)
        node = self._canvas.function(
            (step.id, part), name, _info(step), text, place, labels=labels, libraries=libraries
        )
        return Fragment(node, tuple(Port(node, output) for output in range(len(labels))))


def _info(step: AnyStep) -> str:
    return str(step.span) if step.span else ""


def _values(javascript: JavaScript, pairs: list[tuple[str, Expression]]) -> str:
    """An object literal of loop variables: all computed before any is assigned."""
    entries = ", ".join(f"{key(name)}: {javascript.value(value)}" for name, value in pairs)
    return f"{{ {entries} }}" if entries else "{}"


def _send(way: int, count: int) -> str:
    """What a function node returns to send the message by one of its outputs."""
    return f"[{', '.join('msg' if at == way else 'null' for at in range(count))}]"


EMITTER = NodeRed()
