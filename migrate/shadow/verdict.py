"""Judges a shadow run from what its legs did. The first leg, the legacy script, is the yardstick.

The verdict is the worst of its reasons; FAIL is worse than NOT_RUN, that than REVIEW, that than PASS. Each
row is a code:

| code | what was seen | verdict |
|---|---|---|
| nothing-to-compare | fewer than two legs | NOT_RUN |
| not-run | a leg could not be run (no sandbox, no engine, time-out) | NOT_RUN |
| not-configured | all legs failed at once, and nothing sets a variable that the script requires | NOT_RUN |
| unmapped | a leg came to something that could not be read from the source | FAIL |
| writes-differ | the writes of two legs differ in any way, their order included | FAIL |
| files-differ | two legs made, changed or deleted other files, or other rows of a database | FAIL |
| answers-differ | two legs answered a request that came in otherwise | FAIL |
| outcome-differs | one leg failed, another did not | FAIL |
| not-repeatable | a leg that ran again on the same input ended otherwise | REVIEW |
| credentials-differ | the reads of two legs were sent with other credentials | FAIL |
| reads-differ | other reads, or other numbers or headers of them; the writes do not | REVIEW |
| unverifiable | values that vary from run to run and have no known shape, or are there in other numbers | REVIEW |
| batch-size | the same records went in other batches to an operation that is declared to take batches | REVIEW |
| open-order | writes changed places that may be of one call or of several at the same time | REVIEW |
| refused | a request that is not in the recording was made by some legs only | FAIL |
| refused-by-all | such a request was made by all legs, equally often | REVIEW |
| failed | all legs failed, and not each of them on an error that the recording answered with | REVIEW |
| no-writes | no leg made a write, changed a file or answered a request, so nothing was compared | REVIEW |
| synthetic | a write was answered with a stand-in, as the recording does not know it | REVIEW |
| repeated | a read was made more often than recorded and got its last answer again | REVIEW |
| unused | the recording holds requests that a leg did not make | REVIEW |
| left-out | the recording holds entries that could not be replayed | REVIEW |
| gaps | the extractor or the emitter named gaps, so not all that the script does was compared | REVIEW |
| other-effects | the script changed files that are too large, or asked for connections that nobody takes | REVIEW |
| cookies | a recorded answer sets a cookie, which a session of the script would send back | REVIEW |

None of these: PASS. So a run that fails on all legs passes only where the last answer that each of them got
is an error (status 400 or above, or a connection that broke) from the recording. Values that the script makes anew in
each run and that were held to their shape (`noise`), and what a named rule accepts, change no verdict; each comparison
lists them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from typing import Literal

from migrate.shadow.answers import Answered, compare_answers
from migrate.shadow.comparison import Comparison, compare, compare_outcomes
from migrate.shadow.comparison_settings import NOTHING_DECLARED, ComparisonSettings, DeclaredRule
from migrate.shadow.concurrency import Concurrency, in_order
from migrate.shadow.differences import Difference, FileDiffers, Noise, Rated, ReadDiffers, Unverifiable
from migrate.shadow.file_differences import compare_files
from migrate.shadow.noise import NOT_RUN_AGAIN, Variation, variation
from migrate.shadow.noise_together import misplaced
from migrate.shadow.operations import template_of
from migrate.shadow.read_differences import compare_reads
from migrate.shadow.recording import LeftOut, Recorded
from migrate.shadow.tolerance import RuleHit, Tolerance
from migrate.shadow.writes import Write
from migrate.shadow.written_files import WrittenFile

_ERROR = 400
_LISTED = 5


class Verdict(IntEnum):
    """From best to worst."""

    PASS = 0
    REVIEW = 1
    NOT_RUN = 2
    FAIL = 3


_VERDICTS = {
    "nothing-to-compare": Verdict.NOT_RUN,
    "not-run": Verdict.NOT_RUN,
    "not-configured": Verdict.NOT_RUN,
    "unmapped": Verdict.FAIL,
    "writes-differ": Verdict.FAIL,
    "files-differ": Verdict.FAIL,
    "answers-differ": Verdict.FAIL,
    "outcome-differs": Verdict.FAIL,
    "not-repeatable": Verdict.REVIEW,
    "credentials-differ": Verdict.FAIL,
    "reads-differ": Verdict.REVIEW,
    "unverifiable": Verdict.REVIEW,
    "batch-size": Verdict.REVIEW,
    "open-order": Verdict.REVIEW,
    "refused": Verdict.FAIL,
    "refused-by-all": Verdict.REVIEW,
    "failed": Verdict.REVIEW,
    "no-writes": Verdict.REVIEW,
    "synthetic": Verdict.REVIEW,
    "repeated": Verdict.REVIEW,
    "unused": Verdict.REVIEW,
    "left-out": Verdict.REVIEW,
    "gaps": Verdict.REVIEW,
    "other-effects": Verdict.REVIEW,
    "cookies": Verdict.REVIEW,
}

CODES = tuple(_VERDICTS)
"""Codes of reasons, as in the table above."""


@dataclass(frozen=True)
class LegResult:
    """What a leg did: how it ended, its writes and other requests in the order sent, what it left unused.

    `completed` and `failed` ran to an end (`failed`: as by an uncaught exception); `unmapped` came to a
    gap; `not-run` did not run, or not to any end. `detail` says why and holds no value.
    """

    name: str
    state: Literal["completed", "failed", "unmapped", "not-run"]
    writes: tuple[Write, ...] = ()
    reads: tuple[Write, ...] = ()
    unused: tuple[Recorded, ...] = ()
    detail: str = ""
    effects: tuple[str, ...] = ()
    files: tuple[WrittenFile, ...] = ()
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One thing that was seen, by its code, and a sentence on it."""

    code: str
    text: str

    @property
    def verdict(self) -> Verdict:
        """What this reason alone leads to."""
        return _VERDICTS[self.code]

    def __str__(self) -> str:
        return f"{self.verdict.name} {self.code}: {self.text}"


