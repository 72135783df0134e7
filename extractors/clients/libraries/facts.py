"""The tables of facts: what the calls of a library do, by names. One YAML file in `facts/` for each system."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent / "facts"


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClientFacts(_Facts):
    """A class or function that makes a client.

    `server`: the parameters that may hold the host. `host`: how the host is made of such a value, where it is a part
    of it only (`{}.myshopify.com`). `parameters`: the names of the positional parameters. `service`: the parameter
    whose text names a part of a library that serves many systems (`boto3.client("s3")`).
    """

    server: tuple[str, ...] = ()
    host: str | None = None
    parameters: tuple[str, ...] = ()
    service: str | None = None


class OperationFacts(_Facts):
    """What a call does.

    `read` and `write` reach the system; `part` gives a part of the client and reaches nothing; `data` computes here;
    `same` gives its first argument in another form; `answer` gives what the last read gave; `statement` makes a
    statement for a database; `sql` runs one.

    `verb` is the argument whose text says what is done, where a call serves for reading and writing
    (`execute_kw(…, "create", …)`): the first verb in it counts, `does` where there is none.

    `name` stands in place of the path of names; `method` and `path` are the vendor's request behind it. `resource`
    says which argument names what is touched, by name or number, or `path` for the name before the operation.
    `content` says so of what is sent (`none`: no record), `server` of the client or address. `parameters`: the names of
    the positional parameters. `sets` is said of data that are put together call by call: the call adds its named
    arguments, or, where `sets` is the name of a part, its second argument to that part under the name in the first.
    """

    does: Literal["read", "write", "part", "data", "same", "answer", "statement", "sql"]
    name: str | None = None
    verb: int | None = None
    method: str | None = None
    path: str | None = None
    protocol: Literal["sdk", "db", "file", "sftp", "smtp"] | None = None
    resource: str | int | None = None
    content: str | int | None = None
    server: str | int | None = None
    parameters: tuple[str, ...] = ()
    role: Literal["notify"] | None = None
    many: bool = False
    """A statement is run for each of a list of parameters."""
    fresh: bool = False
    """Each call gives another part."""
    gives: Literal["row", "value"] | None = None
    """The first row, or the value in it, of what is read."""
    sets: str | None = None


class LibraryFacts(_Facts):
    """A library: its system, the packages that it is imported as, and its calls.

    The keys of `operations` are the names that lead to a call, from the right: `create` is any method of that name,
    `Contact.create` one of a part `Contact`, `*` in place of a name is any. The longest that fits holds.
    With `group` the packages reach a system each, which is named as its package. Names that are in no table are
    judged by the verb in them.

    `server` is the fixed address of the system; `servers` those of the services of a library that serves many.
    `plain`: the operations that give plain data, by their last name, `*` for all: what data can do themselves (`get`
    of a map) is then no call of the library. `columns`: its data are tables, whose columns have methods of their own.
    `models`: its classes that a script extends to say what a table holds; their methods are operations of `Model`.
    """

    system: str
    imports: tuple[str, ...]
    protocol: Literal["sdk", "db", "file", "sftp", "smtp"] = "sdk"
    server: str | None = None
    servers: dict[str, str] = {}
    documentation: str | None = None
    group: bool = False
    clients: dict[str, ClientFacts] = {}
    operations: dict[str, OperationFacts] = {}
    settings: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    others: Literal["by verb", "data"] = "by verb"
    columns: bool = False
    models: tuple[str, ...] = ()

    def system_of(self, package: str) -> str:
        """The system that a package reaches."""
        return package if self.group else self.system

    def server_of(self, service: str) -> str | None:
        """The fixed address of a service, or of the system."""
        return self.servers.get(service, self.server)

    def gives_plain(self, path: tuple[str, ...]) -> bool:
        """True where the operation that a path ends with gives plain data."""
        return "*" in self.plain or any(name in self.plain for name in path[-1:])

    def operation(self, path: tuple[str, ...]) -> OperationFacts | None:
        """The facts of the longest key that fits the end of a path; of equally long ones that with fewer `*`."""
        best: tuple[int, int] | None = None
        found = None
        for key, facts in self.operations.items():
            names = key.split(".")
            end = path[-len(names) :]
            if len(end) == len(names) and all(a in ("*", b) for a, b in zip(names, end, strict=True)):
                rank = (len(names), -names.count("*"))
                if best is None or rank > best:
                    best, found = rank, facts
        return found


def _operation(written: object) -> object:
    """`write POST /path notify` as a mapping."""
    if not isinstance(written, str):
        return written
    does, *rest = written.split()
    made: dict[str, object] = {"does": does}
    if rest and rest[-1] == "notify":
        made["role"] = rest.pop()
    if len(rest) == 2:
        made["method"], made["path"] = rest
    elif len(rest) == 1:
        made["name"] = rest[0]
    elif rest:
        raise ValueError(f"{written!r} is not of the form: does [METHOD /path | NAME] [notify]")
    return made


def read_facts(text: str) -> LibraryFacts:
    """The facts in a file; raises `pydantic.ValidationError` or `ValueError` for what is none."""
    document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    operations = {name: _operation(one) for name, one in (document.get("operations") or {}).items()}
    clients = {name: one or {} for name, one in (document.get("clients") or {}).items()}
    return LibraryFacts.model_validate({**document, "operations": operations, "clients": clients})


@cache
def all_facts() -> tuple[LibraryFacts, ...]:
    """All tables, in the order of their file names."""
    return tuple(read_facts(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.yaml")))


@cache
def _by_import() -> dict[str, LibraryFacts]:
    return {name: facts for facts in all_facts() for name in facts.imports}


def facts_of(qualified: str) -> tuple[str, LibraryFacts] | None:
    """The longest package name that a qualified name begins with, and its facts; None for one without."""
    names = qualified.split(".")
    for count in range(len(names), 0, -1):
        package = ".".join(names[:count])
        if (found := _by_import().get(package)) is not None:
            return package, found
    return None
