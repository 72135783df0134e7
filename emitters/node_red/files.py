"""Files and databases: a function node for each access, with the module of Node.js that it needs.

Node-RED's own file nodes name their errors otherwise than a script does, and database nodes are not part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from emitters.node_red.expressions_javascript import JavaScript, path, quoted
from migrate.contracts import FOLDER_VARIABLES
from migrate.model import (
    FileOperation,
    FilePath,
    Integration,
    Read,
    SqlOperation,
    Write,
    files_of,
    parts_of,
    walk_steps,
)

Library = dict[str, str]
"""A module that a function node brings: `var` its name in the node, `module` that of Node.js."""

FILES: Library = {"var": "fs", "module": "fs"}
PROCESS: Library = {"var": "process", "module": "process"}
"""What leads to `node:sqlite`, which Node-RED 4.1 does not take for a module of Node.js when it is named in a node."""
LIBRARIES = {"crypto.": {"var": "crypto", "module": "crypto"}, "process.hrtime": PROCESS}
"""What the node with the library brings, by what stands in its code: for digests and UUIDs, for the clock."""
_HELPERS = {
    "create": "create_file",
    "append": "append_file",
    "exists": "file_exists",
    "is-file": "is_file",
    "make-folder": "make_folder",
    "move": "move_file",
    "delete": "delete_file",
}


def file_call(operation: FileOperation, javascript: JavaScript) -> str:
    """The call that accesses a file."""
    arguments = ["fs", _located(operation.file, javascript)]
    if operation.action == "read":
        translated = "true" if operation.newlines == "translated" else "false"
        return f"py.read_file({', '.join(arguments)}, {quoted(operation.encoding)}, {translated})"
    if operation.target is not None:
        arguments.append(_located(operation.target, javascript))
    if operation.content is not None:
        arguments += [quoted(operation.encoding), javascript.value(operation.content)]
    return f"py.{_HELPERS[operation.action]}({', '.join(arguments)})"


def sql_call(operation: SqlOperation, javascript: JavaScript) -> str:
    """The call that runs a statement, or begins or ends a connection or transaction."""
    name = quoted(operation.connection)
    statement = "" if operation.statement is None else javascript.value(operation.statement)
    parameters = "[]" if operation.parameters is None else javascript.value(operation.parameters)
    match operation.action:
        case "connect":
            assert operation.database is not None
            implicit = "true" if operation.transactions == "implicit" else "false"
            return f"py.connect(process, {name}, {_database(operation.database, javascript)}, {implicit})"
        case "execute":
            maps = "true" if operation.row_shape == "maps" else "false"
            return f"py.execute({name}, {statement}, {parameters}, {maps})"
        case "execute-many":
            return f"py.execute_many({name}, {statement}, {parameters})"
        case "execute-script":
            return f"py.execute_script({name}, {statement})"
        case "commit" | "rollback":
            return f"py.end_transaction({name}, {quoted(operation.action.upper())})"
        case "close":
            return f"py.disconnect({name})"
        case _:
            assert_never(operation.action)


def _database(file: FilePath, javascript: JavaScript) -> str:
    value = javascript.value(file.path)
    return value if value == quoted(":memory:") else _located(file, javascript)


def _located(file: FilePath, javascript: JavaScript) -> str:
    return f"py.located(env, {quoted(FOLDER_VARIABLES[file.folder])}, {javascript.value(file.path)})"


def stored(step: Read | Write, call: str, *, asked: bool) -> str:
    """The statement that makes a call, and keeps what it gives where a later step asks for it."""
    kept = asked and parts_of(step.operation)
    return f"{path('msg.results', step.id)} = {call};" if kept else f"{call};"


def folders_of(integration: Integration) -> tuple[str, ...]:
    """The environment variables for folders that a flow needs, in the order of its steps."""
    steps = (step for step in walk_steps(integration.steps) if isinstance(step, Read | Write))
    named = (FOLDER_VARIABLES[file.folder] for step in steps for file in files_of(step.operation))
    return tuple(dict.fromkeys(named))


def has_databases(integration: Integration) -> bool:
    """True if a step runs a statement."""
    return any(_statements(integration))


def leaves_databases_open(integration: Integration) -> bool:
    """True unless the last step closes the one connection of the flow, or it has none."""
    opened = {operation.connection for operation in _statements(integration)}
    last = integration.steps[-1] if integration.steps else None
    operation = last.operation if isinstance(last, Read | Write) else None
    closes = isinstance(operation, SqlOperation) and operation.action == "close"
    return bool(opened) and not (closes and len(opened) == 1)


def _statements(integration: Integration) -> Iterator[SqlOperation]:
    for step in walk_steps(integration.steps):
        if isinstance(step, Read | Write) and isinstance(step.operation, SqlOperation):
            yield step.operation
