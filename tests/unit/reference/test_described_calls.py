"""Calls of libraries that the model describes: the reference runner refuses them by name, Node-RED states a loss."""

from __future__ import annotations

import pytest

from emitters.node_red.emitter import NodeRed
from migrate.model import Constant, Read, SdkOperation, Write
from tests.unit.reference.test_runner import integration, outcome_of

REASON = "jira create_issue is described, not run"


@pytest.mark.parametrize(
    "step",
    [
        Read(
            id="call",
            operation=SdkOperation(library="jira", system="Jira", action="read", name="create_issue"),
        ),
        Write(
            id="call",
            operation=SdkOperation(
                library="jira",
                system="Jira",
                action="write",
                name="create_issue",
                content=Constant(value="x"),
            ),
        ),
    ],
    ids=["read", "write"],
)
def test_no_run_goes_past_a_described_call(step: Read | Write) -> None:
    outcome, _ = outcome_of(step)
    assert (outcome.failed, outcome.unmapped, outcome.reason) == (True, True, f"HS109: {REASON}")
    emission = NodeRed().emit(integration(step))
    assert [(loss.id, loss.level, loss.reason) for loss in emission.losses] == [("call", "todo", REASON)]
