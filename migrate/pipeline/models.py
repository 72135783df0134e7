"""Model files: `model.json` of an audit, changed by hand perhaps, or the same as YAML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from migrate.diagnostics import RULES
from migrate.model import Estate, Integration, UnmappedStep, expressions_of, walk, walk_steps
from migrate.model import Unmapped as UnmappedValue
from migrate.model.document import DocumentError, Pointer, from_document, to_document
from migrate.model.migrations import UnknownVersionError, upgrade
from migrate.model.schema import FILE_NAME, estate_schema
from migrate.pipeline.files import InputError, WriteFile, write_whole
from migrate.pipeline.parsing import parse_file
from migrate.reference.validation import ModelFault, faults

MODEL_NAME = "model.json"


def model_text(estate: Estate, schema: str = FILE_NAME) -> str:
    """A model file; `schema` is where the JSON Schema lies, seen from it."""
    return json.dumps(to_document(estate, schema), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def schema_text() -> str:
    """The JSON Schema of model files."""
    return json.dumps(estate_schema(), indent=2, ensure_ascii=False) + "\n"


def write_model(folder: Path, estate: Estate, write: WriteFile = write_whole) -> Path:
    """Writes model.json and its JSON Schema into a folder; returns the path of the model."""
    write(folder / FILE_NAME, schema_text())
    write(folder / MODEL_NAME, model_text(estate))
    return folder / MODEL_NAME


def read_model(path: Path) -> Estate:
    """The model in a file, or in the folder of an audit; one of an older version is brought up to the present one.

    Raises InputError with a line for each fault: file, line, JSON Pointer, and what is wrong; no value is quoted.
    """
    file = path / MODEL_NAME if path.is_dir() else path
    parsed = parse_file(file)
    try:
        document = upgrade(parsed.content)
    except UnknownVersionError as problem:
        raise InputError(f"{file}: {problem}") from None
    try:
        estate = from_document(document)
    except DocumentError as problem:
        parsed.refuse(list(problem.faults))
    found = list(_faults(estate, document))
    if found:
        parsed.refuse(found)
    return estate


def _faults(estate: Estate, document: dict[str, Any]) -> Iterator[tuple[Pointer, str]]:
    counts: Counter[str] = Counter()
    for index, integration in enumerate(estate.integrations):
        place: Pointer = ("integrations", index)
        counts[integration.id] += 1
        if counts[integration.id] > 1:
            yield (*place, "id"), "the id is used by an integration above"
        whole = document["integrations"][index]
        for fault in (*faults(integration), *_unknown_codes(integration)):
            parts = ("security_schemes",) if fault.kind == "security scheme" else ("trigger", "steps")
            places = [
                found for part in parts for found in _with_id(whole.get(part), fault.id, (*place, part))
            ]
            # Of a doubled id the second place is the one to look at.
            yield (places[-1] if places else place), str(fault)


def _unknown_codes(integration: Integration) -> Iterator[ModelFault]:
    for step in walk_steps(integration.whole):
        parts = [
            part for one in expressions_of(step) for part in walk(one) if isinstance(part, UnmappedValue)
        ]
        for code in (
            *((step.code,) if isinstance(step, UnmappedStep) else ()),
            *(part.code for part in parts),
        ):
            if code not in RULES:
                yield ModelFault("step", step.id, "its code is none of hubshift")


def _with_id(part: Any, id: str, place: Pointer) -> Iterator[Pointer]:
    """Places of all objects with this id, in order."""
    if isinstance(part, dict):
        if part.get("id") == id:
            yield place
        for name, value in part.items():
            yield from _with_id(value, id, (*place, name))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _with_id(value, id, (*place, index))
