"""(b) Another order of definitions, where none of them needs another one to be there already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
import libcst.matchers as m

from tests.metamorphic.names import after_imports, loaded_names, nodes, parsed

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def reordered(source: str) -> str:
    """Each run of definitions and of constants that read no other name, turned round."""
    module = parsed(source)
    start = after_imports(module)
    body = list(module.body[:start])
    for run in _runs(module.body[start:]):
        body += reversed(run)
    return module.with_changes(body=body).code


def functions_first(source: str) -> str:
    """Functions that need nothing when they are defined stand before all constants."""
    module = parsed(source)
    start = after_imports(module)
    names = [one.name.value for one in module.body if isinstance(one, cst.FunctionDef)]
    movable = [
        one
        for one in module.body[start:]
        if isinstance(one, cst.FunctionDef) and not _needs(one) and names.count(one.name.value) == 1
    ]
    kept = [one for one in module.body[start:] if one not in movable]
    return module.with_changes(body=[*module.body[:start], *movable, *kept]).code


def methods_reversed(source: str) -> str:
    """The methods of each class in another order."""
    return parsed(source).visit(_Methods()).code


class _Methods(cst.CSTTransformer):
    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        body = updated_node.body.body
        methods = [one for one in body if isinstance(one, cst.FunctionDef) and not _needs(one)]
        names = [one.name.value for one in methods]
        if len(set(names)) < len(names):
            return updated_node
        others = [one for one in body if one not in methods]
        return updated_node.with_changes(
            body=updated_node.body.with_changes(body=[*others, *reversed(methods)])
        )


def _runs(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    run: list[Statement] = []
    for one in statements:
        name = _defined(one)
        if name is None:
            yield run
            yield [one]
            run = []
            continue
        if any(name == _defined(before) or _defined(before) in _needs(one) for before in run):
            yield run
            run = []
        run.append(one)
    yield run


def _defined(statement: Statement) -> str | None:
    """The one name that the statement defines without doing anything else, or None."""
    match statement:
        case cst.FunctionDef(name=name, decorators=[]):
            return name.value
        case cst.ClassDef(name=name, decorators=[], bases=[], keywords=[], body=body) if all(
            isinstance(one, cst.FunctionDef) for one in body.body
        ):
            return name.value
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)]
        ) if _is_constant(value):
            return name
    return None


def _is_constant(value: cst.BaseExpression) -> bool:
    allowed = m.SimpleString() | m.Integer() | m.Float() | m.Dict() | m.List() | m.Tuple() | m.Set()
    return m.matches(value, allowed) and not loaded_names(value) and not m.findall(value, m.Call())


def _needs(definition: cst.CSTNode) -> set[str]:
    """The names that are read when the definition is carried out, not when it is called."""
    found: set[str] = set()
    for node in nodes(definition):
        if isinstance(node, cst.FunctionDef):
            for one in nodes(node.params):
                if isinstance(one, cst.Param) and one.default is not None:
                    found |= loaded_names(one.default)
                if isinstance(one, cst.Annotation):
                    found |= loaded_names(one)
            for decorator in node.decorators:
                found |= loaded_names(decorator)
    return found
