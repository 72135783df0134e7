"""What a shell completes: targets, codes, ids of steps and rules, flows of the sample; nothing where it is unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer


def targets(incomplete: str) -> list[str]:
    """The names of the targets."""
    from migrate.registry import targets as names

    return [name for name in names() if name.startswith(incomplete)]


def codes_and_ids(context: typer.Context, incomplete: str) -> list[str]:
    """The codes of diagnostics, and the ids of the model that `--in` names, else the one in `out`."""
    from migrate.diagnostics import RULES

    where = Path(context.params.get("where") or "out")
    found = [code for code in RULES if code.startswith(incomplete.upper())] if incomplete else list(RULES)
    return [*found, *(id for id in ids_in(where) if id.startswith(incomplete))]


def sample_flows(incomplete: str) -> list[str]:
    """The flows of the sample estate."""
    sample = Path(__file__).resolve().parent.parent.parent / "fixtures" / "estate"
    names = sorted(case.parent.name for case in sample.glob("*/case.yaml"))
    return [name for name in names if name.startswith(incomplete)]


def ids_in(where: Path) -> list[str]:
    """The ids of all steps and rules of a model file."""
    try:
        file = where / "model.json" if where.is_dir() else where
        model = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        parts = [one["steps"] for one in model["integrations"]] if model else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return list(dict.fromkeys(id for part in parts for id in _nested(part)))


def _nested(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("id"), str):
            yield part["id"]
        for value in part.values():
            yield from _nested(value)
    elif isinstance(part, list):
        for value in part:
            yield from _nested(value)
