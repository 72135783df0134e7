"""Calls of libraries that are described: from the call and the facts about it to an operation."""

from __future__ import annotations

from dataclasses import replace

from extractors.clients.libraries.columns import ACCESSORS, of_column
from extractors.clients.libraries.connecting import connected, made_client, makes_client, server_of
from extractors.clients.libraries.facts import ClientFacts, LibraryFacts, OperationFacts, facts_of
from extractors.clients.libraries.local_packages import is_local
from extractors.clients.libraries.roots import root_of
from extractors.clients.libraries.sending import (
    Target,
    found_content,
    refused,
    sent,
    system_of,
    table_or,
    unsaid_arguments,
)
from extractors.clients.libraries.values import Given, given, is_record, table_of
from extractors.clients.libraries.verbs import OF_BUILT_IN, OF_DATA, done_by
from extractors.evaluator import Evaluator, Knowledge, operators, places
from extractors.evaluator.described import Described
from extractors.evaluator.knowledge import library_class
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.values import ClassValue, Known, Symbolic, Value
from migrate.model import (
    Constant,
    Entry,
    Evidence,
    Expression,
    RecordExpression,
    Reference,
    SdkOperation,
    SequenceExpression,
    SourceSpan,
    Unmapped,
    rewrite,
)


class DescribedLibraries:
    """What is said of libraries whose calls are described, not run."""

    def call(self, context: Evaluator, name: str, arguments: Arguments, span: SourceSpan) -> Value | None:
        """A call of a function or class of a library."""
        found = facts_of(name)
        if found is None:
            return self._of_unknown(context, name, arguments, span)
        package, facts = found
        path = tuple(name.removeprefix(package).strip(".").split("."))
        target = Target(package, facts, path, known=True, shown=path)
        for key, client in facts.clients.items():
            if name == key or name.endswith(f".{key}"):
                return made_client(context, target, client, arguments, span)
        operation = facts.operation(path)
        if operation is not None:
            return _operation(context, target, operation, arguments, span)
        of_records = path[-1][:1].isupper() and _holds_records(context, arguments)
        if not of_records and makes_client(path, arguments):
            return made_client(context, target, ClientFacts(), arguments, span)
        if path[-1][:1].isupper():
            return _record(context, target, arguments, span)
        done = done_by(path[-1]) if facts.others == "by verb" else None
        if done in ("read", "write"):
            return _operation(context, target, OperationFacts(does=done), arguments, span, "inferred")
        return None

    def _of_unknown(
        self, context: Evaluator, name: str, arguments: Arguments, span: SourceSpan
    ) -> Value | None:
        """An object of a library that nothing is known of; its class may be that of a client."""
        package, _, rest = name.partition(".")
        last = name.rpartition(".")[2]
        if not rest or is_local(name) or package in _read_otherwise(context.knowledge):
            return None
        target = Target(package, LibraryFacts(system=package, imports=(package,)), (last,), known=False)
        if makes_client(rest.split("."), arguments):
            return made_client(context, target, ClientFacts(), arguments, span)
        return _record(context, target, arguments, span) if last[:1].isupper() else None

    def method(
        self, context: Evaluator, receiver: Symbolic, name: str, arguments: Arguments, span: SourceSpan
    ) -> Value | None:
        """A call of a method of a client, of a part of one, or of what an operation gave."""
        found = root_of(context, receiver.expression)
        if found is None:
            return None
        of, names = found
        known = facts_of(of.library)
        facts = known[1] if known is not None else LibraryFacts(system=of.library, imports=(of.library,))
        if of.sort == "statement" and not names and name not in ("execute", "values"):
            return receiver
        if of.sort == "answer" and name in OF_BUILT_IN and facts.gives_plain(of.path):
            return None
        if of.sort == "data" and facts.columns and names:
            return of_column(context, receiver, name, arguments, span)
        shown = (*names, name)
        target = Target(of.library, facts, (*of.path, *names, name), known is not None, of, shown)
        operation = facts.operation(target.path)
        if operation is not None:
            return _operation(context, target, operation, arguments, span, receiver=receiver)
        if of.sort == "client":
            return self._of_client(context, target, receiver, arguments, span)
        done = None if name in OF_DATA or of.sort == "data" or facts.others == "data" else done_by(name)
        if done in ("read", "write"):
            return _operation(
                context, target, OperationFacts(does=done), arguments, span, "inferred", receiver
            )
        return None

    def _of_client(
        self, context: Evaluator, target: Target, receiver: Symbolic, arguments: Arguments, span: SourceSpan
    ) -> Value:
        name = target.path[-1]
        done = done_by(name)
        if done is None:
            stated = arguments.keywords.get("method")
            verb = str(getattr(stated, "value", "GET")).upper()
            nothing = not arguments.positional and not arguments.keywords
            done = "part" if nothing or name[:1].isupper() else "read" if verb in ("GET", "NONE") else "write"
        if done == "part" or target.facts.others == "data":
            return _part(receiver, name)
        return _operation(context, target, OperationFacts(does=done), arguments, span, "inferred", receiver)

    def attribute(self, context: Evaluator, value: Symbolic, name: str) -> Value | None:
        """An accessor of a column, which leads to more methods of it."""
        if name not in ACCESSORS or not context.effects.described:
            return None
        found = root_of(context, value.expression)
        known = (
            None if found is None or found[0].sort != "data" or not found[1] else facts_of(found[0].library)
        )
        return value if known is not None and known[1].columns else None

    def of_class(self, context: Evaluator, value: ClassValue) -> Value | None:
        """The table that a class of the script stands for, by the class of a library that it extends."""
        base = library_class(value) or ""
        found = facts_of(base)
        if found is None or base.rpartition(".")[2] not in found[1].models:
            return None
        reason = f"{value.definition.name} of {found[1].system} is described, not run"
        table = Unmapped(code="HS109", reason=reason, span=value.definition.span)
        context.effects.described[table] = Described(
            found[0], "data", ("Model",), resource=table_of(context, value)
        )
        return Symbolic(table)

    def items(self, context: Evaluator, value: Symbolic) -> Value | None:
        """The rows that a cursor has read last."""
        found = root_of(context, value.expression)
        read = None if found is None or found[0].sort != "client" else _last_read(context, value.expression)
        return None if read is None else Symbolic(read)

    def sets(self, name: str) -> bool:
        """True for a setting of a known library."""
        found = facts_of(name)
        return found is not None and name.rpartition(".")[2] in (
            *found[1].settings,
            *("api_key", "access_token", "token", "api_base", "base_url"),
        )


