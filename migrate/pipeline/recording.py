"""Records a run: a legacy command in the sandbox, with its traffic, mails and files, in a folder for `shadow`.

FOLDER/recording.har   what it asked and was answered, and what came in (`--recording`)
FOLDER/mails.jsonl     the mails that it sent (`--mails`)
FOLDER/before/         files beside it as they were before the run (`--files`)
FOLDER/files.jsonl     what it made, changed or deleted; of a SQLite database the rows
"""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.contracts import Extraction
from migrate.model import WebhookTrigger
from migrate.pipeline.auditing import has_extractor, read_script
from migrate.pipeline.files import InputError, made_whole
from migrate.pipeline.interpreters import ended, lacking
from migrate.secrets.recognition import is_credential, may_be_credential, may_name_key, names_credential
from migrate.shadow import sandbox
from migrate.shadow.credential_places import environment_secrets
from migrate.shadow.declared import RecordSettings, declaration_of
from migrate.shadow.gate import Gate
from migrate.shadow.har_out import Entry, har
from migrate.shadow.legs import Leg, LegRun, SandboxUnavailable, Taken
from migrate.shadow.mails import PORTS
from migrate.shadow.mails_out import mail_lines
from migrate.shadow.messages import Exchange
from migrate.shadow.recording import Recording, RecordingError, read_har
from migrate.shadow.written_files import as_line

if TYPE_CHECKING:
    import httpx

HAR_NAME, MAILS_NAME, BEFORE_NAME, FILES_NAME = "recording.har", "mails.jsonl", "before", "files.jsonl"
_CANNOT_START = 127
_ENDED_WHEN_ASKED = (-signal.SIGTERM, 128 + signal.SIGTERM)
_SOURCES = {"exact": "recorded", "canonical": "recorded", "repeated": "recorded"}


@dataclass(frozen=True)
class PlainNames:
    """Tells credentials by their names, but for those of `plain`, which people say hold none."""

    plain: frozenset[str]

    def __call__(self, name: str) -> bool:
        return name.lower() not in self.plain and names_credential(name)


@dataclass(frozen=True)
class RefusedRead:
    """A read that did not leave, how often, and the line of `reads` that would declare it."""

    request: str
    times: int
    declare: str


@dataclass(frozen=True)
class RecordedRun:
    """What was recorded. `reasons` say what needs review, the values of secrets left out; none: all is well."""

    run: LegRun
    folder: Path
    refused: tuple[RefusedRead, ...]
    reasons: tuple[str, ...]

    @property
    def sources(self) -> dict[str, int]:
        """How many requests were answered from where."""
        counts = Counter(_SOURCES.get(one.source, one.source) for one in self.run.exchanges)
        return dict(sorted(counts.items()))


def record(
    command: Sequence[str],
    out: Path,
    *,
    folder: Path,
    environment: Mapping[str, str],
    settings: RecordSettings,
    files: Path | None = None,
    older: Recording | None = None,
    mail_server: bool = True,
    timeout_seconds: float = 120.0,
    force: bool = False,
    transport: httpx.BaseTransport | None = None,
) -> RecordedRun:
    """Runs `command` in `folder` and writes what came of it to `out`, whole or not at all.

    The content of the folder `files` seems to lie in `folder`, as in a shadow run. `transport` carries declared reads
    (see Gate). Raises InputError where `out` cannot be used, SandboxUnavailable where nothing could be recorded.
    """
    _refuse_to_overwrite(out, force=force)
    names = PlainNames(frozenset(name.lower() for name in settings.plain))
    secrets = _secrets(command, folder, environment, names)
    leg = Leg(
        "legacy",
        tuple(command),
        folder,
        timeout_seconds,
        {"PATH": os.environ.get("PATH", os.defpath), **environment},
        files=files,
        visible=_visible(command, folder),
        certificate_files=_certificates(),
    )
    gate = Gate(settings.reads, most=settings.most_reads, seconds=settings.read_seconds, transport=transport)
    ports = PORTS if mail_server else ()
    run = sandbox.record(leg, settings, gate, names, older, secrets, ports)
    _require_a_run(run, timeout_seconds, settings, _takes_requests(command, folder))
    assert run.taken is not None
    refused = _refused(run, run.taken)
    with made_whole(out, force=force) as making:
        _write(making, run, run.taken)
    return RecordedRun(run, out, refused, tuple(_reasons(run, run.taken, refused, len(settings.incoming))))


