"""Clients of described libraries: what makes one, and the system that it is connected to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.clients.libraries.facts import ClientFacts, OperationFacts
from extractors.clients.libraries.roots import root_of
from extractors.clients.libraries.sending import Target, refused, unsaid_arguments
from extractors.clients.libraries.values import Given, given, without_credentials
from extractors.clients.libraries.verbs import words_of
from extractors.evaluator import Evaluator
from extractors.evaluator.described import Described
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.values import Symbolic, Value
from migrate.model import (
    Call,
    Constant,
    Expression,
    RecordExpression,
    Reference,
    SdkOperation,
    SourceSpan,
    VariableReference,
)

_SERVERS = (
    *("server", "host", "hostname", "url", "base_url", "server_url", "endpoint", "endpoint_url", "host_name"),
    *(
        "instance_url",
        "api_url",
        "uri",
        "dsn",
        "conninfo",
        "address",
        "site",
        "domain",
        "instance",
        "bootstrap_servers",
    ),
)
"""Parameters that hold the address of a system, in most libraries."""
_FACTORIES = frozenset(
    [
        "api",
        "auth",
        "build",
        "client",
        "connect",
        "connection",
        "create_client",
        "get_client",
        "init",
        "login",
        "session",
    ]
)
_OBJECTS = frozenset(
    [
        "agent",
        "api",
        "app",
        "bot",
        "broker",
        "client",
        "connection",
        "connector",
        "consumer",
        "engine",
        "manager",
        "producer",
        "service",
        "session",
    ]
)
"""Last words of the names of classes that are clients, not records."""
_RECORDS = frozenset(
    [
        "attachment",
        "body",
        "entry",
        "input",
        "item",
        "message",
        "object",
        "params",
        "payload",
        "point",
        "properties",
        "record",
        "request",
        "row",
        "wrapper",
    ]
)
"""Last words of the names of classes that are records, whatever their fields are called."""
_OF_RECORDS = frozenset(["entities", "model", "models", "objects", "schemas", "types"])
"""Modules of libraries that hold classes of records."""

_TO_CONNECT = frozenset(
    ["key", "token", "secret", "password", "auth", "url", "host", "server", "credentials"]
)
"""Words of parameters that tell a client where and as whom it connects."""
_OF_CLIENTS = frozenset(
    [
        *(
            "account",
            "bucket",
            "client",
            "config",
            "configuration",
            "connection",
            "database",
            "debug",
            "domain",
            "dsn",
        ),
        *(
            "endpoint",
            "env",
            "environment",
            "file",
            "hosts",
            "login",
            "options",
            "path",
            "port",
            "profile",
            "project",
        ),
        *(
            "region",
            "servers",
            "service",
            "session",
            "settings",
            "site",
            "store",
            "tenant",
            "timeout",
            "uri",
            "urls",
        ),
        *("user", "username", "version", "workspace"),
    ]
)
"""Words of the parameter of a client that is given one thing."""


def makes_client(path: Sequence[str], arguments: Arguments) -> bool:
    """True for a class or function whose name, or what it is given, is that of a client rather than of a record."""
    *modules, name = path
    if not name[:1].isupper() or (name.isupper() and len(name) > 4):
        return name.lower() in _FACTORIES
    last = words_of(name)[-1:]
    if last and last[0] in _OBJECTS:
        return True
    if arguments.keywords and ((last and last[0] in _RECORDS) or _OF_RECORDS & set(modules)):
        return False
    words = {word for keyword in arguments.keywords for word in words_of(keyword)}
    single = len(arguments.keywords) == 1 and bool(words & _OF_CLIENTS)
    return bool(arguments.positional) or not arguments.keywords or single or bool(words & _TO_CONNECT)


def connected(
    context: Evaluator, target: Target, facts: OperationFacts, arguments: Arguments, span: SourceSpan
) -> None:
    """A client that is told the address only when it connects."""
    if facts.server is None or target.of is None:
        return
    values = given(context, arguments, facts.parameters, span)
    server = server_of(context, values, facts.server)
    described = context.effects.described
    for expression, one in list(described.items()):
        if one is target.of and server is not None:
            described[expression] = replace(one, server=server)


def made_client(
    context: Evaluator, target: Target, client: ClientFacts, arguments: Arguments, span: SourceSpan
) -> Value:
    """The client that a constructor makes; the step holds what it was given."""
    left = refused(context, target, span)
    values = given(context, arguments, client.parameters, span)
    service = values[client.service] if client.service is not None else None
    path = (str(service.value),) if isinstance(service, Constant) else ()
    server, stated = _server(context, values, client, target.facts.server_of("".join(path)))
    made = context.new_id("sdk")
    operation = SdkOperation(
        library=target.library,
        system=" ".join((target.facts.system_of(target.library), *path)),
        protocol=target.facts.protocol,
        action="connect",
        name=".".join(target.path),
        server=server,
        arguments=unsaid_arguments(values, stated),
        evidence="folded" if target.known else "inferred",
        span=span,
    )
    result: Expression = left
    if target.known:
        context.emit(Request(made, operation, span))
        result = Reference(step=made, part="result")
    context.effects.described[result] = Described(
        target.library, "client", path, server, service="".join(path)
    )
    return Symbolic(result)


def _server(
    context: Evaluator, values: Given, client: ClientFacts, fixed: str | None
) -> tuple[Expression | None, tuple[Expression, ...]]:
    """The address that a client is given, that of a client it is made of, or the fixed one of the system.

    And the argument that it stands in, which may hold a password as well.
    """
    for name in (*client.server, *_SERVERS):
        found = values[int(name)] if name.isdecimal() else values[name]
        if found is not None and found != Constant(value=None) and root_of(context, found) is None:
            return _host(without_credentials(found), client), (found,)
    for one in values.all().values():
        for entry in one.entries if isinstance(one, RecordExpression) else ():
            if entry.key in _SERVERS and isinstance(entry.value, (Constant, VariableReference)):
                return _host(without_credentials(entry.value), client), ()
    for one in values.all().values():
        root = root_of(context, one)
        if root is not None and root[0].server is not None:
            return root[0].server, (one,)
    for one in values.positional:
        if isinstance(one, Constant) and isinstance(one.value, str) and "://" in one.value:
            return without_credentials(one), (one,)
    return None if fixed is None else Constant(value=fixed), ()


def _host(found: Expression, client: ClientFacts) -> Expression:
    """The address of a value that holds a part of it only."""
    if client.host is None or "://" in str(getattr(found, "value", "")):
        return found
    before, _, after = client.host.partition("{}")
    if isinstance(found, Constant):
        return Constant(value=f"{before}{found.value}{after}")
    parts = (Constant(value=before), found, Constant(value=after))
    return Call(function="concat", arguments=tuple(one for one in parts if one != Constant(value="")))


def server_of(context: Evaluator, values: Given, key: str | int) -> Expression | None:
    """The address in an argument: a text, or that of a client."""
    found = values[key]
    if found is None:
        return None
    root = root_of(context, found)
    return root[0].server if root is not None else without_credentials(found)
