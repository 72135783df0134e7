"""The shadow run: the legacy script, the reference runner and the emitted flow on the same recording."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

from migrate import registry
from migrate.contracts import FOLDER_VARIABLES, Engine, Extraction
from migrate.model import (
    Constant,
    FilePath,
    Trigger,
    WebhookTrigger,
)
from migrate.pipeline.emitting import Emitted, emit
from migrate.pipeline.files import temporary_folder
from migrate.pipeline.hosts import named_hosts
from migrate.pipeline.interpreters import ended, finding_modules, interpreter, lacking, started
from migrate.pipeline.marking import classification_of
from migrate.pipeline.ports import mail_ports
from migrate.pipeline.repeating import Repeat, second_runs
from migrate.pipeline.requirements import required_names
from migrate.reference.observed import Observed, observed
from migrate.secrets.recognition import is_secret_name, may_be_credential, names_credential
from migrate.shadow import sandbox
from migrate.shadow.answers import Answered
from migrate.shadow.comparison_settings import NOTHING_DECLARED, ComparisonSettings
from migrate.shadow.concurrency import concurrency_of
from migrate.shadow.legs import Leg, LegRun, SandboxUnavailable
from migrate.shadow.messages import header
from migrate.shadow.recorded_secrets import names_masked, recorded_secrets
from migrate.shadow.recording import LeftOut, Recording
from migrate.shadow.replay_settings import ReplaySettings
from migrate.shadow.verdict import Judgement, LegResult, judge
from migrate.shadow.writes import records, write_lines

State = Literal["completed", "failed", "unmapped", "not-run"]
LEGACY, REFERENCE = "legacy", "reference"
NOTHING_CAME_IN = (
    "requests that come in start its runs, and the recording holds none (`_direction: incoming`)"
)


@dataclass(frozen=True)
class ShadowRun:
    """What came of a shadow run."""

    target: str
    emitted: Emitted
    judgement: Judgement
    legs: tuple[LegResult, ...]
    observed: Observed | None = None
    """What the reference leg went through; None where it did not run to an end."""


@dataclass(frozen=True)
class ShadowSettings:
    """How the legs run, and how what they did is compared."""

    files: Path | None = None
    """A folder whose content lies beside the script on all legs."""
    mail_server: bool = True
    """Whether something listens where mails go; it takes each mail."""
    writes_out: Path | None = None
    """Receives JSON lines: of the writes, the other requests and the files of each leg's first run."""
    configuration: Path | None = None
    """A folder with emitted files (changed by hand, perhaps) to run in place of what would be emitted now."""
    timeout_seconds: float = 120.0
    """How long a leg may run."""
    comparison: ComparisonSettings = NOTHING_DECLARED
    """What people declared about equality."""
    repeat: Repeat = "auto"
    """When the legs run again, to tell what varies from run to run from what differs."""
    replay: ReplaySettings | None = None
    """What people declared about the requests that a recording answers."""


def shadow(
    script: Path,
    extraction: Extraction,
    recording: Recording,
    target: str,
    environment: Mapping[str, str],
    settings: ShadowSettings = ShadowSettings(),  # frozen
    progress: Callable[[str], None] = lambda leg: None,
) -> ShadowRun:
    """Runs three legs in the sandbox and compares what each would have written.

    A leg that cannot run is a result, not an error. `progress` is told of each leg before it runs.
    """
    recording = _of_trigger(recording, extraction.integration.trigger)
    emitter = registry.emitter(target)
    run = _Run(script.resolve(), extraction, recording, environment, settings)
    results: list[LegResult] = []
    with temporary_folder() as folder:
        emitted = emit(extraction.integration, target, None if settings.configuration else folder / "emitted")
        artefacts = settings.configuration or folder / "emitted"

        def legs(within: Path) -> dict[str, Callable[[], LegResult]]:
            return {
                LEGACY: run.legacy,
                REFERENCE: lambda: run.reference(within / "reference"),
                target: lambda: run.engine(target, emitter.engine, artefacts, within / "engine"),
            }

        for leg_name, make in legs(folder).items():
            progress(leg_name)
            if run.serves and not recording.incoming:
                results.append(LegResult(leg_name, "not-run", detail=NOTHING_CAME_IN))
                continue
            try:
                results.append(make())
            except SandboxUnavailable as unavailable:
                results.append(LegResult(leg_name, "not-run", detail=unavailable.reason))
        gaps = [
            f"{one.code} {one.span or ''}".strip()
            for one in extraction.diagnostics
            if one.rule.severity == "gap"
        ]
        gaps += [f"{loss.id} ({loss.level})" for loss in emitted.emission.losses]
        cookies = [
            one.place for one in recording.exchanges if header(one.answer.headers, "set-cookie") is not None
        ]
        concurrency = concurrency_of(extraction.integration)
        judged = partial(
            judge,
            results,
            recording.left_out,
            gaps=gaps,
            unset=[name for name in required_names(extraction.integration) if name not in run.environment],
            cookies=cookies,
            concurrency=concurrency,
            settings=settings.comparison,
        )
        judgement = judged()
        again = second_runs(legs(folder / "again"), results, judgement, settings.repeat, progress)
        if again:
            judgement = judged(again=again)
    if settings.writes_out is not None:
        for leg_name, leg_run in run.done.items():
            answers = [Answered.of(one) for one in leg_run.answers]
            files_left = leg_run.files or ()
            write_lines(
                leg_run.exchanges, files_left, run.classification, settings.writes_out, leg_name, answers
            )
    return ShadowRun(target, emitted, judgement, tuple(results), run.observed)