@dataclass(frozen=True)
class LegComparison:
    """Two legs that ran, by name: their writes, reads, outcomes, the files they left behind, what they answered.

    `noise`, `unverifiable` and `hits` are those of writes, files and answers together.
    """

    left: str
    right: str
    writes: Comparison
    reads: tuple[ReadDiffers, ...]
    outcomes: tuple[Difference, ...]
    files: tuple[Difference, ...] = ()
    answers: tuple[Difference, ...] = ()
    noise: tuple[Noise, ...] = ()
    unverifiable: tuple[Unverifiable, ...] = ()
    hits: tuple[RuleHit, ...] = ()

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All of them; outcomes first. Noise and what is unverifiable are none."""
        return (*self.outcomes, *self.writes.differences, *self.answers, *self.files, *self.reads)

    @property
    def findings(self) -> tuple[Difference | Rated, ...]:
        """All that a person may want to see: the differences, then what is for review, then noise."""
        return (*self.differences, *self.other_findings)

    @property
    def other_findings(self) -> tuple[Difference | Rated, ...]:
        """What is no difference, or not surely one: for review, then noise."""
        return (
            *self.writes.batch_sizes,
            *self.writes.open_order,
            *self.unverifiable,
            *self.noise,
        )

    @property
    def classes(self) -> dict[str, int]:
        """How many findings there are of each class (see `CLASSES`), and how many writes are equal."""
        equal = {"equal": self.writes.equal} if self.writes.equal else {}
        return {**equal, **Counter(one.kind for one in self.findings)}


@dataclass(frozen=True)
class Judgement:
    """The verdict, its reasons (the worst first), and each pair of legs compared.

    `unused_rules` are those that were declared and that no pair of legs needed.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    comparisons: tuple[LegComparison, ...]
    unused_rules: tuple[DeclaredRule, ...] = ()


def judge(
    legs: Sequence[LegResult],
    left_out: Sequence[LeftOut] = (),
    *,
    gaps: Sequence[str] = (),
    unset: Sequence[str] = (),
    cookies: Sequence[str] = (),
    concurrency: Concurrency = in_order,
    settings: ComparisonSettings = NOTHING_DECLARED,
    again: Sequence[LegResult] = (),
) -> Judgement:
    """Compares each pair of legs that ran and judges the run.

    `left_out` are entries not replayed, `gaps` the places that extractor or emitter could not carry over, `unset` the
    names of variables that the script requires and nothing sets, `cookies` the recorded entries whose answer sets one,
    `concurrency` tells which writes are of calls that run at the same time. `settings` are what people declared;
    `again` are second runs of legs, made after all of the first.
    """
    ran = [leg for leg in legs if leg.state != "not-run"]
    second = {leg.name: leg for leg in again if leg.state != "not-run"}
    variations = {
        leg.name: variation_of(leg, second[leg.name], concurrency, settings)
        for leg in ran
        if leg.name in second
    }
    used: Counter[DeclaredRule] = Counter()
    comparisons = tuple(
        _compared(left, right, concurrency, settings, variations, used)
        for left, right in combinations(ran, 2)
    )
    reasons = [
        *_ends(legs),
        *_not_configured(legs, unset),
        *_differing(comparisons),
        *_answers(ran),
        *_extent(ran),
    ]
    for leg in ran:
        if leg.name in second and leg.state != second[leg.name].state:
            text = f"{leg.name}: {leg.state} at first, {second[leg.name].state} when it ran again"
            reasons.append(Reason("not-repeatable", text))
    if left_out:
        places = _listed([f"{entry.place} ({entry.reason})" for entry in left_out])
        reasons.append(Reason("left-out", f"{len(left_out)} recorded entries cannot be replayed: {places}"))
    if gaps:
        reasons.append(Reason("gaps", f"gaps and losses were named: {_listed(gaps)}"))
    if legs and legs[0].effects:
        reasons.append(Reason("other-effects", f"not compared: {legs[0].name} {_listed(legs[0].effects)}"))
    if cookies:
        reasons.append(
            Reason("cookies", f"answers set cookies, which only a session sends back: {_listed(cookies)}")
        )
    reasons.sort(key=lambda reason: -reason.verdict)
    unused = tuple(rule for rule in settings.rules if rule not in used)
    verdict = max((reason.verdict for reason in reasons), default=Verdict.PASS)
    return Judgement(verdict, tuple(reasons), comparisons, unused)