KNOWLEDGE = Knowledge()
KNOWLEDGE.libraries = DescribedLibraries()


def _read_otherwise(knowledge: Knowledge) -> frozenset[str]:
    """The packages of which other parts know functions."""
    return frozenset(name.partition(".")[0] for name in knowledge.functions)


def _part(receiver: Symbolic, name: str, fresh: SourceSpan | None = None) -> Value:
    """A part of a client; with a place the one that is made there, which is no other one of that name."""
    if fresh is None:
        return Symbolic(operators.call("python.member", receiver.expression, Constant(value=name)))
    place = Constant(value=f"{fresh.file}:{fresh.line}:{fresh.column}")
    return Symbolic(operators.call("python.get", receiver.expression, Constant(value=name), place))


def _holds_records(context: Evaluator, arguments: Arguments) -> bool:
    """True where all that is given is a list of objects that hold data: `Contacts([Contact(name=…)])`."""
    if len(arguments.positional) != 1 or arguments.keywords:
        return False
    items = context.fixed_items(arguments.positional[0]) or ()
    described = (context.effects.described.get(one.expression) for one in items if isinstance(one, Symbolic))
    return any(one is not None and one.sort == "data" for one in described)


def _record(context: Evaluator, target: Target, arguments: Arguments, span: SourceSpan) -> Value:
    """An object of a library that holds what it is given: a record of its keywords."""
    values = given(context, arguments, (), span)
    lists = (one for one in values.positional if isinstance(one, RecordExpression | SequenceExpression))
    content = None if values.named else next(lists, None)
    return _held(context, target, content or values.record(span), span)


