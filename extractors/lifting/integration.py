"""The whole of an integration: steps, variables, secrets, security schemes and systems of one script."""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Iterator, Mapping
from itertools import chain

from pydantic import BaseModel

from extractors.evaluator import Evaluator
from extractors.evaluator.configuration import Configuration
from extractors.evaluator.hard_coded import places_of_texts
from extractors.evaluator.mentions import mentioned_secrets
from extractors.lifting.loop_types import with_loop_types
from extractors.lifting.loops import with_paging, without_unused_variables
from extractors.lifting.milestones import with_numbered_milestones, without_idle_milestones
from extractors.lifting.rewriting import (
    map_requests,
    renaming,
    rewrite_block,
    tuples_as_lists,
    without_idle_tries,
)
from extractors.lifting.security import (
    SHORTEST,
    Schemes,
    is_short_word,
    occurrence_of,
    secret_variables,
    with_secrets,
    without_hidden_secrets,
    without_secret_texts,
)
from extractors.lifting.simplifying import simplified_block
from extractors.lifting.steps import Lifting
from migrate.contracts import Extraction, SecretValues
from migrate.diagnostics import Diagnostic
from migrate.model import (
    Block,
    Call,
    Constant,
    FilePath,
    HttpOperation,
    Integration,
    MailOperation,
    ManualTrigger,
    Operation,
    Read,
    Reference,
    Respond,
    Secret,
    Server,
    Source,
    SourceSpan,
    System,
    Trigger,
    Unmapped,
    UnmappedStep,
    Variable,
    VariableReference,
    WebhookTrigger,
    Write,
    expressions_of,
    files_of,
    may_start,
    walk,
    walk_steps,
)
from migrate.secrets.recognition import asks_for_credential, is_placeholder


def lift(evaluation: Evaluator, source: bytes) -> Extraction | None:
    """The integration that an evaluated script is; None if it neither calls a system nor does anything unread."""
    configuration, effects = evaluation.configuration, evaluation.effects
    known = configuration.with_default() | configuration.secret_spans.keys()
    lifting = Lifting(evaluation.loops.types, known, effects.decoders)
    without_idle_milestones(evaluation.region)
    if effects.trigger is not None:
        lifting.id(effects.trigger.id)
    block: Block = lifting.block(evaluation.region, frozenset(), of_loop=False)
    acting = (Read, Write, Respond, UnmappedStep)
    if effects.trigger is None and not any(isinstance(step, acting) for step in walk_steps(block)):
        return None
    block = rewrite_block(block, renaming(lifting.names))
    block = rewrite_block(block, tuples_as_lists)
    block = without_idle_tries(with_numbered_milestones(without_unused_variables(block)))
    block = simplified_block(block, with_loop_types(lifting.types_by_id(), block))
    block = with_paging(block)
    secrets = secret_variables(
        block, {name for name, value in configuration.defaults.items() if value.value is not None}
    )
    secrets &= set(configuration.variables)
    for name in sorted(secrets):
        held = configuration.defaults.get(name)
        if held is not None and isinstance(held.value, str) and held.value:
            span = configuration.variables[name]
            configuration.secret_defaults[name] = configuration.name_secret(
                f"{name}_DEFAULT", held.value, span
            )
    block = with_secrets(block, secrets)
    block = without_hidden_secrets(without_secret_texts(block, configuration.secret_values))
    servers = dict.fromkeys(
        server
        for step in walk_steps(block)
        if isinstance(step, (Read, Write)) and (server := _server(step.operation)) is not None
    )
    systems = _systems(list(servers))
    schemes = Schemes()
    by_server = {server.url: system.id for system in systems for server in system.servers}
    block = map_requests(
        block, lambda operation: schemes.apply(operation, by_server.get(operation.server, "unknown"))
    )
    stem = pathlib.PurePosixPath(evaluation.file).with_suffix("")
    name = str(stem).replace("/", ".")
    used = _secrets(evaluation, secrets)
    variables = _variables(configuration, secrets, block)
    start, block = _started(block, lifting.before_serving)
    integration = Integration(
        id=name,
        name=stem.name,
        trigger=_trigger(effects.trigger, start, block),
        variables=variables,
        secrets=used,
        mentioned_secrets=_mentioned(evaluation, {secret.name for secret in used}),
        security_schemes=schemes.all(),
        systems=systems,
        log_files=_log_files(evaluation, block),
        steps=block,
        sources=_sources(evaluation, source),
    )
    texts = tuple(dict.fromkeys(_texts(integration.model_copy(update=dict.fromkeys(_OF_FILE, ())))))
    for secret, value in configuration.secret_values.items():
        if len(value) < SHORTEST or is_short_word(value) or is_placeholder(value):
            continue
        if any(map(occurrence_of(value).search, texts)):
            message = (
                f"the value of the secret {secret} would stand in the model, so nothing is made of this file"
            )
            evaluation.findings.report("HS107", message, configuration.secret_spans[secret])
            return None
    notes = [
        Diagnostic(
            "HS202",
            f"without {name} the script goes on; the emitted flow ends",
            span,
            evaluation.findings.excerpt(span),
        )
        for name, span in sorted(configuration.variables.items())
        if (name in schemes.secrets() and ("", name) in evaluation.loops.types)
        or (name in secrets and name in configuration.defaults and configuration.defaults[name].value == "")
    ]
    diagnostics = tuple(
        dict.fromkeys(
            (
                *evaluation.findings.diagnostics,
                *_unmapped(evaluation, integration.whole),
                *_said(evaluation, integration.whole),
                *notes,
            )
        )
    )
    return Extraction(integration, diagnostics, SecretValues(configuration.secret_values))