def _refuse_to_overwrite(out: Path, *, force: bool) -> None:
    """Raises InputError where the folder may not be made."""
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir():
        raise InputError(f"{out}: is there already, and is no folder")
    held = {path.name for path in out.iterdir()}
    if not held:
        return
    if HAR_NAME not in held or not held <= {HAR_NAME, MAILS_NAME, BEFORE_NAME, FILES_NAME}:
        raise InputError(f"{out}: holds other files than those of a recording; name another folder")
    if not force:
        raise InputError(f"{out}: holds a recording already; --force replaces it")


def _require_a_run(
    run: LegRun, timeout_seconds: float, settings: RecordSettings, takes_requests: bool
) -> None:
    if run.timed_out:
        late = f"the command did not end within {timeout_seconds:g} seconds"
        if settings.incoming and not run.answers:
            raise SandboxUnavailable(f"{late}: nobody listened for the requests that are to come in")
        if takes_requests and not settings.incoming:
            hint = "it takes in requests, so declare some in hubshift.yaml: record, incoming"
            raise SandboxUnavailable(f"{late}: {hint}")
        raise SandboxUnavailable(late)
    lack = lacking(run)
    if lack is not None:
        raise SandboxUnavailable(lack)
    if run.exit_status == _CANNOT_START and "hubshift: " in run.stderr:
        raise SandboxUnavailable(run.stderr.strip().splitlines()[-1].removeprefix("hubshift: "))


def _secrets(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], names: PlainNames
) -> dict[str, str]:
    """Credentials that are in the environment or in the scripts of the command, by the names that a shadow run has for
    them.

    Unless its scripts are understood whole, each variable counts that may hold one, but for those that people say are
    plain, and those that the scripts use as such, if the name does not speak against it.
    """
    found = environment_secrets(environment, names, is_credential)
    scripts = [
        folder / part for part in command if (folder / part).is_file() and has_extractor(folder / part)
    ]
    read = [_read(script) for script in scripts]
    understood = [one for one in read if one is not None and not any(d.is_gap for d in one.diagnostics)]
    for one in filter(None, read):
        found |= one.secret_values.reveal()
        named = [secret.name for secret in one.integration.secrets]
        found |= {name: environment[name] for name in named if environment.get(name)}
    if not scripts or len(understood) < len(scripts):
        used = {variable.name for one in filter(None, read) for variable in one.integration.variables}
        plain = {name for name in used if not may_name_key(name)}
        found |= {
            name: value
            for name, value in environment.items()
            if name not in plain
            and name.lower() not in names.plain
            and may_be_credential(name, value)
            and value
        }
    return found


def _takes_requests(command: Sequence[str], folder: Path) -> bool:
    scripts = [
        folder / part for part in command if (folder / part).is_file() and has_extractor(folder / part)
    ]
    read = filter(None, map(_read, scripts))
    return any(isinstance(one.integration.trigger, WebhookTrigger) for one in read)


def _read(script: Path) -> Extraction | None:
    try:
        read = read_script(script, script.parent)
    except (OSError, InputError):
        return None
    return read if isinstance(read, Extraction) else None


