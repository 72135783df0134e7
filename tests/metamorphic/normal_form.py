"""The normal form of an extraction: what is left of a model without all that depends on how a script is written.

Two scripts that do the same have the same normal form. What it leaves out, and why that says nothing about behaviour:

- spans, excerpts and the sources' hashes: where something stands in the file;
- `evidence`: whether a value stood there as a literal or was folded;
- the name of a lookup's table: the variable that held it;
- ids of steps, rules, systems, sessions, connections and security schemes, names of loop variables, of path
  parameters and of secrets that the source hard-codes: they are numbered in the order in which a run meets them;
- the form of decisions (see `decisions`);
- the order of a loop's variables, all of which are assigned at once, of the variables and secrets of the integration,
  and of its findings;
- names of the script in reasons and messages.
"""

from __future__ import annotations

import builtins
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from tests.metamorphic import decisions

_LEFT_OUT = frozenset({"span", "called_from", "excerpt", "evidence", "table", "sources"})
_WIDTH = 110


@dataclass(frozen=True)
class NormalForm:
    """The lines of a normal form; those of two forms are the same where the models mean the same."""

    lines: tuple[str, ...]

    def difference(self, other: NormalForm) -> str:
        """A unified diff to the other form; empty where they are the same."""
        found = difflib.unified_diff(self.lines, other.lines, "as written", "rewritten", lineterm="", n=4)
        return "\n".join(found)


def normal_form(
    extraction: Extraction | tuple[Diagnostic, ...] | None, names: Iterable[str] = ()
) -> NormalForm:
    """The normal form of what was read from a script; `names` are the identifiers that the script itself binds."""
    if extraction is None:
        return NormalForm(("nothing",))
    hidden = _Names(names)
    findings = extraction if isinstance(extraction, tuple) else extraction.diagnostics
    form: dict[str, Any] = {}
    if isinstance(extraction, Extraction):
        form = _Numbering(hidden).integration(extraction.integration.model_dump(exclude_none=True))
    form["findings"] = sorted({f"{one.code} {hidden.without(one.message)}" for one in findings})
    return NormalForm(tuple(_written(_in_short(form))))


class _Names:
    """The identifiers of a script, to be taken out of sentences."""

    def __init__(self, names: Iterable[str]) -> None:
        known = sorted(name for name in names if not hasattr(builtins, name))
        self._pattern = re.compile(rf"\b(?:{'|'.join(known)})\b") if known else None

    def without(self, sentence: str) -> str:
        return self._pattern.sub("_", sentence) if self._pattern else sentence


