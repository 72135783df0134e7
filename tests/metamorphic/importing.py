"""(d) Imports under other names."""

from __future__ import annotations

import libcst as cst

from tests.metamorphic.names import bound_names, is_import, nodes, parsed, statement


def aliased(source: str) -> str:
    """`import requests as requests_module`, for every module that is imported."""
    module = parsed(source)
    names = _plain_imports(module)
    return module.visit(_Aliased({name: f"{name}_module" for name in names})).code


def imported_from(source: str) -> str:
    """`from requests import get as requests_get`, for every module of which only attributes are used."""
    module = parsed(source)
    used = _attributes(module, _plain_imports(module))
    changed = module.visit(_FromImports(frozenset(used)))
    assert isinstance(changed, cst.Module)
    body: list[cst.SimpleStatementLine | cst.BaseCompoundStatement] = []
    for one in changed.body:
        (name,) = _imports(one) & used.keys() or ("",)
        # Names that are not there before a call are looked up at that call alone.
        taken = ", ".join(f"{attribute} as {name}_{attribute}" for attribute in sorted(used.get(name, ())))
        body.append(statement(f"from {name} import {taken}\n") if name else one)
    return changed.with_changes(body=body).code


def imported_where_used(source: str) -> str:
    """Each module imported once more in every function, as programs do that want to start quickly."""
    module = parsed(source)
    return module.visit(_LocalImports(_plain_imports(module))).code


def _plain_imports(module: cst.Module) -> set[str]:
    """Modules that the top of the file imports by one name, which nothing else binds."""
    found: set[str] = set()
    for one in module.body:
        if is_import(one):
            found |= _imports(one)
    return found - bound_names(module)


def _imports(line: cst.CSTNode) -> set[str]:
    match line:
        case cst.SimpleStatementLine(
            body=[cst.Import(names=[cst.ImportAlias(name=cst.Name(value=name), asname=None)])]
        ):
            return {name}
    return set()


def _attributes(module: cst.Module, names: set[str]) -> dict[str, set[str]]:
    """The attributes of each module that the source uses; not of modules that are used otherwise too, or not at all."""
    found: dict[str, set[str]] = {}
    elsewhere: set[str] = set()
    known: set[int] = set()
    for node in nodes(module):
        match node:
            case cst.Attribute(value=cst.Name(value=name) as base, attr=attribute):
                found.setdefault(name, set()).add(attribute.value)
                known |= {id(base), id(attribute)}
            case cst.Attribute(attr=word) | cst.Arg(keyword=cst.Name() as word) | cst.ImportAlias(name=word):
                known.add(id(word))
            case cst.Name(value=name) if id(node) not in known:
                elsewhere.add(name)
    return {name: found[name] for name in names & found.keys() - elsewhere}


class _Aliased(cst.CSTTransformer):
    def __init__(self, new: dict[str, str]) -> None:
        super().__init__()
        self._new = new

    def leave_ImportAlias(
        self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias
    ) -> cst.ImportAlias:
        name = original_node.name.value
        if original_node.asname is not None or name not in self._new:
            return original_node
        return original_node.with_changes(asname=cst.AsName(cst.Name(self._new[str(name)])))

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self._new.get(original_node.value, original_node.value))


class _FromImports(cst.CSTTransformer):
    def __init__(self, modules: frozenset[str]) -> None:
        super().__init__()
        self._modules = modules

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute | cst.Name:
        match original_node:
            case cst.Attribute(value=cst.Name(value=name), attr=attribute) if name in self._modules:
                return cst.Name(f"{name}_{attribute.value}", lpar=updated_node.lpar, rpar=updated_node.rpar)
        return updated_node


class _LocalImports(cst.CSTTransformer):
    def __init__(self, modules: set[str]) -> None:
        super().__init__()
        self._modules = modules

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        used = {one.value for one in nodes(original_node.body) if isinstance(one, cst.Name)} & self._modules
        if not used or any(
            isinstance(one, (cst.FunctionDef, cst.Lambda)) for one in nodes(original_node.body)
        ):
            return updated_node
        if not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        lines = [statement(f"import {name}\n") for name in sorted(used)]
        return updated_node.with_changes(
            body=updated_node.body.with_changes(body=[*lines, *updated_node.body.body])
        )
