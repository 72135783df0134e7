"""The sample estate, from audit to proof."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from migrate.contracts import Extraction
from migrate.model import Estate
from migrate.pipeline.auditing import read_script
from migrate.pipeline.beside import lay_out
from migrate.pipeline.emitting import emit
from migrate.pipeline.files import InputError, read_environment
from migrate.pipeline.models import write_model
from migrate.pipeline.reporting import flow_page, write_report
from migrate.pipeline.shadowing import LEGACY, REFERENCE, ShadowRun, shadow
from migrate.pipeline.sources import source_lines
from migrate.shadow.mails import read_mails
from migrate.shadow.recording import read_har

TARGET = "node-red"


@dataclass(frozen=True)
class DemonstratedFlow:
    """One flow of the sample estate: equal writes of legacy and reference, of reference and target, and the verdict."""

    name: str
    run: ShadowRun

    def row(self) -> tuple[str, str, str, str]:
        """Name, the two comparisons in words, verdict."""
        return (self.name, self._pair(LEGACY, REFERENCE), self._pair(REFERENCE, TARGET), self.verdict)

    @property
    def verdict(self) -> str:
        """The verdict as shown."""
        return self.run.judgement.verdict.name.replace("_", " ")

    def _pair(self, left: str, right: str) -> str:
        for one in self.run.judgement.comparisons:
            if (one.left, one.right) == (left, right):
                writes = one.writes
                same = not writes.differences and not one.outcomes
                return f"{'equal' if same else 'DIFFERENT'} ({writes.equal} of {writes.left_count} writes)"
        return "NOT RUN"


@dataclass(frozen=True)
class Demonstration:
    """All flows and where the report lies."""

    flows: tuple[DemonstratedFlow, ...]
    report: Path
    passed_over: tuple[str, ...] = ()
    """Sentences on the samples that were not shown."""

    @property
    def status(self) -> int:
        """0 where every flow passed, 2 where one could not run, else 1."""
        verdicts = {flow.verdict for flow in self.flows}
        return 0 if verdicts == {"PASS"} else 2 if "NOT RUN" in verdicts else 1

    def table(self) -> str:
        """The table for the terminal, with reasons below where a flow did not pass."""
        rows = [
            ("flow", "legacy = reference", "reference = Node-RED", "verdict"),
            *(flow.row() for flow in self.flows),
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        lines.insert(1, "  ".join("-" * width for width in widths))
        for flow in self.flows:
            lines += [f"{flow.name}: {reason}" for reason in flow.run.judgement.reasons]
            lines += [f"{flow.name}: {leg.name}: {leg.detail}" for leg in flow.run.legs if leg.detail]
        return "\n".join([*lines, *self.passed_over, "", f"report: {self.report}"])

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        names = ("flow", "legacy = reference", "reference = node-red", "verdict")
        flows = [dict(zip(names, flow.row(), strict=True)) for flow in self.flows]
        return {"flows": flows, "passed over": list(self.passed_over), "report": str(self.report)}


def demonstrate(out: Path, say: Callable[[str], None]) -> Demonstration:
    """Runs the sample estate; writes configuration, model, writes of each leg and the report below `out`."""
    estate = Path(__file__).resolve().parent.parent.parent / "fixtures"
    cases = sorted(estate.glob("*/case.yaml"))
    if not cases:
        raise InputError(
            "the sample estate is not here: the demonstration needs a checkout of the repository"
        )
    flows, pages, extractions, passed_over = [], [], [], []
    for case in cases:
        settings = yaml.safe_load(case.read_text(encoding="utf-8"))
        if settings.get("gaps") or settings.get("losses"):
            passed_over.append(f"{case.parent.name}: not shown, since a gap or a loss is named in it")
            continue
        if settings.get("model") == "by-hand":
            passed_over.append(f"{case.parent.name}: not shown, since no extractor reads its script yet")
            continue
        say(f"running {case.parent.name}")
        script = case.parent / settings["script"]
        extraction = read_script(script, script.parent)
        if not isinstance(extraction, Extraction):
            raise InputError(f"{script}: no integration could be read")
        folder = out / case.parent.name
        emitted = emit(extraction.integration, TARGET, folder / TARGET)
        write_model(folder, Estate(integrations=(extraction.integration,)))
        first = next(one for one in settings["runs"] if one["recording"] == settings["recording"])
        mails = read_mails(case.parent / first["mails"]) if first.get("mails") else ()
        with tempfile.TemporaryDirectory(prefix="hubshift-") as beside:
            lay_out(case.parent / first["before"] if first.get("before") else None, Path(beside))
            run = shadow(
                script,
                extraction,
                replace(read_har(case.parent / settings["recording"]), mails=mails),
                TARGET,
                read_environment(case.parent / settings["env_file"]),
                files=Path(beside),
                writes_out=folder / "writes",
                configuration=folder / TARGET,
            )
        extractions.append(extraction)
        flows.append(DemonstratedFlow(extraction.integration.name, run))
        pages.append(flow_page(extraction, emitted, run, source_lines(script.parent, extraction)))
    report = write_report(out, "Sample estate", pages, (), extractions)
    return Demonstration(tuple(flows), report, tuple(passed_over))
