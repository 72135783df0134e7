"""How rows are compared with labels, and that the stored figures are those of the labels."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from migrate.estate.inventory import CallRow, MappingRow, Row
from tests.labels.constructs import Figure, figures
from tests.labels.labels import Label, load, read
from tests.labels.results import STORED, hashes, share, store, stored
from tests.labels.test_labels import SMALL


def label(**changes: str) -> Label:
    text = SMALL
    for old, new in changes.items():
        was = {"base": "https://api.vendor.example", "path": "/v1/items"}[old]
        text = text.replace(was, f"'{new}'" if old == "path" else new)
    return read(text)


def call(**changes: object) -> CallRow:
    row = {
        "integration": "a",
        "file": "a.py",
        "line": 1,
        "language": "python",
        "evidence": "literal",
        "protocol": "rest",
        "method": "GET",
        "base": "https://api.vendor.example",
        "path": "/v1/items",
        "direction": "read",
        "role": "source",
    }
    return CallRow.model_validate(row | changes)


def mapping(**changes: object) -> MappingRow:
    row = {
        "integration": "a",
        "file": "b.py",
        "line": 1,
        "language": "python",
        "evidence": "folded",
        "target": "properties.name",
        "sources": ("results.label",),
        "transform": "copy",
        "expression": "",
        "call": "",
    }
    return MappingRow.model_validate(row | changes)


def answered(small: Label, *rows: Row) -> tuple[Figure, Figure]:
    found = figures({"small": small}, {"small": rows})
    return found["url_by"][0], found["idiom"][0]


@pytest.mark.parametrize(
    ("small", "row", "found", "right"),
    [
        (label(), call(), 1, 1),
        (label(), call(line=9), 1, 1),
        (label(), call(line=9, path="/v1/other"), 0, 0),
        (label(), call(path="/v1/other"), 1, 0),
        (label(), call(method="POST"), 1, 0),
        (label(), call(file="b.py"), 0, 0),
        (label(), call(line=7, sink_line=1), 1, 1),
        (label(), call(base="https://other.example"), 1, 0),
        (label(), call(direction="inbound"), 0, 0),
        (label(path="/v1/{x}"), call(), 1, 1),
        (label(), call(path="/v1/{x}"), 1, 0),
        (label(path="/v1/{x}"), call(path="/v1/{other}/"), 1, 1),
        (label(base="{VENDOR_URL}"), call(base="{VENDOR_BASE_URL}"), 1, 0),
        (label(base="{VENDOR_URL}"), call(base="{MY_VENDOR_URL}"), 1, 1),
    ],
)
def test_a_request_is_found_by_its_line_or_place_and_right_by_method_and_place(
    small: Label, row: CallRow, found: int, right: int
) -> None:
    assert answered(small, row)[0] == Figure("literal", 1, found, right)


@pytest.mark.parametrize(
    ("row", "found", "right"),
    [
        (mapping(), 1, 1),
        (mapping(sources=("other",)), 1, 0),
        (mapping(sources=("label", "other")), 1, 0),
        (mapping(target="title"), 0, 0),
        (mapping(line=9), 1, 1),
    ],
)
def test_a_mapping_is_found_by_its_target_and_right_by_its_sources(
    row: MappingRow, found: int, right: int
) -> None:
    assert answered(label(), row)[1] == Figure("literal", 1, found, right)


def test_one_row_answers_one_label() -> None:
    twice = label().model_copy(update={"mappings": label().mappings * 2})
    assert answered(twice, mapping())[1] == Figure("literal", 2, 1, 1)


def test_a_share_has_its_denominator() -> None:
    assert (share(1, 3), share(0, 0)) == ("33 % of 3", "-")


def test_figures_are_stored_with_the_hashes_of_their_labels(tmp_path: Path) -> None:
    found = figures({"small": label()}, {"small": (call(),)})
    store("development", found, tmp_path / "results.json")
    assert stored("development", tmp_path / "results.json") == (hashes("development"), found)


def test_the_stored_figures_are_of_these_labels() -> None:
    for name in json.loads(STORED.read_text(encoding="utf-8")):
        of, found = stored(name)
        assert of == hashes(name), f"`python -m tests.labels {name} --text DIR --constructs --store`"
        scripts = [one for one in load(name).values() if not one.robustness_only]
        mappings = Counter(one.idiom for script in scripts for one in script.mappings if one.required)
        assert {one.name: one.total for one in found["idiom"]} == dict(mappings)
        assert all(one.right <= one.found <= one.total for table in found.values() for one in table)