def variation_of(
    first: LegResult,
    second: LegResult,
    concurrency: Concurrency = in_order,
    settings: ComparisonSettings = NOTHING_DECLARED,
) -> Variation:
    """What one leg did otherwise when it ran again."""
    writes = compare(first.writes, second.writes, concurrency, settings)
    files = compare_files(first.files, second.files)
    answers = compare_answers(first.answers, second.answers)
    return variation((*writes.differences, *writes.open_order, *files, *answers))


def _compared(
    left: LegResult,
    right: LegResult,
    concurrency: Concurrency,
    settings: ComparisonSettings,
    variations: Mapping[str, Variation],
    used: Counter[DeclaredRule],
) -> LegComparison:
    both = variations.get(left.name, NOT_RUN_AGAIN), variations.get(right.name, NOT_RUN_AGAIN)
    writes = compare(left.writes, right.writes, concurrency, settings, *both)
    files, answers = Tolerance(settings, *both), Tolerance(settings, *both)
    files.take_all(compare_files(left.files, right.files))
    answers.take_all(compare_answers(left.answers, right.answers))
    for counts in (writes.used, files.used, answers.used):
        used.update(counts)
    noise = (*writes.noise, *answers.noise, *files.noise)
    odd = misplaced(noise, *both)
    writes = writes.without(odd)
    for tolerance in (answers, files):
        tolerance.set_apart(odd)
    return LegComparison(
        left.name,
        right.name,
        writes,
        compare_reads(left.reads, right.reads),
        compare_outcomes(_failed(left), _failed(right)),
        tuple(files.differences),
        tuple(answers.differences),
        (*writes.noise, *answers.noise, *files.noise),
        (*writes.unverifiable, *answers.unverifiable, *files.unverifiable),
        (*writes.hits, *answers.hits, *files.hits),
    )


def _failed(leg: LegResult) -> bool:
    return leg.state != "completed"


def _ends(legs: Sequence[LegResult]) -> Iterator[Reason]:
    if len(legs) < 2:
        yield Reason("nothing-to-compare", f"{len(legs)} legs are too few to compare")
    for leg in legs:
        if leg.state in ("not-run", "unmapped"):
            yield Reason(leg.state, f"{leg.name}: {leg.detail or 'no reason given'}")
    if legs and all(leg.state == "failed" for leg in legs):
        odd = [leg.name for leg in legs if not _failed_by_recording(leg)]
        if odd:
            yield Reason("failed", f"all legs failed; no recorded error explains it for {', '.join(odd)}")


def _not_configured(legs: Sequence[LegResult], unset: Sequence[str]) -> Iterator[Reason]:
    if unset and legs and all(leg.state == "failed" and not _did_anything(leg) for leg in legs):
        yield Reason("not-configured", f"the script requires {', '.join(unset)}, and nothing sets it")


def _did_anything(leg: LegResult) -> bool:
    return bool(leg.writes or leg.reads or leg.files or leg.answers)


def _failed_by_recording(leg: LegResult) -> bool:
    """Whether the last answer that the leg got is a recorded error."""
    last = max((*leg.writes, *leg.reads), key=lambda request: request.sequence, default=None)
    if last is None or last.source not in ("exact", "canonical"):
        return False
    return last.status == 0 or last.status >= _ERROR


