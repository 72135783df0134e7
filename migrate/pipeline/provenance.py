"""Which version of a script a model or a configuration was made from, by the hashes that they carry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic, unique
from migrate.model import (
    Estate,
    Integration,
    Source,
    SourceSpan,
    Unmapped,
    UnmappedStep,
    expressions_of,
    walk,
    walk_steps,
)
from migrate.pipeline.files import InputError
from migrate.pipeline.models import read_model

_STATED = re.compile(r"""(?P<file>[^\s"'`]+)`?\s\(SHA-256\s`?(?P<sha256>[0-9a-f]{64})\b""")
_SHOWN = 12


def with_model(read: Extraction, script: Path, model: Path) -> Extraction:
    """What was read from a script, with the integration of a model file in its place.

    Gaps that a person has closed in the model are gone; gaps of the model, and findings of the script that no part of
    a model stands for, remain. Raises InputError where the model holds no integration of the script.
    """
    integration = _of_script(read_model(model), script, model)
    stood_for = {(one.code, one.span) for one in gaps_of(read.integration)}
    kept = (one for one in read.diagnostics if (one.code, one.span) not in stood_for)
    stale = _stale("HS301", f"{model.name} was made from", integration.sources, read.integration.sources)
    return replace(read, integration=integration, diagnostics=unique((*stale, *gaps_of(integration), *kept)))


def of_model(script: Path, model: Path) -> Extraction:
    """The integration of a model file that was written by hand, for a script that no extractor reads.

    Raises InputError where the model holds no integration of the script, or the script cannot be read.
    """
    integration = _of_script(read_model(model), script, model)
    whole = script.resolve().as_posix()
    try:
        sha256 = hashlib.sha256(script.read_bytes()).hexdigest()
    except OSError as problem:
        raise InputError(f"{script}: cannot be read: {problem.strerror}") from None
    now = tuple(
        Source(file=one.file, sha256=sha256) for one in integration.sources if _same_file(whole, one.file)
    )
    stale = _stale("HS301", f"{model.name} was made from", integration.sources, now)
    return Extraction(integration, unique((*stale, *gaps_of(integration))))


def with_configuration(read: Extraction, configuration: Path) -> Extraction:
    """What was read from a script, with a warning where emitted files were made from another version of it."""
    stated = []
    for path in sorted(path for path in configuration.rglob("*") if path.is_file()):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        stated += [Source(file=found["file"], sha256=found["sha256"]) for found in _STATED.finditer(text)]
    stale = _stale("HS302", f"{configuration.name} was made from", stated, read.integration.sources)
    return replace(read, diagnostics=unique((*stale, *read.diagnostics)))


def gaps_of(integration: Integration) -> Iterator[Diagnostic]:
    """The gaps that stand in a model."""
    for step in walk_steps(integration.whole):
        if isinstance(step, UnmappedStep):
            yield Diagnostic(step.code, step.reason, step.span, step.excerpt)
        for expression in expressions_of(step):
            for part in walk(expression):
                if isinstance(part, Unmapped):
                    yield Diagnostic(part.code, part.reason, part.span or step.span, part.excerpt)


def source_root(script: Path, integration: Integration) -> Path:
    """The folder that the files of a model are relative to, seen from one of its scripts."""
    whole = script.resolve()
    for source in integration.sources:
        if _same_file(whole.as_posix(), source.file):
            return whole.parents[len(Path(source.file).parts) - 1]
    return script.parent


def _of_script(estate: Estate, script: Path, model: Path) -> Integration:
    whole = script.resolve().as_posix()
    found = [
        one for one in estate.integrations if any(_same_file(whole, source.file) for source in one.sources)
    ]
    if len(found) == 1:
        return found[0]
    files = ", ".join(source.file for one in estate.integrations for source in one.sources)
    if found:
        ids = ", ".join(one.id for one in found)
        raise InputError(f"{model}: several integrations come from {script.name}: {ids}; leave one of them")
    raise InputError(
        f"{model}: no integration comes from {script.name}; there are some from: {files or 'none'}"
    )


def _same_file(whole: str, file: str) -> bool:
    """Whether a path ends in a relative one."""
    return whole == file or whole.endswith("/" + file)


def _stale(
    code: str, opening: str, stated: tuple[Source, ...] | list[Source], now: tuple[Source, ...]
) -> Iterator[Diagnostic]:
    for one in stated:
        for source in now:
            named = _same_file(one.file, source.file) or _same_file(source.file, one.file)
            if named and one.sha256 != source.sha256:
                text = (
                    f"{opening} {one.file} with SHA-256 {one.sha256[:_SHOWN]}, "
                    f"the script now has {source.sha256[:_SHOWN]}"
                )
                yield Diagnostic(code, text, SourceSpan(file=source.file, line=1, end_line=1))