def _visible(command: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Folders of the program and of the files that the command names, which may lie where all is hidden."""
    program = shutil.which(command[0])
    named = [Path(program)] if program else []
    named += [folder / part for part in command if (folder / part).is_file()]
    places = {place for path in named for place in (path.absolute().parent, path.resolve().parent)}
    held = folder.resolve()
    return tuple(sorted(place for place in places if place != Path("/") and not held.is_relative_to(place)))


def _certificates() -> tuple[Path, ...]:
    import certifi

    return (Path(certifi.where()),)


def _refused(run: LegRun, taken: Taken) -> tuple[RefusedRead, ...]:
    undeclared = {one.sequence for one in taken.turned if one.undeclared}
    found: dict[str, list[Exchange]] = {}
    for exchange in run.exchanges:
        if exchange.sequence in undeclared:
            found.setdefault(declaration_of(exchange.request), []).append(exchange)
    return tuple(
        RefusedRead(f"{held[0].request.method} {_bare(held[0])}", len(held), line)
        for line, held in found.items()
    )


def _reasons(run: LegRun, taken: Taken, refused: Sequence[RefusedRead], coming: int) -> list[str]:
    """What needs review of a run to which so many requests were to come in."""
    found = []
    if run.exit_status != 0 and not (coming and run.exit_status in _ENDED_WHEN_ASKED):
        found.append(f"the command failed: {ended(run)}")
    if len(run.answers) < coming:
        found.append(
            f"the command ended before it had answered all that came in: {len(run.answers)} of {coming}"
        )
    for answered in run.answers:
        if not answered.answer.status:
            found.append(f"{answered.request.method} {_bare(answered)} came in and got no answer")
    found += [f"{one.request} is not declared, so it was refused ({one.times}×)" for one in refused]
    for turned in taken.turned:
        if not turned.undeclared:
            exchange = run.exchanges[turned.sequence]
            found.append(f"{exchange.request.method} {_bare(exchange)} got no answer: {turned.reason}")
    for source, what in (("synthetic", "a stand-in for an answer"), ("declared", "a declared answer")):
        asked = Counter(f"{one.request.method} {_bare(one)}" for one in run.exchanges if one.source == source)
        found += [f"{name} got {what} ({times}×)" for name, times in asked.items()]
    if run.files is None or taken.before is None:
        found.append("more, or larger, files were changed than are kept, so none is recorded")
    found += [
        f"{name} holds a secret and is no text, so it is not in {BEFORE_NAME}/" for name in taken.withheld
    ]
    if run.left_running:
        found.append(f"{run.left_running} processes were left running, and were killed")
    if run.refused_connections:
        tried = run.refused_connections
        went = "1 connection" if tried == 1 else f"{tried} connections"
        found.append(f"{went} went to ports where nothing listens")
    return found


def _bare(exchange: Exchange) -> str:
    """The URL without its query."""
    return exchange.request.url.partition("?")[0]


def _write(making: Path, run: LegRun, taken: Taken) -> None:
    entries = [_entry(one) for one in run.exchanges if _can_be_said(one)]
    entries += [Entry(one.request, one.answer, incoming=True) for one in run.answers]
    (making / HAR_NAME).write_bytes(har(entries))
    try:
        read_har(making / HAR_NAME)
    except RecordingError as error:
        raise SandboxUnavailable(f"what was recorded cannot be read back: {error}") from None
    if taken.mails:
        (making / MAILS_NAME).write_text(mail_lines(taken.mails), encoding="utf-8", newline="\n")
    if run.files:
        lines = "".join(f"{as_line(file)}\n" for file in run.files)
        (making / FILES_NAME).write_text(lines, encoding="utf-8", newline="\n")
    for name, content in taken.before or ():
        path = making / BEFORE_NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _can_be_said(exchange: Exchange) -> bool:
    """Whether an exchange has a place in a HAR: what was garbled, or never came to a request, has none."""
    return exchange.request.method.isalpha() and exchange.request.method not in ("TLS", "CONNECT", "MAIL")


def _entry(exchange: Exchange) -> Entry:
    if exchange.source == "refused":
        # Status 0, as browsers write it: no answer that could be played again.
        return Entry(
            exchange.request, replace(exchange.answer, status=0, headers=(), body=b""), source="refused"
        )
    return Entry(exchange.request, exchange.answer, source=_SOURCES.get(exchange.source, exchange.source))
