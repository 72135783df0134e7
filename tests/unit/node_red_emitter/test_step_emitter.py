"""The base of step emitters: nothing is passed over in silence."""

from __future__ import annotations

from typing import Any

import pytest

from emitters._steps import STEP_CLASSES, Limit, StepEmitter, method_name, never, todo
from emitters.node_red.engine import NodeRedEngine
from migrate.contracts import Artefact
from migrate.model import AnyStep, Filter, Integration, Read, Split, Stop, Translate
from tests.unit.node_red_emitter.models import const, integration, translate

METHODS = {method_name(step_class): lambda self, step, *inner: step.id for step_class in STEP_CLASSES}
REST: dict[str, Any] = {
    "name": "none",
    "engine": NodeRedEngine(),
    "begin": lambda self, model: None,
    "refuse": lambda self, step, limit: f"refused {step.id}",
    "finish": lambda self, fragments, realised: (Artefact("a", " ".join(fragments), realised),),
}


def emitter(**members: Any) -> Any:
    return type("Emitter", (StepEmitter,), {**REST, **METHODS, **members})()


def without(*names: str) -> dict[str, Any]:
    return {name: method for name, method in METHODS.items() if name not in names}


def test_all_kinds_of_steps_are_known() -> None:
    assert len(STEP_CLASSES) == 15
    assert method_name(Read) == "emit_read"
    assert "emit_unmapped" in METHODS


def test_a_class_that_says_nothing_about_a_kind_is_refused_when_it_is_made() -> None:
    with pytest.raises(TypeError, match="neither emits nor limits: Filter, Split"):
        type("Emitter", (StepEmitter,), {**REST, **without("emit_filter", "emit_split")})


def test_a_method_for_no_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="emits what is no step: emit_raed"):
        emitter(emit_raed=lambda self, step: "")


def test_a_limit_is_a_loss_of_the_step_and_of_all_in_it() -> None:
    limited = {**REST, **without("emit_split"), "limits": {Split: never("no loops")}}
    steps: tuple[AnyStep, ...] = (
        Split(id="s", over=const(1), steps=(translate("t", {"a": 1}),)),
        Stop(id="e", failed=False, reason=""),
    )
    emission = type("Emitter", (StepEmitter,), limited)().emit(integration(*steps))
    assert [(loss.id, loss.level, loss.reason) for loss in emission.losses] == [
        ("s", "never", "no loops"),
        ("t", "never", "no loops"),
        ("t.a", "never", "no loops"),
    ]
    assert emission.artefacts == (Artefact("a", "refused s e", frozenset({"e"})),)


def test_an_id_that_no_artefact_realises_is_refused() -> None:
    def forgetful(self: Any, fragments: list[str], realised: frozenset[str]) -> tuple[Artefact, ...]:
        return (Artefact("a", "", realised - {"t.a"}),)

    with pytest.raises(AssertionError, match=r"neither realises nor states as lost: t\.a"):
        emitter(finish=forgetful).emit(integration(translate("t", {"a": 1})))


def test_an_id_that_is_lost_and_realised_is_refused() -> None:
    def lossy(self: Any, step: Translate) -> str:
        self.lose(step.id, "todo", "no")
        return ""

    def boastful(self: Any, fragments: list[str], realised: frozenset[str]) -> tuple[Artefact, ...]:
        return (Artefact("a", "", realised | {"t"}),)

    with pytest.raises(AssertionError, match="realises what it states as lost: t"):
        emitter(emit_translate=lossy, finish=boastful).emit(integration(translate("t", {"a": 1})))


def test_ids_that_stand_twice_are_refused() -> None:
    stop = Stop(id="s", failed=False, reason="")
    with pytest.raises(ValueError, match="stand twice in sync: s"):
        emitter().emit(integration(stop, stop))


def test_an_emitter_keeps_nothing_from_one_integration_to_the_next() -> None:
    def lossy(self: Any, step: Filter) -> str:
        self.lose(step.id, "todo", "no")
        return str(len(self.within))

    subject = emitter(emit_filter=lossy)
    model: Integration = integration(
        Split(id="s", over=const(1), steps=(Filter(id="f", condition=const(True)),))
    )
    assert subject.emit(model) == subject.emit(model)
    assert subject.emit(integration()).losses == ()
    assert todo("x") == Limit("todo", "x")
