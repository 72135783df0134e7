"""An extraction as text: declarations, steps indented by their blocks, then diagnostics with their line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from migrate.model import (
    AnyStep,
    ApiKey,
    Check,
    ClockOperation,
    EntryPoint,
    Fail,
    FileOperation,
    Filter,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    Integration,
    Loop,
    LoopExit,
    LoopVariable,
    MailOperation,
    MappingRule,
    Milestone,
    Operation,
    Read,
    Respond,
    Route,
    SdkOperation,
    SecurityScheme,
    Split,
    SqlOperation,
    Stop,
    Translate,
    Try,
    UnmappedScheme,
    UnmappedStep,
    UuidOperation,
    WebhookTrigger,
    Write,
)
from migrate.model.notation import described, written
from migrate.pipeline.step_rows import entry_text

INDENT = "  "


def render(found: Extraction | tuple[Diagnostic, ...] | None) -> str:
    """What an extractor answered; `nothing` where the script holds no integration."""
    if found is None:
        return "nothing"
    if not isinstance(found, Extraction):
        return "\n".join(_diagnostics(found))
    trigger = found.integration.trigger
    lines = [
        *_declarations(found.integration),
        *(f"first {line}" for line in _block(trigger.start if isinstance(trigger, WebhookTrigger) else ())),
        *_block(found.integration.steps),
        *_diagnostics(found.diagnostics),
    ]
    return "\n".join(lines)


def _declarations(integration: Integration) -> Iterator[str]:
    if isinstance(integration.trigger, WebhookTrigger):
        paths = " ".join(integration.trigger.paths)
        yield f"webhook {integration.trigger.id}: {' '.join(integration.trigger.methods)} {paths}".rstrip()
    for variable in integration.variables:
        yield f"variable {variable.name}" + ("" if variable.required else f" or {variable.default!r}")
    for file in integration.log_files:
        yield f"log file {written(file.path)} of the {file.folder} folder"
    for secret in integration.secrets:
        yield f"secret {secret.name} ({secret.storage})" + ("" if secret.required else " or null")
    for scheme in integration.security_schemes:
        yield f"scheme {scheme.id}: {_scheme(scheme)}"


def _scheme(scheme: SecurityScheme) -> str:
    match scheme:
        case HttpBearer(secret=secret):
            return f"bearer ${secret}"
        case HttpBasic(user=user, password=password):
            return f"basic {written(user)} {written(password)}"
        case ApiKey(name=name, prefix=prefix, secret=secret):
            return f"key {name}: {prefix}${secret}"
        case UnmappedScheme(scheme=scheme_name, secrets=secrets):
            return f"unmapped {scheme_name} " + " ".join(f"${one}" for one in secrets)


def _block(steps: Iterable[AnyStep]) -> Iterator[str]:
    for step in steps:
        yield from _step(step)


def _inside(steps: Iterable[AnyStep]) -> Iterator[str]:
    for line in _block(steps):
        yield INDENT + line


def _step(step: AnyStep) -> Iterator[str]:
    match step:
        case Read(id=name, operation=operation) | Write(id=name, operation=operation):
            yield f"{name}: {_operation(operation)}"
        case Translate(id=name, rules=rules):
            yield f"{name}:"
            yield from (INDENT + _rule(rule) for rule in rules)
        case Check(expressions=expressions):
            yield f"check {'; '.join(written(expression) for expression in expressions)}"
        case Filter(condition=condition):
            yield f"filter {written(condition)}"
        case Split(id=name, over=over, concurrency=concurrency, variables=variables, steps=steps):
            at_once = "" if concurrency == 1 else f", {concurrency} at the same time"
            yield f"{name}: each of {written(over)}{at_once}{_carried(variables)}"
            yield from _inside(steps)
        case Loop(id=name, condition=condition, variables=variables, steps=steps, paging=paging):
            test = "" if condition is None else f" while {written(condition)}"
            kind = ""
            if paging is not None:
                source = f" from {'.'.join(paging.source)}" if paging.source else ""
                kind = f", paging by {paging.kind} {paging.parameter} of {paging.read}{source}"
            yield f"{name}: repeat{test}{_carried(variables)}{kind}"
            yield from _inside(steps)
        case LoopExit(updates=updates):
            yield ", ".join(["exit", *(f"{update.name} = {written(update.value)}" for update in updates)])
        case Route(branches=branches, otherwise=otherwise):
            for branch in branches:
                yield f"when {written(branch.when)}"
                yield from _inside(branch.steps)
            if otherwise:
                yield "otherwise"
                yield from _inside(otherwise)
        case Try(id=name, steps=steps, handlers=handlers):
            yield name
            yield from _inside(steps)
            for handler in handlers:
                yield f"after {', '.join(handler.errors) or 'any error'}"
                yield from _inside(handler.steps)
        case Milestone(attempt=attempt, number=number):
            yield f"milestone {number} of {attempt}"
        case Fail(again=str() as again):
            yield f"raise that of {again} again"
        case Fail(error=error, reason=reason):
            yield f"raise {error}: {reason}"
        case Stop(failed=failed, reason=reason):
            yield f"{'fail' if failed else 'end'}: {reason}"
        case Respond(status=status, headers=headers, body=body):
            named = "".join(f", header {one.name}={written(one.value)}" for one in headers)
            yield f"answer {written(status)}{named}" + ("" if body is None else f", body {written(body)}")
        case EntryPoint(name=name, trigger=trigger, steps=steps):
            yield f"entry point {name}, {entry_text(trigger)}"
            yield from _inside(steps)
        case UnmappedStep(code=code, reason=reason):
            yield f"UNMAPPED {code}: {reason}"


def _operation(operation: Operation) -> str:
    match operation:
        case HttpOperation():
            return _request(operation)
        case FileOperation():
            return _file(operation)
        case SqlOperation():
            return _statement(operation)
        case MailOperation():
            return _mail(operation)
        case SdkOperation():
            return _library_call(operation)
        case ClockOperation() | UuidOperation():
            return described(operation)
        case _:
            assert_never(operation)


def _file(operation: FileOperation) -> str:
    parts = [described(operation)]
    if operation.action in ("read", "append"):
        parts.append(operation.encoding.removeprefix("python."))
    if operation.newlines == "translated":
        parts.append("newlines translated")
    if operation.decoder is not None:
        parts.append(f"decoded by {operation.decoder}")
    return ", ".join(parts)


def _statement(operation: SqlOperation) -> str:
    parts = [f"{operation.connection}: {described(operation)}"]
    if operation.parameters is not None:
        parts.append(f"with {written(operation.parameters)}")
    if operation.row_shape != "lists":
        parts.append(f"rows as {operation.row_shape}")
    if operation.transactions != "implicit":
        parts.append(operation.transactions)
    return ", ".join(parts)


def _mail(operation: MailOperation) -> str:
    parts = [f"{operation.connection}: {described(operation)}"]
    parts += ["TLS"] if operation.tls else []
    parts += ["verified"] if operation.verify_tls else []
    for word, value in (("as", operation.user), ("with", operation.password), ("from", operation.sender)):
        parts += [f"{word} {written(value)}"] if value is not None else []
    parts += [f"{header.name}: {written(header.value)}" for header in operation.headers]
    parts += [f"text {written(operation.text)}"] if operation.text else []
    parts += [f"timeout {operation.timeout_seconds:g}"] if operation.timeout_seconds is not None else []
    return ", ".join(parts)


def _library_call(operation: SdkOperation) -> str:
    parts = [f"{operation.action} {described(operation)}"]
    parts += [f"({operation.system})"] if operation.system != operation.library else []
    parts += [f"by {operation.protocol}"] if operation.protocol != "sdk" else []
    parts += [f"{operation.method} {operation.path}"] if operation.method is not None else []
    parts += [f"{one.name}={written(one.value)}" for one in operation.arguments]
    parts += [f"content {written(operation.content)}"] if operation.content is not None else []
    parts += [operation.role] if operation.role is not None else []
    parts += [operation.evidence] if operation.evidence != "folded" else []
    return ", ".join(parts)


def _request(operation: HttpOperation) -> str:
    parts = [f"{operation.method} {operation.server}{operation.path}"]
    parts += [f"{p.location} {p.name}={written(p.value)}" for p in operation.parameters]
    parts += [f"as {scheme}" for scheme in operation.security]
    if operation.body is not None:
        parts.append(f"body {operation.body.encoder}({written(operation.body.content)})")
    if operation.timeout_seconds is not None:
        parts.append(f"timeout {operation.timeout_seconds:g}")
    if not operation.follow_redirects:
        parts.append("no redirects")
    if not operation.verify_tls:
        parts.append("TLS not verified")
    if operation.decoder is not None:
        parts.append(f"decoded by {operation.decoder}")
    parts += [f"{rule.action} on {rule.first}..{rule.last}" for rule in operation.on_status]
    return ", ".join(parts)


def _rule(rule: MappingRule) -> str:
    condition = f" if {written(rule.when)}" if rule.when is not None else ""
    return f"{'.'.join(rule.target)} = {written(rule.value)}{condition}"


def _carried(variables: Iterable[LoopVariable]) -> str:
    return "".join(f", {v.name} = {written(v.initial)} then {written(v.next)}" for v in variables)


def _diagnostics(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    for one in diagnostics:
        yield f"{one.code} line {one.span.line if one.span else '-'}: {one.message}"
