"""Faults that Node-RED accepts in silence are found before a flow runs."""

from __future__ import annotations

from typing import Any

import pytest

from emitters.node_red.check import check_flow

PLACE = {"z": "tab", "x": 100, "y": 80}


def sound() -> list[dict[str, Any]]:
    """A flow without faults."""
    return [
        {"id": "tab", "type": "tab", "label": "Orders", "disabled": False},
        {
            "id": "start",
            "type": "inject",
            "name": "",
            **PLACE,
            "props": [],
            "repeat": "",
            "crontab": "",
            "once": True,
            "onceDelay": 0.1,
            "wires": [["code"]],
        },
        {
            "id": "code",
            "type": "function",
            "name": "map",
            **PLACE,
            "func": "return msg;",
            "outputs": 1,
            "initialize": "",
            "finalize": "",
            "libs": [],
            "wires": [["out"]],
        },
        {"id": "out", "type": "link out", "name": "", **PLACE, "mode": "link", "links": ["in"], "wires": []},
        {"id": "in", "type": "link in", "name": "", **PLACE, "links": ["out"], "wires": [["choose"]]},
        {
            "id": "choose",
            "type": "switch",
            "name": "",
            **PLACE,
            "property": "payload",
            "propertyType": "msg",
            "rules": [{"t": "true"}],
            "checkall": "true",
            "outputs": 1,
            "wires": [[]],
        },
    ]


def changed(node: str, **changes: Any) -> list[dict[str, Any]]:
    """The sound flow with one node changed; None takes a key away."""
    flow = [{**each, **changes} if each["id"] == node else each for each in sound()]
    return [{key: value for key, value in each.items() if value is not None} for each in flow]


def test_a_sound_flow_has_no_faults() -> None:
    assert check_flow(sound()) == []


@pytest.mark.parametrize(
    ("flow", "faults"),
    [
        (
            changed("code", wires=[["nowhere"]]),
            ["function 'code' (map): output 1 leads to 'nowhere', which does not exist"],
        ),
        (
            changed("code", wires=[["start"]]),
            ["function 'code' (map): output 1 leads to 'start', which takes no input"],
        ),
        (changed("code", outputs=2), ["function 'code' (map): 2 outputs, but 1 lists of wires"]),
        (changed("code", func=None), ["function 'code' (map): missing func"]),
        (changed("code", type="functoin"), ["functoin 'code' (map): unknown node type"]),
        (
            changed("code", z="gone"),
            [
                "inject 'start': output 1 leads to 'code' on another tab",
                "function 'code' (map): output 1 leads to 'out' on another tab",
                "function 'code' (map): tab 'gone' does not exist",
            ],
        ),
        ([*sound(), sound()[1]], ["id 'start' is used 2 times"]),
        (
            changed("out", links=["start"]),
            [
                "link out 'out': links to 'start', which is no link in",
                "link in 'in': links to 'out', which does not link back",
            ],
        ),
        (changed("in", links=[]), ["link out 'out': links to 'in', which does not link back"]),
        (
            changed("choose", rules=None),
            [
                "switch 'choose': missing rules",
                "switch 'choose': 0 rules, but 1 outputs",
                "switch 'choose': no rules: Node-RED would pass every message unchanged or none",
            ],
        ),
    ],
)
def test_each_fault_is_named(flow: list[dict[str, Any]], faults: list[str]) -> None:
    assert check_flow(flow) == faults