def _held(
    context: Evaluator,
    target: Target,
    content: Expression,
    span: SourceSpan,
    resource: Expression | None = None,
) -> Value:
    """Data in an object of a library: a value of its own, for the data may be used elsewhere, where no gap stands."""
    left = refused(context, target, span).model_copy(update={"made_of": (content,)})
    context.effects.described[left] = Described(
        target.library, "data", target.path, resource=resource, content=content
    )
    return Symbolic(left)


def _operation(
    context: Evaluator,
    target: Target,
    facts: OperationFacts,
    arguments: Arguments,
    span: SourceSpan,
    evidence: Evidence = "folded",
    receiver: Symbolic | None = None,
) -> Value:
    match facts.does:
        case "part":
            if receiver is not None:
                connected(context, target, facts, arguments, span)
                return _part(receiver, target.path[-1], span if facts.fresh else None)
            return made_client(context, target, ClientFacts(parameters=facts.parameters), arguments, span)
        case "answer":
            return _of_rows(_answer(context, target, receiver), facts)
        case "same" if arguments.positional and isinstance(arguments.positional[0], Known):
            refused(context, target, span)
            return arguments.positional[0]
        case "data" | "same":
            return _computed(context, target, facts, arguments, span, receiver)
        case "statement":
            return _statement(context, target, facts, arguments, span)
        case "sql" if _of_answer(target, arguments) and receiver is not None:
            return _of_rows(receiver, facts)
    parameters = facts.parameters or (("statement", "parameters") if facts.does == "sql" else ())
    values = given(context, arguments, parameters, span)
    facts = _by_verb(facts, values)
    stated = sent(context, target, facts, arguments, values, receiver, span)
    refused(context, target, span)
    server = target.of.server if target.of is not None else None
    if facts.server is not None:
        server = server_of(context, values, facts.server) or server
    if server is None and target.facts.server is not None:
        server = Constant(value=target.facts.server)
    made = context.new_id("sdk")
    resource = stated.resource or (target.of.resource if target.of is not None else None)
    operation = SdkOperation(
        library=target.library,
        system=system_of(target),
        protocol=facts.protocol or target.facts.protocol,
        action=stated.action,
        name=stated.name,
        server=server,
        resource=resource,
        method=facts.method,
        path=facts.path,
        arguments=unsaid_arguments(values, (stated.content, stated.resource, *stated.used)),
        content=None if stated.content is None else _revealed(context, stated.content),
        role=facts.role,
        evidence=evidence,
        span=span,
    )
    first = values.positional[0] if values.positional else None
    addressed = facts.does == "sql" or (first is not None and resource is first)
    place = _stated_at(context, stated.statement)
    context.emit(Request(made, operation, span, place, addressed=addressed and place is None))
    result = Reference(step=made, part="result")
    service = target.of.service if target.of is not None else ""
    on = None if receiver is None else receiver.expression
    context.effects.described[result] = Described(
        target.library, "answer", target.path, server, resource, service=service, on=on
    )
    return _of_rows(Symbolic(result), facts)


def _by_verb(facts: OperationFacts, values: Given) -> OperationFacts:
    """The facts of a call that does what one of its arguments says; what it sends is no record where it reads."""
    said = None if facts.verb is None else values[facts.verb]
    if not isinstance(said, Constant) or not isinstance(said.value, str):
        return facts
    done = done_by(said.value)
    does = done if done in ("read", "write") else facts.does
    return facts.model_copy(
        update={
            "does": does,
            "name": facts.name or said.value,
            "content": "none" if does == "read" else facts.content,
        }
    )


def _of_rows(rows: Value, facts: OperationFacts) -> Value:
    """The first of the rows that were read, or the value in it, where a call gives no more."""
    levels = {"row": 1, "value": 2}.get(facts.gives or "", 0)
    for _ in range(levels):
        if isinstance(rows, Symbolic):
            rows = Symbolic(operators.call("python.member", rows.expression, Constant(value=0)))
    return rows


def _stated_at(context: Evaluator, statement: Described | None) -> SourceSpan | None:
    """Where a statement was made that another function sends than the one that makes it."""
    if statement is None or statement.made is None:
        return None
    place, function = statement.made
    return None if function == _running(context) else place