class _Numbering:
    """Gives new ids in the order in which a run meets what they stand for."""

    def __init__(self, names: _Names) -> None:
        self._names = names
        self._ids: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}
        self._cells: dict[tuple[str, str], tuple[Any, Any]] = {}
        self._hard_coded: frozenset[str] = frozenset()

    def integration(self, form: dict[str, Any]) -> dict[str, Any]:
        """The dumped integration in its normal form."""
        form = _without_origin(form)
        self._hard_coded = frozenset(
            one["name"] for one in form.get("secrets", ()) if one["storage"] == "hardcoded"
        )
        form["steps"] = decisions.block(form["steps"])
        for step in _steps(form["steps"]):
            self._id(step["kind"], step["id"])
            for variable in step.get("variables", ()):
                self._cells[step["id"], variable["name"]] = (variable["initial"], variable["next"])
        self._number_cells(form["steps"])
        schemes = {one["id"]: one for one in form.pop("security_schemes", ())}
        made: dict[str, Any] = {"steps": self._block(form.pop("steps"), "")}
        made["security_schemes"] = [
            self._renamed(schemes[id_]) for kind, id_ in list(self._ids) if kind == "scheme"
        ]
        made["systems"] = [
            [_PLACEHOLDER.sub("{}", server["url"]) for server in one["servers"]]
            for one in form.pop("systems")
        ]
        for kind in ("variables", "secrets"):
            made[kind] = sorted((self._renamed(one) for one in form.pop(kind, ())), key=json.dumps)
        return {**form, **made}

    def _id(self, kind: str, id_: str) -> str:
        if (kind, id_) not in self._ids:
            self._count[kind] = self._count.get(kind, 0) + 1
            self._ids[kind, id_] = f"{kind}-{self._count[kind]}"
        return self._ids[kind, id_]

    def _step_id(self, id_: str) -> str:
        return next(
            (new for (kind, old), new in self._ids.items() if old == id_ and kind not in _SHARED), id_
        )

    def _number_cells(self, form: object) -> None:
        """Numbers loop variables by their first use outside of their own recurrences, then inside of these."""
        found = list(_cells(form, recurrences=False))
        known: set[tuple[str, str]] = set()
        while found:
            cell = found.pop(0)
            if cell not in known:
                known.add(cell)
                self._id(f"variable of {self._step_id(cell[0])}", cell[1])
                initial, following = self._cells.get(cell, ((), ()))
                found += [*_cells(following), *_cells(initial)]

    def _cell(self, loop: str, name: str) -> str:
        return self._id(f"variable of {self._step_id(loop)}", name)

    def _block(self, steps: list[dict[str, Any]], loop: str) -> list[dict[str, Any]]:
        return [self._step(one, loop) for one in steps]

    def _step(self, step: dict[str, Any], loop: str) -> dict[str, Any]:
        """A step; `loop` is the id of the innermost loop around it."""
        made = {key: self._renamed(value) for key, value in step.items() if key not in _OF_STEPS}
        made["id"] = self._step_id(step["id"])
        for sentence in ("reason", "name") if step["kind"] in ("unmapped", "entry-point") else ():
            if sentence in step:
                made[sentence] = self._names.without(step[sentence])
        if "operation" in step:
            made["operation"] = self._operation(step["operation"])
        if "rules" in step:
            made["rules"] = [self._renamed({**rule, "id": ""}) for rule in step["rules"]]
        if "paging" in step:
            made["paging"] = self._paging(step)
        if "variables" in step:
            made["variables"] = self._assigned(step["variables"], step["id"])
        if "updates" in step:
            made["updates"] = self._assigned(step["updates"], loop)
        if "again" in step:
            made["again"] = self._step_id(step["again"])
        around = step["id"] if step["kind"] in ("loop", "split") else loop
        for ways in ("branches", "handlers"):
            if ways in step:
                made[ways] = [
                    {**self._renamed({**way, "steps": []}), "steps": self._block(way["steps"], loop)}
                    for way in step[ways]
                ]
        for block in ("otherwise", "steps"):
            if block in step:
                made[block] = self._block(step[block], around)
        return made

    def _assigned(self, variables: list[dict[str, Any]], loop: str) -> list[dict[str, Any]]:
        """Loop variables or what they become, in the order of their numbers."""
        named = [{**self._renamed(one), "name": self._cell(loop, one["name"])} for one in variables]
        return sorted(named, key=lambda one: (len(one["name"]), one["name"]))

    def _paging(self, loop: dict[str, Any]) -> dict[str, Any]:
        """The paging, whose parameter has the name that it has in its read."""
        paging: dict[str, Any] = loop["paging"]
        read = next(one for one in _steps(loop["steps"]) if one["id"] == paging["read"])
        parameter = _placeholders(read["operation"]).get(paging["parameter"], paging["parameter"])
        return {**paging, "read": self._step_id(paging["read"]), "parameter": parameter}

    def _operation(self, operation: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = self._renamed(operation)
        if "connection" in operation:
            made["connection"] = self._id("connection", operation["connection"])
        if operation["kind"] != "http":
            return made
        new = _placeholders(operation)
        for part in ("server", "path"):
            made[part] = _PLACEHOLDER.sub(lambda found: f"{{{new.get(found[1], found[1])}}}", operation[part])
        made["parameters"] = [
            {**one, "name": new[one["name"]]} if one["location"] == "path" else one
            for one in made["parameters"]
        ]
        if "session" in operation:
            made["session"] = self._id("session", operation["session"])
        made["security"] = [self._id("scheme", one) for one in operation["security"]]
        return made

    def _renamed(self, value: Any) -> Any:
        """A value that holds no steps, with new ids."""
        if isinstance(value, (list, tuple)):
            return [self._renamed(one) for one in value]
        if not isinstance(value, dict):
            return value
        made = {key: self._renamed(one) for key, one in value.items()}
        match value:
            case {"kind": "reference", "step": step}:
                made["step"] = self._step_id(step)
            case {"kind": "loop-value", "loop": loop, "name": name}:
                made |= {"loop": self._step_id(loop), "name": self._cell(loop, name)}
            case {"kind": "secret", "name": name} | {"storage": _, "name": name}:
                made["name"] = self._secret(name)
            case {"kind": "http-bearer" | "api-key", "secret": name}:
                made["secret"] = self._secret(name)
        if "default" in value and value.get("storage") and "kind" not in value:
            made["default"] = self._secret(value["default"])
        if "reason" in value:
            made["reason"] = self._names.without(value["reason"])
        if str(value.get("kind")).startswith(("http-", "api-")):
            made["id"] = self._id("scheme", value["id"])
        return made

    def _secret(self, name: str) -> str:
        return self._id("secret", name) if name in self._hard_coded else name


_SHARED = frozenset({"secret", "session", "connection", "scheme"})
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OF_STEPS = frozenset(
    {
        "again",
        "handlers",
        "updates",
        "id",
        "operation",
        "rules",
        "paging",
        "variables",
        "branches",
        "otherwise",
        "steps",
    }
)


def _without_origin(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_without_origin(one) for one in value]
    if isinstance(value, dict):
        return {key: _without_origin(one) for key, one in value.items() if key not in _LEFT_OUT}
    return value


def _placeholders(operation: dict[str, Any]) -> dict[str, str]:
    """New names of the parameters in the URL, by place."""
    named = [one["name"] for one in operation["parameters"] if one["location"] == "path"]
    found = [name for name in _PLACEHOLDER.findall(operation["server"] + operation["path"]) if name in named]
    return {name: f"part-{number}" for number, name in enumerate(dict.fromkeys((*found, *named)), 1)}


def _steps(steps: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All steps of a tree, in the order in which a run meets them."""
    for step in steps:
        yield step
        for branch in (*step.get("branches", ()), *step.get("handlers", ())):
            yield from _steps(branch["steps"])
        yield from _steps(step.get("otherwise", ()))
        yield from _steps(step.get("steps", ()))


def _cells(value: object, *, recurrences: bool = True) -> Iterator[tuple[str, str]]:
    """Loop variables in the order in which they are used; without those in other loop variables' own values."""
    if isinstance(value, list):
        for one in value:
            yield from _cells(one, recurrences=recurrences)
    elif isinstance(value, dict):
        if value.get("kind") == "loop-value":
            yield value["loop"], value["name"]
        for key, one in value.items():
            if recurrences or key not in ("variables", "updates"):
                yield from _cells(one, recurrences=recurrences)


def _in_short(value: Any) -> Any:
    """The form with its smallest expressions as texts."""
    match value:
        case {"kind": "constant", **rest}:
            return json.dumps(rest.get("value"), ensure_ascii=False)
        case {"kind": "reference", "step": step, "part": part}:
            return f"{step}.{part}"
        case {"kind": "loop-value", "name": name}:
            return f"<{name}>"
        case {"kind": "call", "function": function, "arguments": arguments}:
            parts = [_in_short(one) for one in arguments]
            if all(isinstance(one, str) for one in parts):
                return f"{function}({', '.join(parts)})"
            return {"call": function, "arguments": parts}
        case dict():
            return {key: _in_short(one) for key, one in value.items()}
        case list() | tuple():
            return [_in_short(one) for one in value]
    return value


def _written(value: Any, indent: str = "", head: str = "") -> Iterator[str]:
    """The value as lines: what fits on one line stands on one."""
    line = f"{indent}{head}{json.dumps(value, ensure_ascii=False)}"
    if len(line) <= _WIDTH or not isinstance(value, (dict, list)) or not value:
        yield line
        return
    yield f"{indent}{head}".rstrip()
    parts = value.items() if isinstance(value, dict) else (("-", one) for one in value)
    for key, one in parts:
        yield from _written(one, f"{indent}  ", f"{key} " if key == "-" else f"{key}: ")
