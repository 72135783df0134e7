"""`sys.path` and `importlib`: where a script says that its modules lie, and modules that it imports by their names.

Reads: `insert`, `append` and `extend` of `sys.path` with folders that are known before the run; `in sys.path`;
    `importlib.import_module` of a constant name, relative ones with their package.
Becomes: nothing; the modules that are found there are read with the script.
Cannot see: folders that are known at run time only, or outside of what is read; names that are put together from data.
Example:
    import importlib
    import os
    import sys
    import requests
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
    settings = importlib.import_module("json")  # `lib/json.py`, if there is one
    requests.post("https://crm.example/runs", data=settings.dumps({"done": True}))
"""

from __future__ import annotations

from pathlib import PurePosixPath

from extractors.clients.paths import SCRIPT, TEXT, place
from extractors.clients.variables import Origin, configured
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.imports import SETTING
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.modules import Added
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import FALSE, NONE, External, Instance, Known, Pointer, Value
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_SEARCH = "sys.path"
_SETTINGS = Origin("config", "AttributeError")


def _path(context: Evaluator, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(_SEARCH), {}))


KNOWLEDGE.values[_SEARCH] = _path


@KNOWLEDGE.method(_SEARCH, "insert")
def _insert(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 2:
        return misfit(context, "sys.path.insert", arguments, span)
    position, folder = arguments.positional
    _add(context, folder, first=position in (Known(0), Known(1)))
    return NONE


@KNOWLEDGE.method(_SEARCH, "append")
def _append(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1:
        return misfit(context, "sys.path.append", arguments, span)
    _add(context, arguments.positional[0], first=False)
    return NONE


@KNOWLEDGE.method(_SEARCH, "extend")
def _extend(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    folders = context.fixed_items(arguments.positional[0]) if len(arguments.positional) == 1 else None
    if folders is None:
        return misfit(context, "sys.path.extend", arguments, span)
    for folder in folders:
        _add(context, folder, first=False)
    return NONE


@KNOWLEDGE.method(_SEARCH, "__contains__")
def _contains(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return FALSE  # to add a folder for a second time changes nothing


def _add(context: Evaluator, folder: Value, *, first: bool) -> None:
    """Adds a folder; where only some ways lead here, behind all others. What is not known adds none."""
    at = place(context, folder)
    if at is not None and at.known is not None:
        first = first and not context.control.conditions
        context.loaded.added.append(Added(str(at.known), at.folder, first))


@KNOWLEDGE.function("importlib.import_module")
def _import_module(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments.bind("name", "package"):
        case {"name": Known(value=str() as name), **given} if name.strip("."):
            package = given.get("package", NONE)
            if not name.startswith("."):
                return context.import_module(name, span) or External(name)
            if isinstance(package, Known) and isinstance(package.value, str):
                full = context.relative(name, package.value)
                return context.import_module(full, span) or External(full)
    return misfit(context, "importlib.import_module", arguments, span)


@KNOWLEDGE.function(SETTING)
def _setting(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """A name in a module of settings that is not there; the import of the module is a gap."""
    (name,) = arguments.positional
    assert isinstance(name, Known)
    return configured(context, str(name.value), span, origin=_SETTINGS)


def _file(context: Evaluator, span: SourceSpan) -> Value:
    """`__file__`: of the script itself, or of the module in which it stands."""
    file, script = context.module_file(), PurePosixPath(context.file)
    if file == context.file:
        return External(SCRIPT)
    path = _relative(PurePosixPath(file), script.parent)
    return context.state.allocate(
        Instance(External(TEXT), {"folder": Known("script"), "path": Known(str(path))})
    )


def _relative(path: PurePosixPath, folder: PurePosixPath) -> PurePosixPath:
    """A path from a folder; both are relative to the same one."""
    common = 0
    while path.parts[common : common + 1] == folder.parts[common : common + 1] != ():
        common += 1
    return PurePosixPath(*[".."] * (len(folder.parts) - common), *path.parts[common:])


KNOWLEDGE.values[SCRIPT] = _file
