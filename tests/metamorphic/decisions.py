"""Decisions in one form: a model's conditions, as trees of tests that decide one thing each.

Steps and expressions are dumped models. What is made the same, and why it has the same effect:

- `not` before a test with two sides turns the sides round: a route's branches, a choice's values;
- `a and b` as one test is a test inside a test, and so is `or`; what a test further out decided is not asked again;
- a filter, and a branch that leaves the pass, the loop or the run, are one side of a route on whose other side all that
  follows stands;
- checks, and routes in which nothing but checks stand, only evaluate: as a set of expressions, each with the tests that
  come before it, without those that are evaluated anyway as part of another one; what both outcomes of a test lead to
  is evaluated without it, and the truth of a value, which is no error for any, is the value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

Form = dict[str, Any]
Facts = dict[str, bool]

_TRUE: Form = {"kind": "constant", "value": True}
_FALSE: Form = {"kind": "constant", "value": False}
_ENDS = frozenset({"loop-exit", "stop", "fail", "unmapped"})


def expression(form: Any, facts: Facts | None = None) -> Any:
    """The expression, or any form that holds expressions, with its choices as trees of single tests."""
    facts = facts or {}
    if isinstance(form, list):
        return [expression(one, facts) for one in form]
    if not isinstance(form, dict):
        return form
    if form.get("kind") == "choice":
        return _choice(form["test"], form["then"], form["otherwise"], facts)
    if (known := facts.get(_key(form))) is not None:
        return _TRUE if known else _FALSE
    made = {key: expression(one, facts) for key, one in form.items()}
    return _negated(made["arguments"][0]) if made.get("function") == "not" else made


def _choice(test: Form, then: Form, otherwise: Form, facts: Facts) -> Any:
    match test:
        case {"kind": "constant", "value": bool() as value}:
            return expression(then if value else otherwise, facts)
        case {"kind": "call", "function": "not", "arguments": [inner]}:
            return _choice(inner, otherwise, then, facts)
        case {"kind": "choice", "test": first, "then": yes, "otherwise": no}:
            return _choice(first, _inner(yes, then, otherwise), _inner(no, then, otherwise), facts)
    asked = expression(test, facts)
    if _key(asked) in (_key(_TRUE), _key(_FALSE)):
        return expression(then if asked == _TRUE else otherwise, facts)
    key = _key(asked)
    first, second = expression(then, {**facts, key: True}), expression(otherwise, {**facts, key: False})
    if _key(first) == _key(second):
        return first
    if (_key(first), _key(second)) == (_key(_TRUE), _key(_FALSE)):
        return asked
    return {"kind": "choice", "test": asked, "then": first, "otherwise": second}


def _inner(test: Form, then: Form, otherwise: Form) -> Form:
    return {"kind": "choice", "test": test, "then": then, "otherwise": otherwise}


def _negated(test: Form) -> Any:
    match test:
        case {"kind": "constant", "value": bool() as value}:
            return _FALSE if value else _TRUE
        case {"kind": "choice"}:
            return {**test, "then": _negated(test["then"]), "otherwise": _negated(test["otherwise"])}
        case {"kind": "call", "function": "not", "arguments": [inner]}:
            return inner
    return {"kind": "call", "function": "not", "arguments": [test]}


def _key(form: Any) -> str:
    return json.dumps(form, sort_keys=True)


# --- steps -----------------------------------------------------------------------------------------------------------


def block(steps: Iterable[Form]) -> list[Form]:
    """A block of steps, as it is when nothing follows it."""
    made = list(_ways(list(steps), {}))
    return list(_with_evaluations(made))


def _ways(steps: list[Form], facts: Facts) -> Iterator[Form]:
    for number, step in enumerate(steps):
        rest = steps[number + 1 :]
        match step["kind"]:
            case "filter":
                yield from _route(step["condition"], rest, [], facts, step)
                return
            case "route":
                branches = [(one["when"], one["steps"]) for one in step["branches"]]
                otherwise = step.get("otherwise", [])
                if not any(_may_leave(one) for one in (*(inner for _, inner in branches), otherwise)):
                    yield from _branches(branches, otherwise, facts, step)
                    continue
                branches = [(when, inner if _leaves(inner) else [*inner, *rest]) for when, inner in branches]
                otherwise = otherwise if _leaves(otherwise) else [*otherwise, *rest]
                yield from _branches(branches, otherwise, facts, step)
                return
            case kind if kind in _ENDS:
                yield expression(step, facts)
                return
            case _:
                yield _inside(step, facts)


def _leaves(steps: list[Form]) -> bool:
    """Whether what follows the block is never reached after its last step."""
    match steps[-1] if steps else {}:
        case {"kind": "filter", "condition": condition}:
            return bool(condition == _FALSE)
        case {"kind": "route", "branches": branches, **more}:
            otherwise: list[Form] = more.get("otherwise", [])
            return all(_leaves(one) for one in (*(branch["steps"] for branch in branches), otherwise))
        case {"kind": kind}:
            return kind in _ENDS
    return False


def _may_leave(steps: list[Form]) -> bool:
    """Whether what follows the block is not reached on some way through it."""
    for step in steps:
        ways = [one["steps"] for one in step.get("branches", ())] if step["kind"] == "route" else []
        if step["kind"] in _ENDS or step["kind"] == "filter":
            return True
        if any(_may_leave(one) for one in (*ways, step.get("otherwise", []))):
            return True
    return False


def _branches(
    branches: list[tuple[Form, list[Form]]], otherwise: list[Form], facts: Facts, step: Form
) -> Iterator[Form]:
    (test, then), *more = branches
    rest = [_route_step(step, more, otherwise)] if more else otherwise
    yield from _route(test, then, rest, facts, step)


def _route_step(step: Form, branches: list[tuple[Form, list[Form]]], otherwise: list[Form]) -> Form:
    ways = [{"when": when, "steps": steps} for when, steps in branches]
    return {"kind": "route", "id": step["id"], "branches": ways, "otherwise": otherwise}


def _route(test: Form, then: list[Form], otherwise: list[Form], facts: Facts, step: Form) -> Iterator[Form]:
    match expression(test, facts):
        case {"kind": "constant", "value": bool() as value}:
            yield from _ways(then if value else otherwise, facts)
        case {"kind": "call", "function": "not", "arguments": [inner]}:
            yield from _route(inner, otherwise, then, facts, step)
        case {"kind": "choice", "test": first, "then": yes, "otherwise": no}:
            ways = [_route_step(step, [(one, then)], otherwise) for one in (yes, no)]
            yield from _route(first, [ways[0]], [ways[1]], facts, step)
        case asked:
            key = _key(asked)
            first = list(_with_evaluations(list(_ways(then, {**facts, key: True}))))
            second = list(_with_evaluations(list(_ways(otherwise, {**facts, key: False}))))
            if first or second:
                made = {"kind": "route", "id": step["id"], "branches": [{"when": asked, "steps": first}]}
                yield {**made, "otherwise": second}


def _inside(step: Form, facts: Facts) -> Form:
    """A step of another kind: its blocks stand by themselves."""
    kept = facts if step["kind"] not in ("loop", "split") else {}
    made = {key: one if key in ("steps", "handlers") else expression(one, kept) for key, one in step.items()}
    if "steps" in step:
        made["steps"] = block(step["steps"])
    if "handlers" in step:
        made["handlers"] = [{**one, "steps": block(one["steps"])} for one in step["handlers"]]
    return made


# --- evaluations -----------------------------------------------------------------------------------------------------

Guards = tuple[Form, ...]
"""The tests that come before an evaluation, each with the outcome that leads to it."""
Guarded = tuple[Guards, Form]


def _guard(test: Form, *, outcome: bool) -> Form:
    return {"test": test, "outcome": outcome}


def _with_evaluations(steps: list[Form]) -> Iterator[Form]:
    """The steps with each row of those that only evaluate as one."""
    row: list[Guarded] = []
    for number, step in enumerate([*steps, None]):
        found = _evaluations(step, ()) if step is not None else None
        if found is not None:
            row += found
            continue
        if kept := _needed(row, list(_evaluated_next(steps[number:]))):
            yield {"kind": "check", "id": "", "expressions": kept}
        row = []
        if step is not None:
            yield step


def _evaluations(step: Form, guards: Guards) -> list[Guarded] | None:
    """What the step evaluates, where it does nothing else."""
    if step["kind"] == "check":
        found: list[Guarded] = []
        for one in step["expressions"]:
            found += _guarded(one.get("evaluates", one), (*guards, *one.get("guards", ())))
        return found
    if step["kind"] != "route":
        return None
    (branch,) = step["branches"]
    test = branch["when"]
    found = _guarded(test, guards)
    for outcome, steps in ((True, branch["steps"]), (False, step["otherwise"])):
        for one in steps:
            inner = _evaluations(one, (*guards, _guard(test, outcome=outcome)))
            if inner is None:
                return None
            found += inner
    return found


def _guarded(form: Form, guards: Guards) -> list[Guarded]:
    match form:
        case {"kind": "constant"}:
            return []
        case {"kind": "call", "function": "not" | "python.truth", "arguments": [inner]}:
            return _guarded(inner, guards)
        case {"kind": "choice", "test": test, "then": then, "otherwise": otherwise}:
            return [
                *_guarded(test, guards),
                *_guarded(then, (*guards, _guard(test, outcome=True))),
                *_guarded(otherwise, (*guards, _guard(test, outcome=False))),
            ]
    return [(guards, form)]


def _evaluated_next(steps: list[Form]) -> Iterator[Guarded]:
    """What the steps evaluate before anything happens."""
    for step in steps:
        match step:
            case {"kind": "translate", "rules": rules}:
                for rule in rules:
                    when = rule.get("when")
                    yield from _guarded(when, ()) if when else ()
                    yield from _guarded(rule["value"], (_guard(when, outcome=True),) if when else ())
                continue
            case {"kind": "read" | "write", "operation": operation}:
                for value in _values_of(operation):
                    yield from _guarded(value, ())
            case {"kind": "route", "branches": [branch, *_]}:
                yield from _guarded(branch["when"], ())
            case {"kind": "split", "over": over}:
                yield from _guarded(over, ())
        return


def _values_of(operation: Form) -> tuple[Form, ...]:
    """The expressions of an operation, in evaluation order."""
    match operation:
        case {"kind": "http", "parameters": parameters, **more}:
            body = (more["body"]["content"],) if "body" in more else ()
            return (*(one["value"] for one in parameters), *body)
    located = (operation[name]["path"] for name in ("file", "target", "database") if name in operation)
    given = (operation[name] for name in ("content", "statement", "parameters") if name in operation)
    return (*located, *given)


def _on_every_side(row: list[Guarded]) -> list[Guarded]:
    """The evaluations, without tests both of whose outcomes lead to the same one."""
    known = {(frozenset(map(_key, guards)), _key(form)): (guards, form) for guards, form in row}
    waiting = list(known)
    while waiting:
        keys, name = waiting.pop()
        guards, form = known[keys, name]
        for guard in guards:
            rest = keys - {_key(guard)}
            opposite = rest | {_key(_guard(guard["test"], outcome=not guard["outcome"]))}
            if (opposite, name) in known and (rest, name) not in known:
                known[rest, name] = (tuple(one for one in guards if one is not guard), form)
                waiting.append((rest, name))
    return list(known.values())


def _needed(row: list[Guarded], following: list[Guarded]) -> list[Form]:
    """Those that are not evaluated under fewer tests too, as a part of another one, or by the next step anyway."""
    row = _on_every_side(row)
    keys = [(frozenset(map(_key, guards)), form) for guards, form in row]
    whole: dict[str, list[frozenset[str]]] = {}
    parts: dict[str, list[frozenset[str]]] = {}
    for tests, form in following:
        for part in _parts(form):
            parts.setdefault(_key(part), []).append(frozenset(map(_key, tests)))
    for guards, form in keys:
        whole.setdefault(_key(form), []).append(guards)
        for part in _parts(form):
            if part is not form:
                parts.setdefault(_key(part), []).append(guards)
    kept: dict[str, Form] = {}
    for (tests, form), (guards, _) in zip(row, keys, strict=True):
        name = _key(form)
        if any(one < guards for one in whole[name]) or any(one <= guards for one in parts.get(name, ())):
            continue
        made = {"guards": sorted(tests, key=_key), "evaluates": form} if tests else form
        kept[_key(made)] = made
    return [kept[name] for name in sorted(kept)]


def _parts(form: Form) -> Iterator[Form]:
    """The expression and what is evaluated whenever it is."""
    yield form
    match form:
        case {"kind": "call", "arguments": parts} | {"kind": "list", "items": parts}:
            inner = parts
        case {"kind": "choice", "test": test}:
            inner = [test]
        case {"kind": "lookup", "key": key}:
            inner = [key]
        case {"kind": "record", "entries": entries}:
            inner = [one.get("when", one["value"]) for one in entries]
        case _:
            inner = []
    for one in inner:
        yield from _parts(one)
