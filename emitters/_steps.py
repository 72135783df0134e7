"""What emitters of chains and graphs of nodes share: the walk over the step tree, and the account of it.

A subclass has a method `emit_<kind>(step, *blocks)` for each kind of step that it can express, `-` in a kind
written as `_`; `blocks` are the fragments of the steps inside, one list per block. For the others it has an
entry in `limits`.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar, get_args

from migrate.contracts import Artefact, Emission, Engine, Loss
from migrate.model import (
    AnyStep,
    Block,
    EntryPoint,
    Integration,
    Step,
    Translate,
    WebhookTrigger,
    apart,
    blocks,
    walk_steps,
)

Level = Literal["todo", "engine", "never"]
Fragment = TypeVar("Fragment")

STEP_CLASSES: tuple[type[Step], ...] = tuple(
    one for one in get_args(get_args(AnyStep)[0]) if one is not EntryPoint
)
"""The kinds of steps that a run can come to."""
NOT_STARTED = "nothing in the script calls it, and what calls it is not known"

NOT_BEFORE = "what the script evaluates before it takes in requests"


@dataclass(frozen=True)
class Limit:
    """Why a target does not express a kind of step."""

    level: Level
    reason: str


def todo(reason: str) -> Limit:
    """The emitter cannot do it yet."""
    return Limit("todo", reason)


def engine(reason: str) -> Limit:
    """The platform's present version cannot do it."""
    return Limit("engine", reason)


def never(reason: str) -> Limit:
    """The platform cannot do it by its nature."""
    return Limit("never", reason)


def method_name(step_class: type[Step]) -> str:
    """The method that emits steps of the class."""
    kind: str = step_class.model_fields["kind"].default
    return "emit_" + kind.replace("-", "_")


class StepEmitter(ABC, Generic[Fragment]):
    """Walks the step tree, adds up what was realised, and refuses to pass over a step in silence."""

    name: str
    scope: Literal["flow"] = "flow"
    engine: Engine
    limits: ClassVar[Mapping[type[Step], Limit]] = {}

    _within: tuple[AnyStep, ...]
    _losses: dict[str, Loss]
    _expressions: dict[str, str]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        methods = {method_name(step_class): step_class for step_class in STEP_CLASSES}
        unknown = sorted(name for name in vars(cls) if name.startswith("emit_") and name not in methods)
        silent = sorted(
            step_class.__name__
            for name, step_class in methods.items()
            if not hasattr(cls, name) and step_class not in cls.limits
        )
        if unknown:
            raise TypeError(f"{cls.__name__} emits what is no step: {', '.join(unknown)}")
        if silent:
            raise TypeError(f"{cls.__name__} neither emits nor limits: {', '.join(silent)}")

    @abstractmethod
    def begin(self, integration: Integration) -> None:
        """Prepares for one integration; the emitter is a fresh copy of itself."""

    def start(self, steps: Block) -> None:
        """Called first, with what comes before the requests of a webhook; a target that cannot do it loses it."""
        for step in steps:
            self._lose_all(step, todo(NOT_BEFORE))

    def opened(self, step: AnyStep) -> None:
        """Called for each step before the steps inside it are emitted."""

    @abstractmethod
    def refuse(self, step: AnyStep, limit: Limit) -> Fragment:
        """What stands where a step cannot be expressed: something that ends the run with the reason."""

    @abstractmethod
    def finish(self, fragments: list[Fragment], realised: frozenset[str]) -> tuple[Artefact, ...]:
        """The artefacts of all fragments."""

    def emit(self, integration: Integration) -> Emission:
        """The artefacts and losses; raises `AssertionError` where an id is neither realised nor lost."""
        work = copy.copy(self)
        work._within, work._losses, work._expressions = (), {}, {}
        wanted = ids_of(integration)
        run, entries = apart(integration.steps)
        for step in entries:
            work._lose_all(step, todo(NOT_STARTED))
        work.begin(integration.model_copy(update={"steps": run}))
        if isinstance(integration.trigger, WebhookTrigger) and integration.trigger.start:
            work.start(integration.trigger.start)
        fragments = work._walk(run)
        artefacts = work.finish(fragments, wanted - work._losses.keys())
        realised = frozenset[str]().union(*(artefact.realises for artefact in artefacts))
        if missing := sorted(wanted - realised - work._losses.keys()):
            raise AssertionError(f"{self.name} neither realises nor states as lost: {', '.join(missing)}")
        if both := sorted(realised & work._losses.keys()):
            raise AssertionError(f"{self.name} realises what it states as lost: {', '.join(both)}")
        return Emission(artefacts, tuple(work._losses.values()), dict(work._expressions))

    @property
    def losses(self) -> tuple[Loss, ...]:
        """The losses stated so far, in the order of the steps."""
        return tuple(self._losses.values())

    @property
    def within(self) -> tuple[AnyStep, ...]:
        """The steps around the one that is being emitted, outermost first."""
        return self._within

    def lose(self, id_: str, level: Level, reason: str) -> None:
        """States that a model id is not realised; the first reason is kept."""
        self._losses.setdefault(id_, Loss(id_, level, reason))

    def express(self, rule_id: str, text: str) -> None:
        """Remembers the emitted text of a mapping rule."""
        self._expressions[rule_id] = text

    def _lose_all(self, step: AnyStep, limit: Limit) -> None:
        """States that a step with all that is in it is not realised."""
        for lost in walk_steps((step,)):
            for id_ in _ids(lost):
                self.lose(id_, limit.level, limit.reason)

    def _walk(self, steps: tuple[AnyStep, ...]) -> list[Fragment]:
        return [self._emit_step(step) for step in steps]

    def _emit_step(self, step: AnyStep) -> Fragment:
        self.opened(step)
        limit = self.limits.get(type(step))
        if limit is not None:
            self._lose_all(step, limit)
            return self.refuse(step, limit)
        self._within = (*self._within, step)
        inner = [self._walk(block) for block in blocks(step)]
        self._within = self._within[:-1]
        fragment: Fragment = getattr(self, method_name(type(step)))(step, *inner)
        return fragment


def ids_of(integration: Integration) -> frozenset[str]:
    """The ids of a webhook, all steps and mapping rules; raises `ValueError` where two are the same."""
    ids = [id_ for step in walk_steps(integration.whole) for id_ in _ids(step)]
    if isinstance(integration.trigger, WebhookTrigger):
        ids.append(integration.trigger.id)
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise ValueError(f"ids that stand twice in {integration.id}: {', '.join(twice)}")
    return frozenset(ids)


def _ids(step: AnyStep) -> tuple[str, ...]:
    return (step.id, *(rule.id for rule in step.rules)) if isinstance(step, Translate) else (step.id,)
