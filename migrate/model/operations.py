"""Operations of reads and writes: an HTTP request, an access to a file, a statement of a database, a mail, a call of a
vendor's library, the clock.

They are told apart by `kind`. Results are named parts, which expressions refer to by the step's id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, assert_never

from pydantic import ConfigDict, Field

from migrate.model.base import Evidence, Node
from migrate.model.expressions import Constant, Expression

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing at the receiver (RFC 9110, 9.2.1), unless a mark says otherwise."""

# --- HTTP --------------------------------------------------------------------------------------------------------


class Parameter(Node):
    """A named value of a request.

    `path`: the text that replaces `{name}` in server or path, verbatim (the client's URL encoder runs afterwards).
    `query`: added by the client's query encoder, which also decides what null and lists become.
    `header`: a text; null leaves the header out where the client drops it (`clients`).
    What another value becomes as a header, or as all of a URL, the client decides (`clients`); else it is an error.
    """

    model_config = ConfigDict(populate_by_name=True)

    name: str
    location: Literal["path", "query", "header"] = Field(alias="in")
    """`in` in a model file, as OpenAPI calls it; a word that Python keeps for itself."""
    value: Expression
    evidence: Evidence = "folded"


class Body(Node):
    """What is sent: a value and the encoder (a codec of the catalogue) that makes bytes of it."""

    encoder: str
    content: Expression


class StatusRule(Node):
    """What happens when the answer's status lies in first..last: `abort` ends the run with an error."""

    first: int
    last: int
    action: Literal["abort"]


