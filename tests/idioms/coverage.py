"""Which scripts stand for each construct that integration scripts are made of: `items.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

HERE = Path(__file__).parent


class Item(BaseModel):
    """The scripts that run, the fixtures, and the scripts that are a stated gap, with what is said of each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    runs: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    gaps: dict[str, str] = {}


def items() -> dict[str, dict[str, Item]]:
    """All constructs, by their kind and name."""
    read = yaml.safe_load((HERE / "items.yaml").read_text())
    return {
        kind: {name: Item.model_validate(item) for name, item in named.items()}
        for kind, named in read.items()
    }


def each() -> Iterator[tuple[str, Item]]:
    """All constructs, with their names."""
    for named in items().values():
        yield from named.items()
