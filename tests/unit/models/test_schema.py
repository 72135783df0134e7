"""The published JSON Schema and what is written agree, by a validator that knows nothing of pydantic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from migrate.model import Constant, Estate, Expression, Integration, Source, SourceSpan, Translate
from migrate.model.document import from_document, to_document
from migrate.model.schema import FILE_NAME, estate_schema
from migrate.model.steps import MappingRule
from migrate.pipeline.models import model_text, read_model, write_model
from tests.conformance.cases import Fixture, fixtures
from tests.docs.pages import DOCS

VALIDATOR = Draft202012Validator(estate_schema())


def errors(document: object) -> list[str]:
    """The places that the validator objects to."""
    return [error.json_path for error in VALIDATOR.iter_errors(document)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(estate_schema())


@pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.folder.name)
def test_the_model_of_a_fixture_is_valid_and_names_its_schema(fixture: Fixture) -> None:
    path = fixture.folder / "model.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert errors(document) == []
    assert (path.parent / document["$schema"]).resolve() == DOCS / "schema" / FILE_NAME


@pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.folder.name)
def test_a_model_file_is_read_as_it_was_written(fixture: Fixture, tmp_path: Path) -> None:
    estate = Estate(integrations=(fixture.extraction().integration,))
    path = write_model(tmp_path, estate)
    assert read_model(path) == estate
    assert read_model(tmp_path) == estate
    assert (tmp_path / json.loads(path.read_text())["$schema"]).is_file()


def places(part: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """All objects in a document."""
    if isinstance(part, dict):
        yield place
        for name, value in part.items():
            yield from places(value, (*place, name))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from places(value, (*place, index))


def test_the_validator_refuses_an_unknown_key_and_a_kind_that_is_missing_in_every_class() -> None:
    document = json.loads((fixtures()[0].folder / "model.json").read_text(encoding="utf-8"))
    classes: dict[object, tuple[str | int, ...]] = {}
    for place in places(document):
        here = reduce(lambda part, name: part[name], place, document)
        classes.setdefault((here.get("kind"), *sorted(here)), place)
    assert len(classes) > 20
    for place in classes.values():
        changed = json.loads(json.dumps(document))
        here = reduce(lambda part, name: part[name], place, changed)
        here["never_heard_of"] = 1
        assert errors(changed), place
        del here["never_heard_of"]
        if here.pop("kind", None):
            assert errors(changed), place


SPAN = SourceSpan(file="a.py", line=1, end_line=1)


def of(value: Expression) -> Estate:
    """An estate with one expression."""
    rule = MappingRule(id="map.a", target=("a",), value=value)
    step = Translate(id="map", rules=(rule,), span=SPAN)
    source = Source(file="a.py", sha256="0" * 64)
    return Estate(integrations=(Integration(id="a", name="a", steps=(step,), sources=(source,)),))


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_every_constant_survives_the_file(value: bool | int | float | str | None) -> None:
    estate = of(Constant(value=value))
    text = model_text(estate)
    assert from_document(json.loads(text)) == estate
    assert errors(json.loads(text)) == []
    assert json.loads(text) == to_document(estate, FILE_NAME)
