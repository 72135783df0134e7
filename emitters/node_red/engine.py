"""Runs an emitted tab once on the real Node-RED."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from emitters.node_red import install
from emitters.node_red.check import check_flow
from emitters.node_red.webhooks import RAW_BODY
from migrate.contracts import Launch

FILES = ("run_once.js", "settings.js")
MODULES = ("nodemailer",)
"""What function nodes may name beside the modules of Node.js; Node-RED installs it where a flow is deployed."""
LOG_NODE = "Run failed"
"""The node that writes the error that ended the run to the log, as `node: message`."""


class NodeRedEngine:
    """Node-RED as `install` puts it on this machine, started without editor or admin API."""

    def version(self) -> str:
        """The version that `install` puts on a machine."""
        return f"Node-RED {install.pinned_version()}"

    def missing(self) -> str | None:
        """None where Node-RED can run; else what is missing and the command that installs it."""
        return install.missing()

    def faults(self, artefacts: Path) -> tuple[str, ...]:
        """Wires to nowhere, unknown types, missing keys and the like in `flows.json`."""
        try:
            flow = json.loads((artefacts / "flows.json").read_text(encoding="utf-8"))
        except OSError as problem:
            return (f"flows.json cannot be read: {problem.strerror}",)
        except ValueError as problem:
            return (f"flows.json is not JSON: {type(problem).__name__}",)
        if not isinstance(flow, list) or not all(isinstance(node, dict) for node in flow):
            return ("flows.json is no list of nodes",)
        return tuple(f"flows.json: {fault}" for fault in check_flow(flow))

    def launch(self, artefacts: Path, folder: Path) -> Launch:
        """Copies the flow and what runs it into `folder`; raises `InstallError` without an engine."""
        node, modules = install.node(), install.node_red_modules()
        if node is None or modules is None:
            raise install.InstallError(install.missing() or "Node-RED is missing.")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(artefacts / "flows.json", folder / "flows.json")
        for name in FILES:
            shutil.copyfile(install.ENGINE / name, folder / name)
        _provide(modules, folder)
        if (artefacts / RAW_BODY).is_file():
            shutil.copyfile(artefacts / RAW_BODY, folder / RAW_BODY)
        command = (str(node), str(folder / "run_once.js"), str(modules), str(folder))
        return Launch(command, folder, {})

    def outcome(self, exit_status: int | None, stdout: str) -> tuple[bool, str]:
        """True if the flow ran to its end without error, and a sentence on how it ended."""
        report = _report(stdout)
        if report is None:
            return False, f"Node-RED gave no report (exit status {exit_status})."
        if report["outcome"] == "clean" and exit_status == 0:
            return True, "The flow ended without error."
        errors = report["errors"]
        if logged := [error["message"] for error in errors if error.get("name") == LOG_NODE]:
            return False, f"The flow failed in {logged[0]}"
        if errors:
            first = errors[0]
            where = first["name"] or first["id"] or "Node-RED"
            return False, f"The flow failed in {where}: {first['message'].removeprefix('Error: ')}"
        if report["missing_types"]:
            return False, f"Node-RED does not know: {', '.join(report['missing_types'])}."
        return False, f"The flow did not end well: {report['outcome']}."


def _provide(modules: Path, folder: Path) -> None:
    """Puts the modules that function nodes may name where Node-RED looks for them."""
    (folder / "node_modules").mkdir(exist_ok=True)
    for name in MODULES:
        link = folder / "node_modules" / name
        link.unlink(missing_ok=True)
        link.symlink_to(modules / name)
    about = {"private": True, "dependencies": dict.fromkeys(MODULES, "*")}
    (folder / "package.json").write_text(json.dumps(about) + "\n", encoding="utf-8")


def _report(stdout: str) -> dict[str, Any] | None:
    """The last line that is a report of `run_once.js`."""
    for line in reversed(stdout.splitlines()):
        try:
            report = json.loads(line)
        except ValueError:
            continue
        if isinstance(report, dict) and {"outcome", "errors", "missing_types"} <= report.keys():
            return report
    return None