_OWN_WORDS = frozenset({"kind", "function", "encoder", "decoder", "client", "code"})
"""Fields that hold words of the model, not what stands in a script."""
_OF_FILE = ("id", "name", "sources")
"""Fields of an integration that name its files."""


def _texts(part: object) -> Iterator[str]:
    """The texts in a model that come from what stands in a script, not from the names of its files."""
    match part:
        case str():
            yield part
        case SourceSpan():
            pass
        case BaseModel():
            for name in type(part).model_fields:
                if name not in _OWN_WORDS:
                    yield from _texts(getattr(part, name))
        case Mapping():
            yield from chain.from_iterable(map(_texts, (*part.keys(), *part.values())))
        case list() | tuple() | set() | frozenset():
            yield from chain.from_iterable(map(_texts, part))


def _sources(evaluation: Evaluator, source: bytes) -> tuple[Source, ...]:
    """The script's file, then those of the modules that it loads."""
    made = [Source(file=evaluation.file, sha256=hashlib.sha256(source).hexdigest())]
    made += [Source(file=script.file, sha256=sha256) for script, sha256 in evaluation.loaded.scripts()]
    return tuple(dict.fromkeys(made))


def _said(evaluation: Evaluator, block: Block) -> Iterator[Diagnostic]:
    """Steps that use what an error says, each line once."""
    for step in walk_steps(block):
        parts = (part for expression in expressions_of(step) for part in walk(expression))
        used = any(
            isinstance(part, Reference) and part.part in ("message", "representation") for part in parts
        )
        if used and step.span is not None:
            reason = "the text of an error is used here; a run that needs one that is not known ends"
            yield Diagnostic("HS205", reason, step.span, evaluation.findings.excerpt(step.span))


def _unmapped(evaluation: Evaluator, block: Block) -> Iterator[Diagnostic]:
    """Values that reach a step and were not reported where they arose."""
    reported = {(one.code, one.span) for one in evaluation.findings.diagnostics}
    for step in walk_steps(block):
        for expression in expressions_of(step):
            for part in walk(expression):
                if isinstance(part, Unmapped):
                    span = part.span or step.span
                    if span is not None and (part.code, span) not in reported:
                        reported.add((part.code, span))
                        yield Diagnostic(part.code, part.reason, span, evaluation.findings.excerpt(span))


def _started(block: Block, before_serving: frozenset[str]) -> tuple[Block, Block]:
    """The steps that run once, before requests are taken in, and those of each request.

    What a request uses the results of runs with it, and what stands behind that.
    """
    count = 0
    while count < len(block) and block[count].id in before_serving and may_start(block[count]):
        count += 1
    return block[:count], block[count:]


def _trigger(found: WebhookTrigger | None, start: Block, block: Block) -> Trigger:
    """What starts the runs; a webhook with the paths that the steps ask for."""
    if found is None:
        return ManualTrigger()
    path = Reference(step=found.id, part="path")
    paths: dict[str, None] = {}
    for step in walk_steps(block):
        for expression in expressions_of(step):
            for part in walk(expression):
                match part:
                    case Call(
                        function="python.equals",
                        arguments=(one, Constant(value=str() as text)) | (Constant(value=str() as text), one),
                    ) if one == path:
                        paths.setdefault(text)
                    case _:
                        pass
    return found.model_copy(update={"paths": tuple(paths), "start": start})


