"""What the page of an integration holds, from its model."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.contracts import Extraction
from migrate.model import Branch, Constant, Handler, Integration, Route, Stop, Try, WebhookTrigger, walk_steps
from migrate.pipeline import flow_page
from migrate.pipeline.models import read_model
from migrate.report import render_html
from migrate.report.content import Report
from tests.unit.report.document import Document

FIXTURES = Path(__file__).parents[3] / "fixtures"
MODELS = sorted(path.parent.name for path in FIXTURES.glob("*/model.json"))


def stop(id: str) -> Stop:
    return Stop(id=id, failed=False, reason=id)


def test_the_steps_of_a_try_and_its_handlers_stand_below_it() -> None:
    true = Constant(value=True)
    tried = Try(
        id="try",
        steps=(Route(id="route", branches=(Branch(when=true, steps=(stop("a"),)),), otherwise=(stop("b"),)),),
        handlers=(
            Handler(errors=("KeyError", "TypeError"), steps=(stop("c"),)),
            Handler(steps=(stop("d"),)),
        ),
    )
    integration = Integration(id="i", name="i", steps=(tried,), sources=())
    assert [
        (row.depth, row.kind, row.id, row.text) for row in flow_page(Extraction(integration, ())).steps
    ] == [
        (0, "try", "try", "after KeyError, TypeError; after any error"),
        (1, "route", "route", "when True"),
        (2, "stop", "a", "ends: a"),
        (1, "otherwise", "", ""),
        (2, "stop", "b", "ends: b"),
        (0, "handler", "", "after KeyError, TypeError"),
        (1, "stop", "c", "ends: c"),
        (0, "handler", "", "after any error"),
        (1, "stop", "d", "ends: d"),
    ]


@pytest.mark.parametrize("name", MODELS)
def test_every_step_of_a_model_stands_once_on_its_page(name: str) -> None:
    (integration,) = read_model(FIXTURES / name / "model.json").integrations
    page = flow_page(Extraction(integration, ()))
    trigger = integration.trigger
    expected = [trigger.id] if isinstance(trigger, WebhookTrigger) else []
    expected += [step.id for step in walk_steps(integration.whole)]
    assert [row.id for row in page.steps if row.id] == expected
    ids = Document(render_html(Report("", (page,), (), "0"))).values("id")
    assert len(ids) == len(set(ids))
