"""What a tab carries of the library: the functions that its nodes use, with what these need."""

from __future__ import annotations

import pytest

from emitters.node_red import python_values
from emitters.node_red.declarations import FOLDER, Declaration, joined, needed
from emitters.node_red.flow_library import PARTS, on_start


def test_each_file_belongs_to_a_scope() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.js")) == sorted((*PARTS, *python_values.PARTS))


def test_a_declaration_comes_with_what_it_refers_to_in_the_order_of_the_files() -> None:
    known = [
        Declaration("A", "const A = 1;", frozenset({"A"})),
        Declaration("B", "const B = 2;", frozenset({"B"})),
        Declaration("f", "/** Adds. */\nfunction f() {\n  return A;\n}", frozenset({"f", "A"})),
        Declaration("g", "const g = () => f();", frozenset({"g", "f"})),
    ]
    found = needed(known, ["g"])
    assert [one.name for one in found] == ["A", "f", "g"]
    assert joined(found) == (
        "const A = 1;\n\n/** Adds. */\nfunction f() {\n  return A;\n}\n\nconst g = () => f();"
    )


def test_a_local_name_or_property_is_no_reference_and_a_spread_is() -> None:
    words = {one.name: one.words for one in python_values.library()}
    assert "index" not in words["equals"]
    assert "items" in words["with_default"]


def test_a_function_that_there_is_none_of_is_refused_when_it_is_emitted() -> None:
    with pytest.raises(ValueError, match="not in the library: unheard_of"):
        on_start("py.unheard_of(1);")