class _Run:
    """What the legs of one shadow run share."""

    def __init__(
        self,
        script: Path,
        extraction: Extraction,
        recording: Recording,
        environment: Mapping[str, str],
        settings: ShadowSettings,
    ) -> None:
        self.script = script
        self.settings = settings
        self.extraction = extraction
        self.recording = recording
        self.environment = dict(environment)
        self.classification = classification_of(extraction.integration)
        self.hard_coded = extraction.secret_values.reveal()
        self.mail_ports = mail_ports(extraction.integration, self.environment) if settings.mail_server else ()
        self.done: dict[str, LegRun] = {}
        self.observed: Observed | None = None

    @property
    def serves(self) -> bool:
        """True if requests that come in start the runs."""
        return isinstance(self.extraction.integration.trigger, WebhookTrigger)

    def secrets(self) -> dict[str, str]:
        """The values to be shown as `{{NAME}}`, by name.

        A variable that the model does not know may be read behind a gap, where nothing says what it is. Without a gap
        the script does not read it, and its value may stand in a host name by chance.
        """
        gaps = any(one.is_gap for one in self.extraction.diagnostics)
        integration = self.extraction.integration
        named = {secret.name for secret in integration.secrets}
        named |= names_masked(self.recording)
        plain = {variable.name for variable in integration.variables}
        given = {
            name: value
            for name, value in self.environment.items()
            if value
            and (
                name in named
                or (name not in plain and (is_secret_name(name) or (gaps and may_be_credential(name, value))))
            )
        }
        own = {**self.hard_coded, **given}
        return {**recorded_secrets(self.recording, names_credential, own.values()), **own}

    def legacy(self) -> LegResult:
        """The script itself, with nothing of ours in its environment."""
        leg = Leg(
            LEGACY,
            (*interpreter(self.script), *started(self.script, self.extraction.start)),
            self.script.parent,
            self.settings.timeout_seconds,
            {**self.environment, **finding_modules(self.extraction.start, self.environment)},
            visible=self.extraction.start.files,
            files=self.settings.files,
            certificate_files=_certificates(),
        )
        done = self._run(leg)
        lack = lacking(done)
        if lack is not None:
            return self._result(done, "not-run", lack)
        if done.exit_status == 0:
            return self._result(done, "completed", "")
        return self._result(done, "failed", ended(done))

    def reference(self, folder: Path) -> LegResult:
        """The reference runner on the canonical model, in the script's folder."""
        folder.mkdir(parents=True)
        model = folder / "model.json"
        model.write_text(self.extraction.integration.model_dump_json(), encoding="utf-8")
        environment = {**self.environment, **self.hard_coded, "PYTHONPATH": str(_project())}
        # -P: modules beside the script are not ours.
        command = (sys.executable, "-P", "-m", "migrate.reference", str(model))
        leg = Leg(
            REFERENCE,
            command,
            folder,
            self.settings.timeout_seconds,
            environment,
            working=self.script.parent,
            files=self.settings.files,
            visible=(_project(),),
            certificate_files=_certificates(),
        )
        done = self._run(leg)
        self.observed = self.observed or observed(done.stdout, self.extraction.integration)
        lines = done.stdout.strip().splitlines()
        detail = str(json.loads(lines[-1])["reason"]) if done.exit_status in (0, 1, 3) and lines else ""
        match done.exit_status:
            case 0:
                return self._result(done, "completed", "")
            case 1:
                return self._result(done, "failed", detail)
            case 3:
                return self._result(done, "unmapped", detail)
            case _:
                return self._result(done, "not-run", ended(done))

    def engine(self, target: str, engine: Engine, artefacts: Path, folder: Path) -> LegResult:
        """The target's own engine on the emitted files."""
        missing = engine.missing()
        if missing is not None:
            return LegResult(target, "not-run", detail=missing)
        faults = engine.faults(artefacts)
        if faults:
            return LegResult(target, "not-run", detail="; ".join(faults[:5]))
        folder.mkdir(parents=True)
        launch = engine.launch(artefacts, folder)
        folders = dict.fromkeys(FOLDER_VARIABLES.values(), str(self.script.parent))
        environment = {**self.environment, **self.hard_coded, **folders, **launch.environment}
        visible = tuple(Path(part) for part in launch.command if part.startswith("/") and Path(part).exists())
        leg = Leg(
            target,
            launch.command,
            launch.folder,
            self.settings.timeout_seconds,
            environment,
            working=self.script.parent,
            files=self.settings.files,
            visible=visible,
        )
        done = self._run(leg)
        ended_well, detail = engine.outcome(done.exit_status, done.stdout)
        return self._result(done, "completed" if ended_well else "failed", "" if ended_well else detail)

    def _run(self, leg: Leg) -> LegRun:
        done = sandbox.run(
            leg,
            self.recording,
            self.classification,
            self.secrets(),
            mail_ports=self.mail_ports,
            replay=self.settings.replay,
            hosts=named_hosts(self.extraction.integration),
        )
        self.done.setdefault(leg.name, done)
        return done

    def _result(self, done: LegRun, state: State, detail: str) -> LegResult:
        writes, reads = records(done.exchanges, self.classification)
        if done.timed_out:
            state, detail = "not-run", f"it did not end within {self.settings.timeout_seconds:g} seconds"
        if self.serves and state in ("completed", "failed"):
            state, detail = self._served(done)
        logs = self.extraction.integration.log_files if done.name == LEGACY else ()
        left_out = {_name(file) for file in logs}
        files = tuple(file for file in done.files or () if file.name not in left_out)
        answers = tuple(Answered.of(one) for one in done.answers)
        return LegResult(done.name, state, writes, reads, done.unused, detail, _effects(done), files, answers)

    def _served(self, done: LegRun) -> tuple[State, str]:
        """How a leg ended that takes in requests, and is asked to end after the last of them."""
        if len(done.answers) == len(self.recording.incoming):
            return "completed", ""
        return "failed", f"it ended before it was asked to: {ended(done)}"


