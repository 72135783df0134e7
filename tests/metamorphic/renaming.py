"""(a) Other names for variables, functions, parameters and classes."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
from libcst.metadata import Assignment, FunctionScope, MetadataWrapper, ScopeProvider
from libcst.metadata.scope_provider import BaseAssignment

from migrate.secrets.recognition import is_secret_name
from tests.metamorphic.names import all_names, bound_names, imported_names, is_builtin, nodes, parsed

NewName = Callable[[int, str], str]


def innocent(number: int, name: str) -> str:
    """A name without meaning, but for one that says secret: what a name says of a secret is a fact."""
    return f"other_{name}" if is_secret_name(name) else f"thing{number}"


def unicode_name(number: int, name: str) -> str:
    """The name in letters of which Python makes others (NFKC), with an umlaut behind it."""
    return "".join(chr(0xFF21 + ord(c) - 65) if "A" <= c <= "Z" else c for c in name) + "_ä"


def renamed(source: str, new_name: NewName = innocent) -> str:
    """All that the module binds itself, under new names: one new name an old one, so nothing is captured."""
    module = parsed(source)
    fixed = imported_names(module) | _kept(module)
    names = sorted(name for name in bound_names(module) if not is_builtin(name) and name not in fixed)
    new = {name: new_name(number, name) for number, name in enumerate(names)}
    assert not set(new.values()) & all_names(module)
    return module.visit(_Renamer(new, _parameters(module))).code


def renamed_locals(source: str) -> str:
    """The local variables of each function, parameters aside, under names that say the function."""
    # Each node of a parsed tree stands in one place, so the wrapper needs no copy to tell them apart.
    wrapper = MetadataWrapper(parsed(source), unsafe_skip_copy=True)
    scopes = wrapper.resolve(ScopeProvider)
    new: dict[cst.CSTNode, str] = {}
    declared = {
        item.name.value
        for node in nodes(wrapper.module)
        if isinstance(node, (cst.Global, cst.Nonlocal))
        for item in node.names
    }
    for scope in {scope for scope in scopes.values() if isinstance(scope, FunctionScope)}:
        for assignment in scope.assignments:
            assert isinstance(assignment, Assignment)
            name, node = assignment.name, assignment.node
            if name in declared or is_builtin(name):
                continue
            if any(_is_fixed(one) for one in scope.assignments[name]):
                continue
            other = f"{name}_in_{scope.name or 'lambda'}"
            for place in (node, *(access.node for access in assignment.references)):
                if isinstance(place, cst.Name):
                    new[place] = other
                elif isinstance(place, (cst.FunctionDef, cst.ClassDef)):
                    new[place.name] = other
    return wrapper.module.visit(_PlaceRenamer(new)).code


def _is_fixed(assignment: BaseAssignment) -> bool:
    return isinstance(assignment, Assignment) and isinstance(assignment.node, (cst.Param, cst.ImportAlias))


class _PlaceRenamer(cst.CSTTransformer):
    def __init__(self, new: dict[cst.CSTNode, str]) -> None:
        super().__init__()
        self._new = new

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        name = self._new.get(original_node)
        return updated_node if name is None else updated_node.with_changes(value=name)


class _Renamer(cst.CSTTransformer):
    """Renames variables, and the keywords of calls to the module's own functions with them."""

    def __init__(self, new: dict[str, str], parameters: dict[str, set[str]]) -> None:
        super().__init__()
        self._new = new
        self._parameters = parameters

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        return True

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        return updated_node

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        """Methods and attributes of a class are reached by attribute: their names stay."""
        body: list[cst.CSTNode] = []
        for one, before in zip(updated_node.body.body, original_node.body.body, strict=True):
            match one, before:
                case cst.FunctionDef(), cst.FunctionDef(name=name):
                    body.append(one.with_changes(name=name))
                case cst.SimpleStatementLine(), _:
                    body.append(before)
                case _:
                    body.append(one)
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        match original_node.func:
            case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
                own = self._parameters.get(name, set())
            case _:
                own = set()
        arguments = [
            one.with_changes(keyword=cst.Name(self._new.get(one.keyword.value, one.keyword.value)))
            if one.keyword is not None and one.keyword.value in own
            else one
            for one in updated_node.args
        ]
        return updated_node.with_changes(args=arguments)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self._new.get(original_node.value, original_node.value))


def _parameters(module: cst.Module) -> dict[str, set[str]]:
    """The parameters of each function of the module, by its name; those of `__init__` by that of its class."""
    found: dict[str, set[str]] = {}
    for node in nodes(module):
        if isinstance(node, cst.FunctionDef):
            given = (*node.params.params, *node.params.kwonly_params)
            found.setdefault(node.name.value, set()).update(one.name.value for one in given)
        if isinstance(node, cst.ClassDef):
            for method in node.body.body:
                if isinstance(method, cst.FunctionDef) and method.name.value == "__init__":
                    found.setdefault(node.name.value, set()).update(
                        one.name.value for one in method.params.params
                    )
    return found


def _kept(module: cst.Module) -> set[str]:
    """Names that are known from outside: keywords of calls by attribute, and what stands in a class body."""
    own = _parameters(module)
    parameters = set().union(*own.values()) if own else set()
    kept: set[str] = set()
    for node in nodes(module):
        match node:
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)), args=arguments) if name in own:
                kept |= {one.keyword.value for one in arguments if one.keyword is not None} & parameters
            case cst.ClassDef(body=body):
                for line in body.body:
                    if isinstance(line, cst.SimpleStatementLine):
                        kept |= bound_names(line)
    return kept