def _running(context: Evaluator) -> SourceSpan | None:
    """The function that is being run; None in the script itself."""
    functions = context.scopes.functions
    return functions[-1][1].span if functions else None


def _of_answer(target: Target, arguments: Arguments) -> bool:
    """True for a call without a statement on what a statement gave: `result.scalar()`."""
    nothing = not arguments.positional and not arguments.keywords
    return nothing and target.of is not None and target.of.sort == "answer"


def _revealed(context: Evaluator, content: Expression) -> Expression:
    """The content with the data in objects of libraries in place of these."""

    def change(one: Expression) -> Expression:
        found = context.effects.described.get(one) if isinstance(one, Unmapped) else None
        return one if found is None or found.content is None else _revealed(context, found.content)

    return rewrite(content, change)


def _answer(context: Evaluator, target: Target, receiver: Symbolic | None) -> Value:
    """What the last read of a cursor gave; of one that is not known, that of the library."""
    if receiver is not None:
        found = context.effects.described.get(receiver.expression)
        if found is not None and found.sort == "answer":
            return receiver
        read = _last_read(context, receiver.expression)
        if read is not None:
            return Symbolic(read)
    for expression, one in reversed(context.effects.described.items()):
        if one.sort == "answer" and one.library == target.library:
            return Symbolic(expression)
    return receiver if receiver is not None else Symbolic(Constant(value=None))


def _last_read(context: Evaluator, receiver: Expression) -> Expression | None:
    """What the last operation on a receiver gave; None where there was none."""
    for expression, one in reversed(context.effects.described.items()):
        if one.sort == "answer" and one.on == receiver:
            return expression
    return None


def _computed(
    context: Evaluator,
    target: Target,
    facts: OperationFacts,
    arguments: Arguments,
    span: SourceSpan,
    receiver: Symbolic | None,
) -> Value:
    """What a library makes here of its receiver and arguments."""
    values = given(context, arguments, facts.parameters, span)
    if receiver is not None:
        return _added(context, receiver, facts, values, span)
    data = next((one for one in values.all().values() if is_record(one)), None)
    first = values.positional[0] if values.positional and target.path[-1] == "Table" else None
    return _held(context, target, data or values.record(span), span, first)


def _added(
    context: Evaluator, receiver: Symbolic, facts: OperationFacts, values: Given, span: SourceSpan
) -> Symbolic:
    """Data that are put together call by call, with the arguments of one more: the object is the same, changed."""
    of = receiver.expression
    found = context.effects.described.get(of)
    if facts.sets is None or found is None or not isinstance(found.content, RecordExpression):
        return receiver
    match values.positional:
        case (Constant(value=str() as name), value) if facts.sets:
            inner = RecordExpression(entries=(Entry(key=name, value=value, span=span),), span=span)
            added: tuple[Entry, ...] = (Entry(key=facts.sets, value=inner, span=span),)
        case _:
            added = values.record(span).entries
    content = found.content.model_copy(update={"entries": (*found.content.entries, *added)})
    made = of.model_copy(update={"made_of": (content,)}) if isinstance(of, Unmapped) else of
    context.effects.described[made] = replace(found, content=content)

    def changed(one: Symbolic) -> Value:
        return Symbolic(made, one.place) if one.expression == of else one

    places.sweep(context.state.heap, changed)
    context.change_held(changed)
    return Symbolic(made, receiver.place)


def _statement(
    context: Evaluator, target: Target, facts: OperationFacts, arguments: Arguments, span: SourceSpan
) -> Value:
    """A statement for a database, which is sent later."""
    values = given(context, arguments, facts.parameters, span)
    if target.of is not None and target.of.sort == "statement":
        content, _ = found_content(context, target, values, None, None, span)
        made = replace(target.of, content=content or target.of.content)
    else:
        name = facts.name or target.path[-1].upper()
        table = target.of.resource if target.of is not None else table_or(context, arguments, values, 0)
        made = Described(target.library, "statement", (name,), None, table, made=(span, _running(context)))
    left = refused(context, target, span)
    context.effects.described[left] = made
    return Symbolic(left)