def _of_trigger(recording: Recording, trigger: Trigger) -> Recording:
    """The recording, without the requests that come in where nothing takes them in."""
    if isinstance(trigger, WebhookTrigger):
        return recording
    lost = tuple(LeftOut(one.place, "comes in, and nothing takes it in") for one in recording.incoming)
    return replace(recording, incoming=(), left_out=(*recording.left_out, *lost))


def _name(file: FilePath) -> str:
    """The name that a log file has among the files that a leg left behind."""
    path = file.path.value if isinstance(file.path, Constant) else None
    return str(PurePosixPath(path)) if isinstance(path, str) else ""


def _effects(done: LegRun) -> tuple[str, ...]:
    """What a leg did beside its requests."""
    large = ("changed more, or larger, files than are compared",) if done.files is None else ()
    left = (f"left {done.left_running} processes running, which were killed",) if done.left_running else ()
    tried = done.refused_connections
    refused = (f"tried {tried} connections to ports where nothing listens",) if tried else ()
    return (*large, *left, *refused)


def _project() -> Path:
    """The folder that holds our packages."""
    import migrate

    return Path(migrate.__file__).resolve().parent.parent


def _certificates() -> tuple[Path, ...]:
    """The bundle of authorities that `requests` trusts without being asked."""
    import certifi

    return (Path(certifi.where()),)
