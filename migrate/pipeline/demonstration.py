"""The sample estate, from audit to proof, and a mistake in one emitted flow that the shadow run has to find."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.contracts import Extraction
from migrate.estate.crontab import not_started
from migrate.model import Estate
from migrate.pipeline.auditing import Audit, audit
from migrate.pipeline.emitting import Emitted, emit
from migrate.pipeline.estate_map import estate_map
from migrate.pipeline.files import InputError, read_environment
from migrate.pipeline.flow_pages import flow_page
from migrate.pipeline.mistakes import MadeMistake, make_mistake
from migrate.pipeline.models import write_model
from migrate.pipeline.reporting import write_report
from migrate.pipeline.sample import Mistake, RecordedRun, Sample, read_sample
from migrate.pipeline.shadowing import LEGACY, ShadowSettings, shadow
from migrate.pipeline.sources import source_lines
from migrate.report.content import DifferenceRow, EstateMap, FlowPage
from migrate.shadow.mails import read_mails
from migrate.shadow.recording import read_har

TARGET = "node-red"
Progress = Callable[[int, int, str], None]
"""Is told how many runs are through, how many there are, and what is at work."""


@dataclass(frozen=True)
class ShownFlow:
    """One flow of the sample: its page, the verdict that the sample expects, and the gaps that it is known to have."""

    name: str
    page: FlowPage
    expected: str
    known_gaps: tuple[str, ...]

    def surprises(self) -> Iterator[str]:
        """What is not as the sample expects."""
        if self.page.verdict != self.expected:
            yield f"{self.name}: the verdict is {self.page.verdict}, the sample expects {self.expected}"
        gaps = sorted({one.code for one in self.page.findings if one.severity == "gap"})
        if gaps != sorted(self.known_gaps):
            named = ", ".join(gaps) or "none"
            yield f"{self.name}: gaps are {named}, the sample expects {', '.join(self.known_gaps) or 'none'}"


@dataclass(frozen=True)
class ShownMistake:
    """The planted mistake: what was changed where, and what the shadow run of the changed flow says of it."""

    mistake: Mistake
    made: MadeMistake
    page: FlowPage
    report: Path

    @property
    def found(self) -> tuple[DifferenceRow, ...]:
        """What differs between script and changed flow, and leads back to the rule that is broken."""
        legs = f"{LEGACY} / {TARGET}"
        return tuple(
            one for one in self.page.differences if (one.legs, one.rule) == (legs, self.mistake.rule)
        )

    def surprises(self) -> Iterator[str]:
        """What is not as the sample expects: the mistake was not found, or it is explained by another rule."""
        if self.page.verdict != "FAIL" or not self.found:
            yield f"{self.mistake.flow}: the planted mistake was not found (verdict {self.page.verdict})"
        others = sorted({one.rule for one in self.page.differences} - {self.mistake.rule})
        if others:
            yield f"{self.mistake.flow}: the planted mistake is also laid to {', '.join(others) or 'no rule'}"


@dataclass(frozen=True)
class Demonstration:
    """All that was shown, and where it lies."""

    name: str
    scripts: int
    flows: tuple[ShownFlow, ...]
    estate: EstateMap
    not_started: tuple[str, ...]
    mistake: ShownMistake | None
    surprises: tuple[str, ...]
    """What is not as the sample expects; empty where all is."""
    report: Path
    model: Path


def demonstrate(
    out: Path, progress: Progress = lambda done, total, text: None, only: Collection[str] = ()
) -> Demonstration:
    """Audits, emits and proves the sample estate, then breaks one flow and finds out; writes all of it below `out`.

    `only` names the flows to run, all where it is empty. Raises InputError where there is no sample or no such flow.
    """
    sample = read_sample()
    names = [run.name for run in sample.runs]
    unknown = sorted(set(only) - set(names))
    if unknown:
        raise InputError(f"{unknown[0]}: the sample has no such flow; there are: {', '.join(names)}")
    found = audit(sample.scripts, lambda done, total, name: progress(done, total, f"reading {name}"))
    tasks = [_emitted(run, found, out) for run in sample.runs if not only or run.name in only]
    planted = [_planted(sample, task, out) for task in tasks if task.run.name == sample.expected.mistake.flow]
    pages = _run_all([*tasks, *(task for task, _ in planted)], progress)
    shown = tuple(
        ShownFlow(
            task.run.name, page, sample.expected.verdicts.get(task.run.name, "not stated"), task.run.gaps
        )
        for task, page in zip(tasks, pages, strict=False)
    )
    extractions = [task.extraction for task in tasks]
    report = write_report(
        out, f"Sample estate: {sample.expected.name}", pages[: len(tasks)], found.unread, extractions
    )
    model = write_model(out, Estate(integrations=tuple(one.integration for one in extractions)))
    mistake = None
    for (_, made), page in zip(planted, pages[len(tasks) :], strict=True):
        title = f"A planted mistake in {page.name}"
        mistake = ShownMistake(
            sample.expected.mistake, made, page, write_report(out / "mistake", title, [page])
        )
    idle = _not_started(sample)
    return Demonstration(
        sample.expected.name,
        found.scripts,
        shown,
        estate_map(extractions, [page.id for page in pages[: len(tasks)]], {}),
        idle,
        mistake,
        tuple(_surprises(sample, shown, mistake, idle, whole=not only)),
        report,
        model,
    )


def _surprises(
    sample: Sample,
    shown: tuple[ShownFlow, ...],
    mistake: ShownMistake | None,
    idle: tuple[str, ...],
    *,
    whole: bool,
) -> Iterator[str]:
    for flow in shown:
        yield from flow.surprises()
    if mistake is not None:
        yield from mistake.surprises()
    elif whole:
        yield "no mistake was planted"
    missing = sorted(set(sample.expected.verdicts) - {flow.name for flow in shown})
    if whole and missing:
        yield f"the sample expects flows that are not there: {', '.join(missing)}"
    if idle != sample.expected.not_started:
        yield f"scripts that nothing starts: {', '.join(idle) or 'none'}, not as the sample expects"


# --- the parts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Task:
    """A shadow run to be made in a process of its own."""

    run: RecordedRun
    extraction: Extraction
    emitted: Emitted
    configuration: Path
    writes: Path


def _emitted(run: RecordedRun, found: Audit, out: Path) -> _Task:
    """The flow of a script, written below `out`."""
    name = run.script.name
    read = [one for one in found.extractions if one.integration.sources[0].file == name]
    if len(read) != 1:
        raise InputError(f"{run.script}: no integration could be read")
    folder = out / "flows" / run.name
    emitted = emit(read[0].integration, TARGET, folder / TARGET)
    return _Task(run, read[0], emitted, folder / TARGET, folder / "writes")


def _planted(sample: Sample, task: _Task, out: Path) -> tuple[_Task, MadeMistake]:
    """The same flow once more with a mistake in it."""
    folder = out / "mistake" / TARGET
    emit(task.extraction.integration, TARGET, folder)
    made = make_mistake(sample.expected.mistake, folder)
    return replace(task, configuration=folder, writes=out / "mistake" / "writes"), made


def _not_started(sample: Sample) -> tuple[str, ...]:
    texts = {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(sample.scripts.iterdir())
        if path.name == "crontab" or path.suffix in (".py", ".sh")
    }
    crontab = texts.pop("crontab", "")
    return not_started([name for name in texts if name.endswith(".py")], [crontab], texts)


def _run_all(tasks: list[_Task], progress: Progress) -> list[FlowPage]:
    """The pages of all tasks, in their order, run as many at a time as there are processors.

    On an interruption no process is left: each worker ends what it runs.
    """
    total = len(tasks)
    progress(0, total, "running the flows")
    workers = min(total, len(os.sched_getaffinity(0)))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_be_a_worker) as pool:
        waiting = {pool.submit(_run, task): number for number, task in enumerate(tasks)}
        pages: dict[int, FlowPage] = {}
        try:
            for done in as_completed(waiting):
                pages[waiting[done]] = done.result()
                progress(len(pages), total, f"ran {tasks[waiting[done]].run.name}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise
    return [pages[number] for number in range(total)]


def _be_a_worker() -> None:
    """The parent decides when a worker ends; what runs then is ended with it."""
    signal.signal(signal.SIGINT, lambda number, frame: None)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def _run(task: _Task) -> FlowPage:
    """The page of one flow, in a worker. One that is asked to end cleans up, and does so: the pool would go on."""
    try:
        return _shadowed(task)
    except SystemExit:
        os._exit(1)


def _shadowed(task: _Task) -> FlowPage:
    """The page of one flow, after its shadow run."""
    run = task.run
    recording = read_har(run.recording)
    if run.mails is not None:
        recording = replace(recording, mails=read_mails(run.mails))
    with run.files() as files:
        done = shadow(
            run.script,
            task.extraction,
            recording,
            TARGET,
            read_environment(run.env_file),
            ShadowSettings(files=files, writes_out=task.writes, configuration=task.configuration),
        )
    return flow_page(task.extraction, task.emitted, done, source_lines(run.script.parent, task.extraction))
