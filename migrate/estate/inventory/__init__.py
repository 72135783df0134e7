"""The inventory: one row for each call, mapping rule, secret and schedule. All of it is a projection of the models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from migrate.estate.crontab import entries, script_of
from migrate.estate.inventory.calls import FoundCall, calls_of
from migrate.estate.inventory.credentials import credentials_of
from migrate.estate.inventory.origins import Origins, origins_of
from migrate.estate.inventory.rows import (
    COLUMNS,
    CallRow,
    MappingRow,
    Row,
    ScheduleRow,
    SecretRow,
)
from migrate.model import EntryPoint, Integration, ScheduleTrigger
from migrate.model.notation import written
from migrate.secrets.recognition import IN_SOURCE, names_group

__all__ = ["COLUMNS", "CallRow", "MappingRow", "Row", "ScheduleRow", "SecretRow", "rows_of", "schedules_of"]


def rows_of(integration: Integration, language: str) -> tuple[Row, ...]:
    """The rows of one integration: calls in the order of its steps, then mapping rules, then secrets."""
    settings = frozenset(one.name for one in integration.secrets if one.storage != "hardcoded")
    origins = origins_of(integration.steps, settings)
    calls = tuple(calls_of(integration, language, origins))
    mappings = _once(row for call in calls for row in _mappings(call, origins))
    declared: tuple[Row, ...] = (*_secrets(integration, language), *_own_schedules(integration, language))
    return (*(call.row for call in calls), *mappings, *declared)


def _once(rows: Iterable[MappingRow]) -> Iterator[MappingRow]:
    """The rows, each once: passes of a loop that is taken apart differ in the numbers of their items alone."""
    seen: set[MappingRow] = set()
    for row in rows:
        said = row.model_copy(update={"expression": ""}) if row.sources else row
        if said not in seen:
            seen.add(said)
            yield row


def _own_schedules(integration: Integration, language: str) -> Iterator[ScheduleRow]:
    """The schedules that the script itself states for its functions."""
    for step in integration.steps:
        if (
            isinstance(step, EntryPoint)
            and isinstance(step.trigger, ScheduleTrigger)
            and step.span is not None
        ):
            yield ScheduleRow(
                integration=integration.id,
                file=step.span.file,
                line=step.span.line,
                language=language,
                cron=step.trigger.when,
                command=step.name,
            )


def _mappings(call: FoundCall, origins: Origins) -> Iterator[MappingRow]:
    """The rules of a call; none for a field of which nothing is known, since no sources would say: a constant."""
    row = call.row
    for field in call.mapped:
        span = field.span
        origin = origins.of(field.value)
        if not origin.known:
            continue
        yield MappingRow(
            integration=row.integration,
            file=row.file if span is None else span.file,
            line=row.line if span is None else span.line,
            language=row.language,
            evidence=field.evidence,
            target=".".join(field.target),
            sources=origin.fields,
            transform=origin.transform,
            expression=written(field.value),
            call=f"{row.method} {row.base}{'' if not row.base or row.path[:1] in ('/', '') else ' '}{row.path}",
        )


def _secrets(integration: Integration, language: str) -> Iterator[SecretRow]:
    """The credentials of an integration, each once.

    What is asked for has the name of the variable, not that of the question; a group of credentials has no row beside
    those in it.
    """
    credentials = credentials_of(integration)
    used = (secret for secret in integration.secrets if secret.name in credentials and not secret.placeholder)
    mentioned = integration.mentioned_secrets
    asked = {(one.span.file, one.span.line) for one in mentioned if one.span and one.storage == "arg"}
    taken = any(one.storage == "config" for one in mentioned)
    for secret in (*used, *mentioned):
        again = secret.storage == "arg" and secret not in mentioned
        if (secret.storage == "config" and names_group(secret.name) and taken) or (
            again and secret.span is not None and (secret.span.file, secret.span.line) in asked
        ):
            continue
        if secret.span is not None:
            yield SecretRow(
                integration=integration.id,
                file=secret.span.file,
                line=secret.span.line,
                language=language,
                storage=secret.storage,
                name=secret.name.removesuffix(IN_SOURCE),
            )


def schedules_of(crontabs: Mapping[str, str], scripts: Mapping[str, str]) -> tuple[ScheduleRow, ...]:
    """The entries of crontabs (by file) that start one of the scripts (integrations by file)."""
    found = []
    for file, text in sorted(crontabs.items()):
        for entry in entries(text):
            script = script_of(entry, scripts)
            if script is not None:
                found.append(
                    ScheduleRow(
                        integration=scripts[script],
                        file=file,
                        line=entry.line,
                        language="crontab",
                        cron=entry.when,
                        command=entry.command,
                    )
                )
    return tuple(found)