def _differing(comparisons: Sequence[LegComparison]) -> Iterator[Reason]:
    for one in comparisons:
        between = f"{one.left} and {one.right}"
        if one.outcomes:
            yield Reason("outcome-differs", f"{between}: {one.outcomes[0]}")
        if one.writes.differences:
            counts = Counter(difference.kind for difference in one.writes.differences)
            kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
            yield Reason("writes-differ", f"{between}: {kinds}")
        if one.unverifiable:
            yield Reason("unverifiable", f"{between}: {_listed(one.unverifiable)}")
        if one.writes.batch_sizes:
            yield Reason("batch-size", f"{between}: {_listed(one.writes.batch_sizes)}")
        if one.writes.open_order:
            text = _listed(one.writes.open_order)
            yield Reason("open-order", f"{between}, in calls that run at the same time: {text}")
        if one.answers:
            yield Reason("answers-differ", f"{between}: {_listed(one.answers)}")
        if one.files:
            counts = Counter(file.file for file in one.files if isinstance(file, FileDiffers))
            places = _listed(f"{name} in {count} places" for name, count in counts.items())
            yield Reason("files-differ", f"{between}: {places}")
        credentials = [read for read in one.reads if read.what == "credentials"]
        others = [read for read in one.reads if read.what != "credentials"]
        if credentials:
            yield Reason("credentials-differ", f"{between}: {_listed(credentials)}")
        if others:
            yield Reason("reads-differ", f"{between}: {_listed(others)}")


def _answers(legs: Sequence[LegResult]) -> Iterator[Reason]:
    refused = [Counter(_requests(leg, "refused")) for leg in legs]
    if any(refused):
        same = all(counts == refused[0] for counts in refused)
        names = _listed(_refusals(legs))
        who = "all legs" if same else ", ".join(leg.name for leg, n in zip(legs, refused, strict=True) if n)
        code = "refused-by-all" if same else "refused"
        yield Reason(code, f"{who} made requests that are not in the recording: {names}")
    for leg in legs:
        for code, text in (
            ("synthetic", "writes got a stand-in for an answer"),
            ("repeated", "reads were made more often than recorded"),
        ):
            requests = _requests(leg, code)
            if requests:
                yield Reason(code, f"{leg.name}: {len(requests)} {text}: {_listed(dict.fromkeys(requests))}")


def _extent(legs: Sequence[LegResult]) -> Iterator[Reason]:
    if len(legs) > 1 and not any(leg.writes or leg.files or leg.answers for leg in legs):
        yield Reason("no-writes", "no leg made a write or changed a file, so nothing was compared")
    for index, leg in enumerate(legs):
        if leg.unused:
            who = "the script" if index == 0 else leg.name
            names = _listed(_by_operation(leg.unused))
            yield Reason(
                "unused", f"recording holds {len(leg.unused)} requests that {who} did not make: {names}"
            )


def _requests(leg: LegResult, source: str) -> list[str]:
    requests = sorted((*leg.writes, *leg.reads), key=lambda request: request.sequence)
    return [f"{request.method} {request.url}" for request in requests if request.source == source]


def _refusals(legs: Sequence[LegResult]) -> list[str]:
    """The requests that were refused, each with what is nearest to it in the recording."""
    found = {
        f"{request.method} {request.url}": request.refusal
        for leg in legs
        for request in (*leg.writes, *leg.reads)
        if request.source == "refused"
    }
    return [f"{name} ({refusal})" if refusal else name for name, refusal in sorted(found.items(), key=_first)]


def _first(pair: tuple[str, object]) -> str:
    return pair[0]


def _by_operation(unused: Sequence[Recorded]) -> Iterator[str]:
    """Recorded requests, those of one operation together: how many, and the first and last of them.

    Without their query, which may hold a secret that nobody has named.
    """
    groups: dict[str, list[Recorded]] = {}
    for recorded in unused:
        groups.setdefault(template_of(recorded.request), []).append(recorded)
    for template, some in groups.items():
        urls = {recorded.request.url.partition("?")[0] for recorded in some}
        name = f"{some[0].request.method} {urls.pop()}" if len(urls) == 1 else template
        places = some[0].place if len(some) == 1 else f"{len(some)}: {some[0].place} to {some[-1].place}"
        yield f"{name} ({places})"


def _listed(entries: Iterable[object]) -> str:
    """The first entries, and how many there are beyond."""
    texts = [str(entry) for entry in entries]
    beyond = len(texts) - _LISTED
    return "; ".join(texts[:_LISTED]) + (f"; and {beyond} more" if beyond > 0 else "")
