"""Makes a mistake in emitted configuration, as a person who changes it by hand would."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from migrate.pipeline.files import InputError, write_whole
from migrate.pipeline.sample import Mistake


@dataclass(frozen=True)
class MadeMistake:
    """Where a mistake was made: the file, the node and the line in its code, with the line before and after."""

    file: Path
    node: str
    line: int
    before: str
    after: str


def make_mistake(mistake: Mistake, folder: Path) -> MadeMistake:
    """Changes the line in the nodes of a Node-RED flow that holds `instead_of`; raises InputError unless it is one."""
    file = folder / "flows.json"
    nodes = json.loads(file.read_text(encoding="utf-8"))
    found = [
        (node, number)
        for node in nodes
        for number, line in enumerate(str(node.get("func", "")).split("\n"))
        if mistake.instead_of in line
    ]
    if len(found) != 1:
        raise InputError(f"{file}: {mistake.instead_of} stands in {len(found)} lines, not in one")
    ((node, number),) = found
    lines = node["func"].split("\n")
    before = lines[number]
    lines[number] = before.replace(mistake.instead_of, mistake.stands)
    node["func"] = "\n".join(lines)
    write_whole(file, json.dumps(nodes, indent=2, ensure_ascii=False) + "\n")
    return MadeMistake(file, str(node["name"]), number + 1, before.strip(), lines[number].strip())
