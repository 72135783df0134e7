"""Runs an emitted project on Apache Camel itself, once, inside the sandbox."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from emitters.camel import install
from migrate.contracts import Launch

RUNNER = "RunOnce.groovy"
_OPTIONS = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xshare:auto",
    "-Xmx512m",
    "-Dfile.encoding=UTF-8",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
    "-Djava.net.preferIPv4Stack=true",
)


class CamelEngine:
    """Camel's own main class with the project's resources on its classpath."""

    def version(self) -> str:
        """The version that `install` puts on a machine."""
        return f"Apache Camel {install.pinned_version()}"

    def missing(self) -> str | None:
        """None where Camel can run; else what is missing and the command that installs it."""
        return install.missing()

    def faults(self, artefacts: Path) -> tuple[str, ...]:
        """Files that are missing or no YAML; Camel itself refuses what it does not know when it starts."""
        resources = artefacts / "src" / "main" / "resources"
        routes = sorted((resources / "camel").glob("*.camel.yaml"))
        if not routes:
            return ("there is no route in src/main/resources/camel",)
        found = []
        for path in routes:
            try:
                document = yaml.safe_load(path.read_text(encoding="utf-8"))
            except (OSError, yaml.YAMLError) as problem:
                found.append(f"{path.name} is no YAML: {type(problem).__name__}")
                continue
            if not isinstance(document, list):
                found.append(f"{path.name} is no list of routes and beans")
        return tuple(found)

    def launch(self, artefacts: Path, folder: Path) -> Launch:
        """Copies the resources into `folder`; raises `InstallError` without an engine."""
        java, jars = install.java(), install.jars()
        if java is None or jars is None:
            raise install.InstallError(install.missing() or "Camel is missing.")
        classes = folder / "classes"
        shutil.copytree(artefacts / "src" / "main" / "resources", classes, dirs_exist_ok=True)
        shutil.copyfile(install.ENGINE / RUNNER, folder / RUNNER)
        command = (
            str(java),
            *_OPTIONS,
            "-cp",
            f"{classes}:{jars}/*",
            "groovy.ui.GroovyMain",
            str(folder / RUNNER),
            str(folder),
        )
        return Launch(command, folder, {"LC_ALL": "C.UTF-8"})

    def outcome(self, exit_status: int | None, stdout: str) -> tuple[bool, str]:
        """True if the route ran to its end without error, and a sentence on how it ended."""
        report = _report(stdout)
        if report is None:
            return False, f"Camel gave no report (exit status {exit_status})."
        match report:
            case {"outcome": "clean"} if exit_status == 0:
                return True, "The route ended without error."
            case {"outcome": "error", "step": step, "message": message}:
                return False, f"The route failed in {step}: {message}"
            case {"message": str(message)}:
                return False, f"Camel did not start the route: {message}"
        return False, f"The route did not end well: {report['outcome']}."


def _report(stdout: str) -> dict[str, Any] | None:
    """The last line that is a report of the runner."""
    for line in reversed(stdout.splitlines()):
        try:
            report = json.loads(line)
        except ValueError:
            continue
        if isinstance(report, dict) and "outcome" in report:
            return report
    return None