class HttpOperation(Node):
    """One HTTP request with the client's defaults made explicit.

    `server` is scheme and host, or `{name}` of a path parameter; `path` is a template and may carry the inline query of
    the script. The URL is server + path with placeholders filled in, then the query parameters, then the client's own
    normalisation (`client` names the dialect). Operations of one `session` share cookies; without one, nothing is kept.
    Evaluated are the parameters in their order (those of a path, a query, headers), the credentials, then the body.
    An `abort` of a status rule is the client's error (`clients`).
    The client `unmapped` is one whose dialect is not known: its requests are described, and no run goes past them.
    `role` marks a request that changes nothing at its receiver though its method says otherwise: it reads (`read`, a
    search by POST), or gets a token (`auth`).
    Results: `status` (integer), `headers` (a map with names in lower case), `body` (decoded with the decoder), `text`,
    and `bytes`, those of the body free of content encodings.
    """

    kind: Literal["http"] = "http"
    client: Literal["requests", "httpx", "curl", "urllib", "unmapped"]
    session: str | None = None
    method: str
    role: Literal["read", "auth"] | None = None
    server: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    security: tuple[str, ...] = ()
    body: Body | None = None
    decoder: str | None = None
    on_status: tuple[StatusRule, ...] = ()
    timeout_seconds: float | None = None
    follow_redirects: bool = True
    verify_tls: bool = True
    evidence: Evidence = "folded"

    def located(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location."""
        return tuple(p for p in self.parameters if p.location == location)


# --- files -------------------------------------------------------------------------------------------------------


class FilePath(Node):
    """Where a file lies: a path as POSIX has it; a relative one starts at a folder.

    `folder` is the script's own (where a state file lies beside it) or the run's working folder. Any value of `path`
    but a text is an error.
    """

    folder: Literal["script", "working"]
    path: Expression


class FileOperation(Node):
    """One access to a file, as the operating system does it; its errors are Python's subclasses of `OSError`.

    `read`: the whole of a file as it is now; results `text`, all of it decoded (`UnicodeDecodeError`), and `body`, made
    of the text by the decoder where it is used.
    `create`: an empty file in the place of any that was there. `append`: the content, a text, at the end of the file,
    which is made if it is not there (`UnicodeEncodeError`). `exists`: result `exists`, true for files and folders;
    `is-file`: the same, for files alone. `make-folder`: the folder and those above it, unless it is there.
    `move`: the file takes the place of `target` at once, as `rename` of POSIX. `delete`: of a file.

    `encoding` is a codec of the catalogue. `newlines` of a read: `translated` makes `\\n` of `\\r\\n` and `\\r`.
    What a script holds back in a buffer is written when it is closed, or when the interpreter ends.
    """

    kind: Literal["file"] = "file"
    action: Literal["read", "create", "append", "exists", "is-file", "make-folder", "move", "delete"]
    file: FilePath
    target: FilePath | None = None
    encoding: str = "python.utf-8"
    newlines: Literal["kept", "translated"] = "kept"
    content: Expression | None = None
    decoder: str | None = None
    evidence: Evidence = "folded"


# --- databases ---------------------------------------------------------------------------------------------------


class SqlOperation(Node):
    """One statement, or the beginning or end of a connection or transaction.

    `connection` names what the statements of one connection share. `connect` opens the database, a file (made if it is
    not there) or `:memory:`. `execute` runs the statement with its parameters: a list for `?`, a map for `:name`;
    `execute-many` runs it for each of a list of them; `execute-script` runs several statements without parameters,
    after a commit. `commit`, `rollback`, `close`: what is not committed is lost.

    `transactions`: `implicit` begins a transaction before INSERT, UPDATE, DELETE and REPLACE if none is open, which
    lasts until it is committed or rolled back (PEP 249, as Python's sqlite3); `autocommit` begins none.

    Results: `rows`, all of them, as lists, or as maps by column name (`row_shape`); `columns`, a list of names;
    `row_count` (-1 but for INSERT, UPDATE, DELETE and REPLACE) and `last_row_id`. Values are null, integer (64 bits),
    float and text; a BLOB is an error. Errors are the client's: `sqlite3.IntegrityError`, `sqlite3.OperationalError`.
    """

    kind: Literal["sql"] = "sql"
    dialect: Literal["sqlite"]
    connection: str
    action: Literal["connect", "execute", "execute-many", "execute-script", "commit", "rollback", "close"]
    database: FilePath | None = None
    statement: Expression | None = None
    parameters: Expression | None = None
    row_shape: Literal["lists", "maps"] = "lists"
    transactions: Literal["implicit", "autocommit"] = "implicit"
    evidence: Evidence = "folded"


# --- mail ---------------------------------------------------------------------------------------------------------


class MailHeader(Node):
    """A header of a mail with its decoded text, such as `Subject`; null leaves it out, any other value is an error."""

    name: str
    value: Expression
    evidence: Evidence = "folded"


class MailOperation(Node):
    """One mail over SMTP (RFC 5321), or the beginning of the connection to the server that takes it.

    `connection` names what the operations of one connection share. `connect` opens it to server and port; `tls`: with
    TLS from the first byte. `start-tls` goes on with TLS (RFC 3207). `verify_tls`: the server's certificate is
    verified. `login` gives user and password to the server.

    `send`: the envelope's `sender` and `recipients` (a list of addresses), the headers, and the message's one part, the
    plain `text`, whose lines end with line feeds. How headers are folded and texts are encoded is the client's own, as
    are the headers `Date` and `Message-ID` where the script sets none.

    A server that refuses some of the recipients gets the mail for the others. Errors are the client's:
    `smtplib.SMTPRecipientsRefused`, `ConnectionRefusedError`.
    """

    kind: Literal["mail"] = "mail"
    client: Literal["smtplib"]
    connection: str
    action: Literal["connect", "start-tls", "login", "send"]
    server: Expression | None = None
    port: Expression | None = None
    tls: bool = False
    verify_tls: bool = False
    timeout_seconds: float | None = None
    user: Expression | None = None
    password: Expression | None = None
    sender: Expression | None = None
    recipients: Expression | None = None
    headers: tuple[MailHeader, ...] = ()
    text: Expression | None = None
    evidence: Evidence = "folded"


# --- calls of libraries --------------------------------------------------------------------------------------------


class SdkArgument(Node):
    """An argument of a call of a library by the name of its parameter, or by its number where that is not known."""

    name: str
    value: Expression


class SdkOperation(Node):
    """One call of a vendor's library (SDK, database driver, file format), described by what it does to the system.

    Nothing runs it: what stands before it in the steps ends a run. It is there for those who plan and migrate by hand.

    `library` is the package as it is imported, `system` what it talks to, `name` the operation as the library calls it
    (`Contact.create`), of a database the verb of the statement (`INSERT`). `connect` makes the client with the
    credentials among its arguments; `read` and `write` say what the call does there.
    `server` is where the system is; `resource` the table, bucket, channel or path that is touched; `method` and `path`
    the request of the vendor's API behind the call, where the vendor documents it. `content` is what is sent: a record,
    or a list of them. `role` marks messages for people.
    Result: `result`, what the call gives, by the names that the script uses.
    """

    kind: Literal["sdk"] = "sdk"
    library: str
    system: str
    protocol: Literal["sdk", "db", "file", "sftp", "smtp"] = "sdk"
    action: Literal["connect", "read", "write"]
    name: str
    server: Expression | None = None
    resource: Expression | None = None
    method: str | None = None
    path: str | None = None
    arguments: tuple[SdkArgument, ...] = ()
    content: Expression | None = None
    role: Literal["notify"] | None = None
    evidence: Evidence = "folded"


# --- what is new each time ---------------------------------------------------------------------------------------


class ClockOperation(Node):
    """One look at the clock of the machine that the flow runs on.

    All results are of one moment: `utc` and `local`, naive datetimes to the microsecond, in UTC and in the zone of that
    machine; `nanoseconds` (integer) and `seconds` (float) since 1970 in UTC.
    """

    kind: Literal["clock"] = "clock"
    evidence: Evidence = "folded"


class UuidOperation(Node):
    """A new random UUID (RFC 9562, version 4); result `text`: 36 characters, figures and small letters."""

    kind: Literal["uuid"] = "uuid"
    evidence: Evidence = "folded"


# --- all kinds ---------------------------------------------------------------------------------------------------

Operation = Annotated[
    HttpOperation
    | FileOperation
    | SqlOperation
    | MailOperation
    | SdkOperation
    | ClockOperation
    | UuidOperation,
    Field(discriminator="kind"),
]


def values_of(operation: Operation) -> tuple[Expression, ...]:
    """The expressions of an operation, in evaluation order."""
    match operation:
        case HttpOperation(parameters=parameters, body=body):
            return (*(p.value for p in parameters), *((body.content,) if body else ()))
        case FileOperation(file=file, target=target, content=content):
            return (file.path, *((target.path,) if target else ()), *((content,) if content else ()))
        case SqlOperation(database=database, statement=statement, parameters=values):
            given: tuple[Expression | None, ...] = (database.path if database else None, statement, values)
            return tuple(one for one in given if one is not None)
        case MailOperation() as mail:
            before = (mail.server, mail.port, mail.user, mail.password, mail.sender, mail.recipients)
            given = (*before, *(header.value for header in mail.headers), mail.text)
            return tuple(one for one in given if one is not None)
        case SdkOperation(server=server, resource=resource, arguments=arguments, content=content):
            given = (server, resource, *(one.value for one in arguments), content)
            return tuple(one for one in given if one is not None)
        case ClockOperation() | UuidOperation():
            return ()
        case _:
            assert_never(operation)


def with_values(operation: Operation, change: Callable[[Expression], Expression]) -> Operation:
    """The operation with the change applied to each of its expressions."""

    def located(file: FilePath | None) -> FilePath | None:
        return None if file is None else file.model_copy(update={"path": change(file.path)})

    def changed(expression: Expression | None) -> Expression | None:
        return None if expression is None else change(expression)

    match operation:
        case HttpOperation(parameters=parameters, body=body):
            new = tuple(p.model_copy(update={"value": change(p.value)}) for p in parameters)
            if body is not None:
                body = body.model_copy(update={"content": change(body.content)})
            return operation.model_copy(update={"parameters": new, "body": body})
        case FileOperation(file=file, target=target, content=content):
            update = {"file": located(file), "target": located(target), "content": changed(content)}
            return operation.model_copy(update=update)
        case SqlOperation(database=database, statement=statement, parameters=values):
            return operation.model_copy(
                update={
                    "database": located(database),
                    "statement": changed(statement),
                    "parameters": changed(values),
                }
            )
        case MailOperation(headers=headers):
            names = ("server", "port", "user", "password", "sender", "recipients", "text")
            update = {name: changed(getattr(operation, name)) for name in names}
            sent = tuple(one.model_copy(update={"value": change(one.value)}) for one in headers)
            return operation.model_copy(update={**update, "headers": sent})
        case SdkOperation(arguments=arguments):
            update = {name: changed(getattr(operation, name)) for name in ("server", "resource", "content")}
            args = tuple(one.model_copy(update={"value": change(one.value)}) for one in arguments)
            return operation.model_copy(update={**update, "arguments": args})
        case ClockOperation() | UuidOperation():
            return operation
        case _:
            assert_never(operation)


def parts_of(operation: Operation) -> frozenset[str]:
    """The parts of its result that an expression may refer to."""
    match operation:
        case HttpOperation():
            return frozenset({"status", "headers", "body", "text", "bytes"})
        case FileOperation(action="read"):
            return frozenset({"text", "body"})
        case FileOperation(action="exists" | "is-file"):
            return frozenset({"exists"})
        case SqlOperation(action="execute"):
            return frozenset({"rows", "columns", "row_count", "last_row_id"})
        case SqlOperation(action="execute-many"):
            return frozenset({"row_count"})
        case SdkOperation():
            return frozenset({"result"})
        case ClockOperation():
            return frozenset({"utc", "local", "seconds", "nanoseconds"})
        case UuidOperation():
            return frozenset({"text"})
        case FileOperation() | SqlOperation() | MailOperation():
            return frozenset()
        case _:
            assert_never(operation)


def files_of(operation: Operation) -> tuple[FilePath, ...]:
    """The files and databases that an operation names."""
    match operation:
        case FileOperation(file=file, target=target):
            return (file, target) if target is not None else (file,)
        case SqlOperation(database=FilePath() as database):
            return (database,)
        case HttpOperation() | SqlOperation() | MailOperation() | SdkOperation():
            return ()
        case ClockOperation() | UuidOperation():
            return ()
        case _:
            assert_never(operation)


def changes_something(operation: Operation) -> bool:
    """True for an operation of a write; the others are reads."""
    match operation:
        case HttpOperation(method=method, role=role):
            return method not in SAFE_METHODS and role is None
        case FileOperation(action=action):
            return action not in ("read", "exists", "is-file")
        case SqlOperation(action="connect" | "close") | ClockOperation() | UuidOperation():
            return False
        case SqlOperation(action="execute", statement=Constant(value=str() as statement)):
            return not statement.lstrip().upper().startswith("SELECT")
        case SqlOperation():
            return True
        case MailOperation(action=action):
            return action == "send"
        case SdkOperation(action=action):
            return action == "write"
        case _:
            assert_never(operation)
