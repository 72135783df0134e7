"""A readable notation of expressions, for reports and messages."""

from __future__ import annotations

import json
from typing import assert_never

from migrate.model.expressions import (
    Call,
    Choice,
    Constant,
    Expression,
    Lookup,
    LoopValue,
    RecordExpression,
    Reference,
    SecretReference,
    SequenceExpression,
    VariableReference,
)
from migrate.model.operations import (
    ClockOperation,
    FileOperation,
    FilePath,
    HttpOperation,
    MailOperation,
    Operation,
    SdkOperation,
    SqlOperation,
    UuidOperation,
)

_INFIX = {
    "python.add": "+",
    "python.subtract": "-",
    "python.multiply": "*",
    "python.divide": "/",
    "python.floor_divide": "//",
    "python.modulo": "%",
    "python.power": "**",
    "python.equals": "==",
    "python.less": "<",
    "python.less_or_equal": "<=",
}


def written(expression: Expression) -> str:
    """The expression in a notation close to Python's: results by step and part, `$NAME` for configuration."""
    match expression:
        case Constant(value=value):
            return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, float)) else str(value)
        case VariableReference(name=name) | SecretReference(name=name):
            return f"${name}"
        case Reference(step=step, part=part):
            return f"{step}.{part}"
        case LoopValue(name=name):
            return name
        case Choice(test=test, then=then, otherwise=otherwise):
            return f"({written(then)} if {written(test)} else {written(otherwise)})"
        case RecordExpression(entries=entries):
            shown = (
                f"{e.key}: {written(e.value)}" + (f" if {written(e.when)}" if e.when else "") for e in entries
            )
            return "{" + ", ".join(shown) + "}"
        case SequenceExpression(items=items):
            return "[" + ", ".join(written(item) for item in items) + "]"
        case Lookup(table=table, key=key, otherwise=otherwise):
            name = table or "table"
            if otherwise is None:
                return f"{name}[{written(key)}]"
            return f"{name}.get({written(key)}, {written(otherwise)})"
        case Call():
            return _call(expression)
        case _:
            return f"unmapped: {expression.reason}"


def _call(call: Call) -> str:
    match call:
        case Call(function="python.member", arguments=(container, Constant(value=str() as key))) if (
            key.isidentifier()
        ):
            return f"{written(container)}.{key}"
        case Call(function="python.member", arguments=(container, key)):
            return f"{written(container)}[{written(key)}]"
        case Call(function="python.get", arguments=(container, *rest)):
            return f"{written(container)}.get({', '.join(written(one) for one in rest)})"
        case Call(function="python.iterate", arguments=(one,)):
            return written(one)
        case Call(function="python.truth", arguments=(one,)):
            return f"truth({written(one)})"
        case Call(function="is_null", arguments=(one,)):
            return f"{written(one)} is null"
        case Call(function="not", arguments=(one,)):
            return f"not {written(one)}"
        case Call(function="concat", arguments=parts):
            return " & ".join(written(part) for part in parts)
        case Call(function=function, arguments=(left, right)) if function in _INFIX:
            return f"({written(left)} {_INFIX[function]} {written(right)})"
        case Call(function=function, arguments=arguments):
            return f"{function.removeprefix('python.')}({', '.join(written(one) for one in arguments)})"


def described(operation: Operation) -> str:
    """An operation in one line: method and URL, action and file, or statement."""
    match operation:
        case HttpOperation(method=method, server=server, path=path):
            return f"{method} {server}{path}"
        case FileOperation(action=action, file=file, target=target, content=content):
            parts = [action, _located(file), f"to {_located(target)}" if target is not None else ""]
            parts.append(f"with {written(content)}" if content is not None else "")
            return " ".join(part for part in parts if part)
        case SqlOperation(dialect=dialect, action=action, database=database, statement=statement):
            parts = [dialect, action, _located(database) if database is not None else ""]
            parts.append(" ".join(written(statement).split()) if statement is not None else "")
            return " ".join(part for part in parts if part)
        case MailOperation(action="send", recipients=recipients, headers=headers):
            subject = next((one.value for one in headers if one.name.lower() == "subject"), None)
            parts = ["mail", f"to {written(recipients)}" if recipients is not None else ""]
            parts.append(f"about {written(subject)}" if subject is not None else "")
            return " ".join(part for part in parts if part)
        case MailOperation(action=action, server=server, port=port):
            at = [written(one) for one in (server, port) if one is not None]
            return f"mail {action} {':'.join(at)}".rstrip()
        case SdkOperation(library=library, name=name, resource=resource, server=server):
            parts = [f"{library} {name}", f"of {written(resource)}" if resource is not None else ""]
            parts.append(f"at {written(server)}" if server is not None else "")
            return " ".join(part for part in parts if part)
        case ClockOperation():
            return "the clock"
        case UuidOperation():
            return "a new UUID"
        case _:
            assert_never(operation)


def _located(file: FilePath) -> str:
    return f"{written(file.path)} of the {'script' if file.folder == 'script' else 'working folder'}"
