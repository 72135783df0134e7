"""What a report says, ready to be shown: plain texts, already redacted, in the order in which they appear."""

from __future__ import annotations

from dataclasses import dataclass, field

Verdict = str
"""`PASS`, `REVIEW`, `FAIL`, `NOT RUN`, or `NOT COMPARED` where no shadow run was asked for."""


@dataclass(frozen=True)
class Place:
    """A line of a legacy file, with its redacted text."""

    file: str
    line: int
    excerpt: str = ""


@dataclass(frozen=True)
class SampleRow:
    """What the model read for a rule in one pass of the recorded run, and what it wrote: values as JSON, redacted."""

    sources: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True)
class RuleRow:
    """One mapping rule: target field, where it comes from, what the target platform got for it.

    `times` counts how often the recorded run applied it, `nulls` how often its value was null; None where it is not
    known.
    """

    id: str
    step: str
    target: str
    rule: str
    when: str
    emitted: str
    evidence: str
    place: Place | None
    times: int | None = None
    nulls: int = 0
    sample: SampleRow | None = None


@dataclass(frozen=True)
class StepRow:
    """One step of the flow, indented by the blocks around it.

    A further way of the step above (`otherwise`, `handler`) is a row without an id.
    """

    id: str
    kind: str
    depth: int
    text: str
    place: Place | None


@dataclass(frozen=True)
class Finding:
    """A gap, warning or note, with what to do about it."""

    code: str
    severity: str
    title: str
    message: str
    remedy: str
    place: Place | None


@dataclass(frozen=True)
class LossRow:
    """A part of the model that the target does not realise."""

    id: str
    level: str
    reason: str


@dataclass(frozen=True)
class LegRow:
    """One leg of a shadow run; `files` counts those that it left behind, `answers` what it said to what came in."""

    name: str
    state: str
    writes: int
    reads: int
    detail: str
    files: int = 0
    answers: int = 0


@dataclass(frozen=True)
class ComparisonRow:
    """Two legs compared: `same` is true, false, or None where one of them did not run."""

    left: str
    right: str
    same: bool | None
    left_writes: int
    right_writes: int
    equal_writes: int
    left_out: tuple[str, ...] = ()
    classes: dict[str, int] = field(default_factory=dict)
    """How many findings there are of each class (`CLASSES` in `migrate.shadow.differences`); `equal` counts writes."""
    paired_by: tuple[str, ...] = ()
    """The business keys that told the records apart, where it mattered."""


@dataclass(frozen=True)
class DifferenceRow:
    """One difference between two legs: its class, where in the record, what, which rule, which legacy line."""

    legs: str
    kind: str
    path: str
    text: str
    rule: str
    place: Place | None


@dataclass(frozen=True)
class RefusedRow:
    """A request that the recording does not answer: how often each leg made it, what was recorded nearest to it, and in
    what that differs. `notes` say what else is known of why."""

    legs: tuple[tuple[str, int], ...]
    request: str
    nearest: str = ""
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnusedRow:
    """Recorded requests of one operation that these legs did not make; `places` are those in the recording."""

    legs: tuple[str, ...]
    request: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class CoverageRow:
    """One way that a run can take, and how often the recorded run took it.

    `kind` is step, rule, branch, lookup, handler, passes or error answer; `owner` the id of the step or rule, `text`
    what is decided, `way` how. `behind`: it lies behind another way that was never taken.
    """

    kind: str
    owner: str
    text: str
    way: str
    times: int
    behind: bool
    place: Place | None


@dataclass(frozen=True)
class FlowPage:
    """All about one integration."""

    id: str
    name: str
    sources: tuple[str, ...]
    systems: tuple[str, ...]
    variables: tuple[str, ...]
    secrets: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
    steps: tuple[StepRow, ...]
    rules: tuple[RuleRow, ...]
    findings: tuple[Finding, ...]
    target: str = ""
    losses: tuple[LossRow, ...] = ()
    artefacts: tuple[str, ...] = ()
    legs: tuple[LegRow, ...] = ()
    comparisons: tuple[ComparisonRow, ...] = ()
    differences: tuple[DifferenceRow, ...] = ()
    other_findings: tuple[DifferenceRow, ...] = ()
    """What is no difference, or not surely one: classes `noise`, `unverifiable`, `batch size`, and open order."""
    refused: tuple[RefusedRow, ...] = ()
    unused: tuple[UnusedRow, ...] = ()
    unused_rules: tuple[str, ...] = ()
    """Rules about equality that were declared and not needed in this run."""
    coverage: tuple[CoverageRow, ...] = ()


@dataclass(frozen=True)
class SystemRow:
    """A system of the estate, with the ids of the flows that read it and that write to it.

    `kind` is web, mail, database, file or inbound; `plain`: requests to it are not encrypted.
    """

    name: str
    kind: str
    plain: bool
    read_by: tuple[str, ...]
    written_by: tuple[str, ...]


@dataclass(frozen=True)
class LinkRow:
    """A flow, by id, `reads` a system or `writes` to it, by these operations.

    `unverified`: it accepts any certificate. `shared` names the secrets sent there that other flows use as well.
    """

    flow: str
    system: str
    direction: str
    operations: tuple[str, ...]
    plain: bool
    unverified: bool
    shared: tuple[str, ...]
    place: Place | None


@dataclass(frozen=True)
class CredentialRow:
    """A secret that several flows use: its names by flow, what it is sent to, and what is known of it."""

    names: tuple[tuple[str, str], ...]
    storage: str
    systems: tuple[str, ...]
    note: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class MappedRow:
    """What one flow makes a field of."""

    flow: str
    rule: str
    text: str
    place: Place | None


@dataclass(frozen=True)
class MappedFieldRow:
    """A field of a request that several flows set, all in the `same` way or not."""

    request: str
    field: str
    same: bool
    rules: tuple[MappedRow, ...]


@dataclass(frozen=True)
class EstateMap:
    """What joins the flows: systems, links, credentials that flows share, fields that several flows set."""

    systems: tuple[SystemRow, ...] = ()
    links: tuple[LinkRow, ...] = ()
    credentials: tuple[CredentialRow, ...] = ()
    mapped: tuple[MappedFieldRow, ...] = ()


@dataclass(frozen=True)
class SourceRow:
    """A legacy file and the SHA-256 of its bytes."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Report:
    """A whole report; `environment` holds names and versions of what it was made with."""

    title: str
    flows: tuple[FlowPage, ...]
    unread: tuple[Finding, ...] = ()
    version: str = ""
    estate: EstateMap = EstateMap()
    environment: tuple[tuple[str, str], ...] = ()
    sources: tuple[SourceRow, ...] = ()
