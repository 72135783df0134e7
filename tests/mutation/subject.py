"""A flow under mutation: what is run, with what, and how the runs are compared."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from emitters.node_red import install
from emitters.node_red.engine import NodeRedEngine
from fixtures.beside import contents, lay_out
from migrate.contracts import Extraction
from migrate.model import WebhookTrigger
from migrate.pipeline.emitting import emit
from migrate.pipeline.files import read_environment
from migrate.pipeline.interpreters import interpreter
from migrate.pipeline.marking import classification_of
from migrate.pipeline.ports import mail_ports
from migrate.secrets.recognition import is_secret_name, names_credential
from migrate.shadow import sandbox
from migrate.shadow.legs import Leg
from migrate.shadow.mails import read_mails
from migrate.shadow.recorded_secrets import recorded_secrets
from migrate.shadow.recording import read_har
from tests.conformance.cases import Fixture
from tests.mutation.arguments import argument_for, arguments
from tests.mutation.baseline import Base, Baseline, Baselines
from tests.mutation.hunt import Hunt, Hunted
from tests.mutation.inputs import Search
from tests.mutation.inside import PORT, BatchRecording, BatchRun, Schedule
from tests.mutation.operators import mutants
from tests.mutation.plan import Input, Mutant, Node
from tests.mutation.rehearsal import Rehearsal
from tests.mutation.store import digest
from tests.mutation.verdicts import Comparing
from tests.mutation.yardsticks import Dropped, Yardstick, Yardsticks

_TARGET = "node-red"
_SECONDS = 3600.0
_AGAIN = 'while :; do "$@"; status=$?; case $status in 75|134|137) ;; *) exit $status ;; esac; done'
"""A shell that starts a process again which a run has ended: itself, for lack of memory, or because it stood still."""


@dataclass(frozen=True)
class Subject:
    """A fixture as it is mutated."""

    fixture: Fixture

    @property
    def name(self) -> str:
        """The fixture's name."""
        return self.fixture.name

    @cached_property
    def extraction(self) -> Extraction:
        """The model of the script."""
        return self.fixture.extraction()

    @cached_property
    def flow(self) -> list[Node]:
        """The emitted flow."""
        artefacts = emit(self.extraction.integration, _TARGET).emission.artefacts
        found: list[Node] = json.loads(next(one.text for one in artefacts if one.path == "flows.json"))
        return found

    @cached_property
    def changes(self) -> tuple[Mutant, ...]:
        """All mutants of the flow, and those that would be some were it not proved that they change nothing."""
        return mutants(self.name, self.flow)

    @cached_property
    def mutants(self) -> tuple[Mutant, ...]:
        """All mutants of the flow."""
        return tuple(one for one in self.changes if one.proof is None)

    @cached_property
    def environment(self) -> dict[str, str]:
        """The script's environment, with the secrets that it hard-codes."""
        return {**read_environment(self.fixture.env_file), **self.extraction.secret_values.reveal()}

    def recorded(self) -> Iterator[Input]:
        """The recorded runs."""
        for run in self.fixture.case.runs:
            if not run.mail_server:
                continue  # one server serves all runs of a batch
            mails = read_mails(self.fixture.folder / run.mails) if run.mails else ()
            recording = replace(read_har(self.fixture.folder / run.recording), mails=mails)
            if not isinstance(self.extraction.integration.trigger, WebhookTrigger):
                recording = replace(recording, incoming=())
            with tempfile.TemporaryDirectory() as folder:
                lay_out(self.fixture.folder / run.before if run.before else None, Path(folder))
                files = contents(Path(folder))
            secrets = recorded_secrets(recording, names_credential, self.secrets().values())
            yield Input(Path(run.recording).stem, recording, files, {}, secrets)

    def inputs(self, most: int | None = None) -> list[tuple[Input, bool]]:
        """The recorded inputs, then those made of them (`most` at most, the strongest); True for one that was made."""
        recorded = list(self.recorded())
        variables = [one.name for one in self.extraction.integration.variables]
        variables += [one.name for one in self.extraction.integration.secrets]
        hard_coded = self.extraction.secret_values.reveal()
        made = Search(
            Rehearsal(
                self.extraction.integration, self.environment, self.secrets(), self.fixture.script.parent
            ),
            self.extraction.integration,
            {name: self.environment.get(name) for name in variables if name not in hard_coded},
        ).inputs(self.name, recorded)
        return [*((one, False) for one in recorded), *((one, True) for one in made[:most])]

    def secrets(self) -> dict[str, str]:
        """The values that are shown as `{{NAME}}`, by name."""
        integration = self.extraction.integration
        named = {secret.name for secret in integration.secrets}
        plain = {variable.name for variable in integration.variables}
        return {
            name: value
            for name, value in self.environment.items()
            if value and (name in named or (name not in plain and is_secret_name(name)))
        }

    def comparing(self) -> Comparing:
        """How its runs are compared."""
        return Comparing(self.extraction.integration, self.secrets())

    def yardsticks(
        self, inputs: Sequence[tuple[Input, bool]], *, thorough: bool = False
    ) -> tuple[list[Yardstick], list[Dropped]]:
        """What script and reference do with the inputs."""
        with tempfile.TemporaryDirectory(prefix="hubshift-") as name:
            folder = Path(name)
            model = folder / "model.json"
            model.write_text(self.extraction.integration.model_dump_json(), encoding="utf-8")
            script = self.fixture.script.resolve()
            runner = Path(__file__).with_name("run_legs.py")
            own = interpreter(script)
            command = [sys.executable, "-P", str(runner), str(model), str(script), str(folder), str(PORT)]
            command += [] if own == (sys.executable,) else own
            import certifi

            root = Path(__file__).resolve().parent.parent.parent
            leg = Leg(
                "yardsticks",
                tuple(command),
                folder,
                _SECONDS,
                {**self.environment, "PYTHONPATH": str(root)},
                visible=(root, script.parent),
                certificate_files=(Path(certifi.where()),),
            )
            schedule = Yardsticks(inputs, self.comparing(), thorough=thorough)
            found: tuple[list[Yardstick], list[Dropped]] = self._batch(leg, schedule)
            return found

    def given(self) -> tuple[object, ...]:
        """What a script is and has, but for its input: its model, the files beside it, its environment."""
        folder = self.fixture.script.parent
        files = (one for one in sorted(folder.rglob("*")) if one.is_file() and "__pycache__" not in one.parts)
        beside = {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}
        model = self.extraction.integration.model_dump_json()
        return self.name, self.fixture.script.name, model, beside, self.environment

    def name_of(self, inputs: Sequence[tuple[Input, bool]], *, thorough: bool, sending: str) -> str:
        """A name for all that decides what is sent; `sending` is the digest of the code that does."""
        return digest(sending, *self.given(), self.flow, inputs, self.fixture.case.concurrent, thorough)

    def baseline(self, yardsticks: Sequence[Yardstick]) -> Baseline:
        """What the flow itself does."""
        schedule = Baselines(yardsticks, self.comparing(), concurrent=self.fixture.case.concurrent)
        found: Baseline = self.on_engine(schedule)
        return found

    def hunt(self, bases: Sequence[Base], mutants: Sequence[Mutant]) -> Hunted:
        """Runs the mutants."""
        given = arguments()
        argued = frozenset(one.id for one in mutants if argument_for(one, given))
        concurrent = self.fixture.case.concurrent
        schedule = Hunt(bases, mutants, self.flow, self.comparing(), argued, concurrent=concurrent)
        found: Hunted = self.on_engine(schedule)
        return found

    def on_engine(self, schedule: Schedule) -> Any:
        """What a schedule finds on the flow in Node-RED."""
        with tempfile.TemporaryDirectory(prefix="hubshift-") as name:
            folder = Path(name)
            artefacts, engine = folder / "emitted", folder / "engine"
            emit(self.extraction.integration, _TARGET, artefacts)
            launch = NodeRedEngine().launch(artefacts, engine)
            for part in ("run_batch.js", "probe.js"):
                (engine / part).write_bytes(Path(__file__).with_name(part).read_bytes())
            node, modules = install.node(), install.node_red_modules()
            assert node is not None
            assert modules is not None
            script = engine / "run_batch.js"
            command = (str(node), str(script), str(modules), str(engine), str(PORT))
            visible = tuple(
                Path(part) for part in launch.command if part.startswith("/") and Path(part).exists()
            )
            leg = Leg(
                _TARGET,
                ("/bin/sh", "-c", _AGAIN, "sh", *command),
                launch.folder,
                _SECONDS,
                {**self.environment, **launch.environment},
                visible=visible,
            )
            return self._batch(leg, schedule)

    def _batch(self, leg: Leg, schedule: Schedule) -> Any:
        recordings = [one.recording for one in self.recorded()]
        exchanges = tuple(exchange for one in recordings for exchange in one.exchanges)
        done = sandbox.run(
            leg,
            BatchRecording(exchanges, schedule=schedule),
            classification_of(self.extraction.integration),
            self.secrets(),
            mail_ports=mail_ports(self.extraction.integration, self.environment),
            served_by="tests.mutation.serve",
        )
        assert isinstance(done, BatchRun)
        if done.exit_status != 0:
            raise RuntimeError(f"{self.name}: {leg.name} ended with status {done.exit_status}")
        return done.results