def _variables(configuration: Configuration, secrets: set[str], block: Block) -> tuple[Variable, ...]:
    used = {
        part.name
        for step in walk_steps(block)
        for expression in expressions_of(step)
        for part in walk(expression)
        if isinstance(part, VariableReference)
    }
    made = []
    for name, span in configuration.variables.items():
        if name in secrets or name not in used:
            continue
        default = configuration.defaults.get(name)
        value = default.value if default is not None else None
        made.append(
            Variable.model_validate(
                {
                    "name": name,
                    "storage": configuration.storages.get(name, "env"),
                    "default": value,
                    "required": default is None,
                    "missing": configuration.missing.get(name, "KeyError"),
                    "span": span,
                }
            )
        )
    return tuple(made)


def _secrets(evaluation: Evaluator, secrets: set[str]) -> tuple[Secret, ...]:
    configuration = evaluation.configuration
    given = [
        Secret.model_validate(
            {
                "name": name,
                "storage": configuration.storages.get(name, "env"),
                "required": ("", name) not in evaluation.loops.types,
                "default": configuration.secret_defaults.get(name),
                "missing": configuration.missing.get(name, "KeyError"),
                "span": span,
            }
        )
        for name, span in configuration.variables.items()
        if name in secrets
    ]
    stated = places_of_texts((evaluation.script, *(script for script, _ in evaluation.loaded.scripts())))
    written = [
        Secret(
            name=name,
            storage="hardcoded",
            placeholder=asks_for_credential(configuration.secret_values[name]),
            span=stated.get(configuration.secret_values[name], span),
        )
        for name, span in configuration.secret_spans.items()
    ]
    of_files = [
        Secret(name=name, storage="config", required=False, span=span)
        for name, span in configuration.file_secrets.items()
        if name not in {secret.name for secret in (*given, *written)}
    ]
    return (*given, *written, *of_files)


def _mentioned(evaluation: Evaluator, known: set[str]) -> tuple[Secret, ...]:
    """The credentials that the code names beside those that are known, each where it is taken first."""
    found: dict[str, Secret] = {}
    scripts = (evaluation.script, *(script for script, _ in evaluation.loaded.scripts()))
    for one in mentioned_secrets(scripts):
        if one.name not in known and one.name not in found:
            found[one.name] = Secret(name=one.name, storage=one.storage, required=False, span=one.span)
    return tuple(found.values())


def _log_files(evaluation: Evaluator, block: Block) -> tuple[FilePath, ...]:
    """The log files, without those that a step may read or write as well."""
    found = evaluation.effects.log_files
    operations = [step.operation for step in walk_steps(block) if isinstance(step, (Read, Write))]
    taken = {
        (file.folder, file.path.value if isinstance(file.path, Constant) else None)
        for operation in operations
        for file in files_of(operation)
    }
    if any(path is None for _, path in taken):
        return ()
    for place in sorted(found.keys() & taken):
        span = found[place].span
        assert span is not None, "a log file is known from a call"
        evaluation.findings.report("HS103", "a log file that the script itself reads or writes as well", span)
    return tuple(file for place, file in found.items() if place not in taken)


def _server(operation: Operation) -> str | None:
    """The server that an operation names, as scheme and host, or `{NAME}` where configuration gives the host.

    None where it names none, or one that could not be read.
    """
    match operation:
        case HttpOperation(server=server, parameters=parameters) if any(
            server == f"{{{one.name}}}" and isinstance(one.value, Unmapped) for one in parameters
        ):
            return None
        case HttpOperation(server=server):
            return server
        case MailOperation(server=Constant(value=str() as host), tls=tls):
            return f"{'smtps' if tls else 'smtp'}://{host}"
        case MailOperation(server=VariableReference(name=name), tls=tls):
            return f"{'smtps' if tls else 'smtp'}://{{{name}}}"
        case _:
            return None


def _systems(servers: list[str]) -> tuple[System, ...]:
    """One system a server, named after its host or the variable that gives it."""
    made: list[System] = []
    for server in servers:
        host = server.rpartition("//")[2].strip("{}").partition(":")[0]
        labels = [label for label in host.split(".") if label not in ("www", "api")]
        stem = "_".join(labels[:-1] or labels)
        name = "".join(c if c.isalnum() else "_" for c in stem).lower() or "system"
        taken = {system.id for system in made}
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        made.append(System(id=unique, servers=(Server(url=server),)))
    return tuple(made)
