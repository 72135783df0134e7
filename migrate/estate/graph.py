"""The system graph: systems, files and databases, and the flows that read and write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from migrate.model import (
    ApiKey,
    Call,
    Constant,
    Estate,
    Expression,
    FileOperation,
    FilePath,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Integration,
    Loop,
    LoopValue,
    MailOperation,
    Operation,
    Read,
    SdkOperation,
    SecretReference,
    SecurityScheme,
    SourceSpan,
    Split,
    SqlOperation,
    Unmapped,
    UnmappedScheme,
    WebhookTrigger,
    Write,
    changes_something,
    values_of,
    walk,
    walk_steps,
)
from migrate.model.notation import written

Kind = Literal["web", "mail", "database", "file", "inbound"]
Direction = Literal["reads", "writes"]

INBOUND = "requests that come in"
NOT_READ = "an address that could not be read"
_AUTHORITY = re.compile(r"https?://[^/?#{$]+", re.IGNORECASE)
_LOOPBACK = re.compile(r"http://(localhost|127\.[0-9.]+|\[::1\])(:|$)", re.IGNORECASE)


@dataclass(frozen=True)
class System:
    """A system, by what a script says of it: scheme and host, `{NAME}` where configuration gives it, or a path.

    `plain`: requests to it are not encrypted. Two names may be one system; nothing here says so.
    """

    name: str
    kind: Kind
    plain: bool


@dataclass(frozen=True)
class Link:
    """A flow reads a system, or writes to it: by which operations, the first of them where.

    `unverified`: at least one of them accepts any certificate.
    """

    flow: str
    system: str
    direction: Direction
    operations: tuple[str, ...]
    unverified: bool
    span: SourceSpan | None


@dataclass(frozen=True)
class Credential:
    """A secret that several flows use: those of one name and storage, or hard-coded with one value.

    `names` are those in the scripts, with the flow; `systems` those that it is sent to, as far as the models tell.
    """

    storage: Literal["hardcoded", "env", "arg", "config"]
    names: tuple[tuple[str, str], ...]
    systems: tuple[str, ...]
    spans: tuple[SourceSpan, ...]


@dataclass(frozen=True)
class SystemGraph:
    """All systems by name, the links in the order of the flows, and the credentials that flows share."""

    systems: tuple[System, ...]
    links: tuple[Link, ...]
    credentials: tuple[Credential, ...]


Secret = tuple[str, str]
"""The id of an integration and the name of a secret in it."""


def system_graph(estate: Estate, same_values: Iterable[frozenset[Secret]] = ()) -> SystemGraph:
    """The graph of an estate; `same_values` are hard-coded secrets that are known to have one value."""
    systems: dict[str, System] = {}
    links: list[Link] = []
    sent: dict[Secret, list[str]] = {}
    for integration in estate.integrations:
        for system, link in _links(integration, sent):
            systems.setdefault(system.name, system)
            links.append(link)
    credentials = tuple(_credentials(estate, tuple(same_values), sent))
    return SystemGraph(tuple(systems[name] for name in sorted(systems)), tuple(links), credentials)


def _links(integration: Integration, sent: dict[Secret, list[str]]) -> Iterator[tuple[System, Link]]:
    """The links of one flow, one for each system and direction; adds the systems that its secrets are sent to."""
    found: dict[tuple[str, Direction], tuple[System, list[tuple[str, SourceSpan | None]], bool]] = {}
    if isinstance(integration.trigger, WebhookTrigger):
        asked = ", ".join(integration.trigger.paths) or "any path"
        operations = [(f"{'/'.join(integration.trigger.methods)} {asked}", integration.trigger.span)]
        found[INBOUND, "reads"] = (System(INBOUND, "inbound", False), operations, False)
    opened = _opened(integration)
    schemes = {scheme.id: scheme for scheme in integration.security_schemes}
    loops = _loop_variables(integration)
    beside = PurePosixPath(integration.sources[0].file).parent if integration.sources else PurePosixPath()
    for step in walk_steps(integration.steps):
        if not isinstance(step, (Read, Write)):
            continue
        direction: Direction = "writes" if changes_something(step.operation) else "reads"
        for system, text in _systems(step.operation, opened, beside, loops):
            seen = found.setdefault((system.name, direction), (system, [], False))
            seen[1].append((text, step.span))
            unverified = isinstance(step.operation, HttpOperation) and not step.operation.verify_tls
            found[system.name, direction] = (seen[0], seen[1], seen[2] or unverified)
            for secret in _secrets(step.operation, schemes):
                sent.setdefault((integration.id, secret), []).append(system.name)
    for (name, direction), (system, operations, unverified) in found.items():
        texts = tuple(dict.fromkeys(text for text, _ in operations))
        yield system, Link(integration.id, name, direction, texts, unverified, operations[0][1])


def _opened(integration: Integration) -> dict[str, System]:
    """The databases and mail servers of a flow by the name of the connection."""
    found: dict[str, System] = {}
    for step in walk_steps(integration.steps):
        match step:
            case Read(operation=operation) | Write(operation=operation):
                match operation:
                    case SqlOperation(connection=connection, database=FilePath(path=path)):
                        found[connection] = System(_path(path), "database", False)
                    case MailOperation(connection=connection, server=server) if server is not None:
                        found[connection] = System(f"mail server {_path(server)}", "mail", False)
    return found


def _systems(
    operation: Operation,
    opened: Mapping[str, System],
    beside: PurePosixPath,
    loops: Mapping[tuple[str, str], Expression],
) -> Iterator[tuple[System, str]]:
    """The systems that an operation touches, and what it does there; none for what only prepares others."""
    match operation:
        case HttpOperation(method=method, path=path):
            server = _server(operation, loops)
            plain = server.lower().startswith("http://") and _LOOPBACK.match(server) is None
            yield System(server, "web", plain), f"{method} {path.partition('?')[0] or '/'}"
        case MailOperation(action="send", connection=connection) if connection in opened:
            yield opened[connection], "send"
        case SqlOperation(action="execute" | "execute-many" | "execute-script", connection=connection):
            if connection in opened:
                yield opened[connection], operation.action
        case SdkOperation(action="read" | "write", protocol=protocol, name=name):
            yield System(_called(operation), _SORTS.get(protocol, "web"), False), name
        case FileOperation(action=action, file=file, target=target):
            for place in (file, *((target,) if target is not None else ())):
                name = _path(place.path)
                if place.folder == "script" and isinstance(place.path, Constant):
                    name = (beside / name).as_posix()
                yield System(name, "file", False), action


def _loop_variables(integration: Integration) -> dict[tuple[str, str], Expression]:
    """What the variables of loops begin with."""
    return {
        (step.id, variable.name): variable.initial
        for step in walk_steps(integration.steps)
        if isinstance(step, (Loop, Split))
        for variable in step.variables
    }


def _server(operation: HttpOperation, loops: Mapping[tuple[str, str], Expression]) -> str:
    """Scheme and host; where a loop follows links, those of the first."""
    given = {f"{{{one.name}}}": one.value for one in operation.located("path")}
    value = given.get(operation.server)
    if isinstance(value, Unmapped):
        return NOT_READ
    if isinstance(value, LoopValue):
        first = loops.get((value.loop, value.name))
        found = _AUTHORITY.match(_path(first)) if first is not None else None
        return found[0] if found is not None else operation.server
    return operation.server


_SORTS: dict[str, Kind] = {"db": "database", "file": "file", "smtp": "mail", "sftp": "file"}


def _called(operation: SdkOperation) -> str:
    """A system by where it is, as far as that is said, else by its name; a file by its path."""
    if operation.protocol == "file":
        return _path(operation.resource) if operation.resource is not None else operation.system
    server = None if operation.server is None else _path(operation.server)
    whole = _AUTHORITY.match(server) if server is not None else None
    return operation.system if server is None else whole[0] if whole is not None else server


def _path(expression: Expression) -> str:
    """A path or host, constants as they stand, the rest in the notation of expressions."""
    match expression:
        case Constant(value=str() as text):
            return text
        case Call(function="python.path_join", arguments=parts):
            return "/".join(map(_path, parts))
        case _:
            return written(expression)


def _secrets(operation: Operation, schemes: Mapping[str, SecurityScheme]) -> Iterator[str]:
    """The secrets that stand in an operation itself."""
    expressions = list(values_of(operation))
    if isinstance(operation, HttpOperation):
        for id in operation.security:
            match schemes.get(id):
                case HttpBearer(secret=secret) | ApiKey(secret=secret):
                    yield secret
                case HttpBasic(user=user, password=password):
                    expressions += [user, password]
                case UnmappedScheme(secrets=secrets):
                    yield from secrets
    for expression in expressions:
        for part in walk(expression):
            if isinstance(part, SecretReference):
                yield part.name


def _credentials(
    estate: Estate, same_values: tuple[frozenset[Secret], ...], sent: Mapping[Secret, list[str]]
) -> Iterator[Credential]:
    """First those of the environment or of arguments by their names, then those with one value."""
    groups: dict[tuple[str, str], list[Secret]] = {}
    known = {}
    for integration in estate.integrations:
        for secret in integration.secrets:
            own = (integration.id, secret.name)
            known[own] = secret
            if secret.storage != "hardcoded":
                groups.setdefault((secret.storage, secret.name), []).append(own)
    shared = [groups[key] for key in sorted(groups)] + [sorted(group) for group in same_values]
    for group in shared:
        members = [one for one in group if one in known]
        if len({flow for flow, _ in members}) < 2:
            continue
        systems = sorted({system for one in members for system in sent.get(one, ())})
        spans = tuple(span for one in members if (span := known[one].span) is not None)
        yield Credential(known[members[0]].storage, tuple(members), tuple(systems), spans)
