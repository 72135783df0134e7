"""`pathlib` and `os.path`: where files lie, and what is asked of them without opening them.

Reads: `__file__`; `pathlib.Path` with `/`, `joinpath`, `parent`, `name`, `stem`, `suffix`, `with_name`, `with_suffix`,
    `exists`, `is_file`, `mkdir`, `unlink`, `rename`, `replace`; `os.path.join`, `dirname`, `basename`, `abspath`,
    `realpath`, `exists`, `isfile`; `os.makedirs`, `remove`, `unlink`, `rename`, `replace`.
Becomes: paths beside the script or from the working folder; operations on files.
Cannot see: a path of the script as text (it lies elsewhere when the flow runs); links; the current folder as text;
    globs and walks through folders.
Example:
    import os
    import requests
    from pathlib import Path
    requests.post("https://crm.example/runs")
    if (Path(__file__).parent / "state.json").exists():  # beside the script, wherever that is
        os.makedirs("archive", exist_ok=True)
        os.replace(Path(__file__).with_name("state.json"), os.path.join("archive", "state.json"))
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    Pointer,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import Constant, FileOperation, FilePath, Reference, SourceSpan
from migrate.model.functions import FUNCTIONS

KNOWLEDGE = Knowledge()
PATH, TEXT, SCRIPT = "pathlib.Path", "os.path.text", "builtins.__file__"
"""A `Path`; a text that only the functions of `os.path` and `open` take, as it begins at the script; `__file__`."""


@dataclass(frozen=True)
class Place:
    """A path, as a text value, and where it starts if it is relative."""

    folder: Literal["script", "working"]
    path: Value
    sort: str

    @property
    def known(self) -> PurePosixPath | None:
        """The path, where it is known before the run."""
        held = self.path.value if isinstance(self.path, Known) else None
        return PurePosixPath(held) if isinstance(held, str) else None

    def surely_another(self, other: Place) -> bool:
        """True if the two cannot be one file."""
        paths = self.known, other.known
        if None in paths or self.folder != other.folder or any(".." in path.parts for path in paths if path):
            return False
        return paths[0] != paths[1]

    def file(self, context: Evaluator, span: SourceSpan) -> FilePath:
        """What the model says of it."""
        return FilePath(folder=self.folder, path=context.snapshot(self.path, span), span=span)


def place(context: Evaluator, value: Value) -> Place | None:
    """Where a path lies that is given as a text or `Path`; None for anything else."""
    match value:
        case External(name=name) if name == SCRIPT:
            return Place("script", Known(PurePosixPath(context.file).name), TEXT)
        case Known(value=str()):
            return Place("working", value, "text")
        case Symbolic(expression=expression) if context.type_of(expression) == "text":
            return Place("working", value, "text")
        case Pointer():
            found = context.state.get(value)
            match found:
                case Instance(
                    of=External(name=sort),
                    attributes={"folder": Known(value="script" | "working" as folder), "path": path},
                ) if sort in (PATH, TEXT):
                    return Place(folder, path, sort)
    return None


def access(context: Evaluator, action: Any, at: Place, span: SourceSpan, **fields: Any) -> str:
    """An operation on a file; the id of its result."""
    made = context.new_id("file")
    context.emit(
        Request(made, FileOperation(action=action, file=at.file(context, span), span=span, **fields), span)
    )
    return made


def _made(context: Evaluator, at: Place) -> Value:
    """A path as the script has it: plain text, or an object."""
    if at.sort == "text":
        return at.path
    return context.state.allocate(Instance(External(at.sort), {"folder": Known(at.folder), "path": at.path}))


def _own(context: Evaluator, receiver: Pointer) -> Place:
    found = place(context, receiver)
    assert found is not None
    return found


def _not_followed(context: Evaluator, name: str, arguments: Arguments, span: SourceSpan) -> Unknown:
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Unknown):
            return context.gap(value.code, value.reason, span)
    return context.gap("HS103", f"{name} of this path is not followed", span)


def _joined(
    context: Evaluator, function: str, parts: list[Place], sort: str, span: SourceSpan
) -> Value | None:
    """Paths one after the other; an absolute one, or one that starts elsewhere, takes the place of those before."""
    start = max((i for i, part in enumerate(parts) if part.folder == "script"), default=0)
    if start:
        return None
    expressions = tuple(context.snapshot(part.path, span) for part in parts)
    path = context.symbolic(operators.call(function, *expressions), span)
    constants = [e.value for e in expressions if isinstance(e, Constant) and isinstance(e.value, str)]
    if len(constants) == len(parts):
        text = str(FUNCTIONS[function](*constants))
        path = Known(str(PurePosixPath(text)) if sort == TEXT else text)
    return _made(context, Place(parts[0].folder, path, sort))


# --- os.path -----------------------------------------------------------------------------------------------------


@KNOWLEDGE.function("os.path.join")
def _join(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    parts = [place(context, value) for value in arguments.positional]
    known = [part for part in parts if part is not None]
    if known and len(known) == len(parts) and not arguments.keywords:
        sort = TEXT if any(part.folder == "script" for part in known) else "text"
        joined = _joined(context, "python.path_join", known, sort, span)
        if joined is not None:
            return joined
    return _not_followed(context, "os.path.join", arguments, span)


@KNOWLEDGE.function("os.path.abspath", "os.path.realpath", "os.fspath")
def _absolute(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    at = place(context, arguments.positional[0]) if len(arguments.positional) == 1 else None
    if at is None or arguments.keywords:
        return _not_followed(context, "os.path.abspath", arguments, span)
    return _made(context, Place(at.folder, at.path, TEXT))


@KNOWLEDGE.function("os.path.dirname")
def _dirname(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    at = place(context, arguments.positional[0]) if len(arguments.positional) == 1 else None
    above = _above(at) if at is not None and at.folder == "script" else None
    if at is not None and above is not None:
        return _made(context, Place("script", above, TEXT))
    return _not_followed(context, "os.path.dirname", arguments, span)


def _above(at: Place) -> Value | None:
    """The folder that a path lies in, where it is known; that of the script's folder is `..`."""
    known = at.known
    if known is None:
        return None
    if at.folder == "script" and not known.is_absolute() and set(known.parts) <= {".."}:
        return Known(str(known / ".."))
    return Known(str(known.parent))


@KNOWLEDGE.function("os.path.basename")
def _basename(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    at = place(context, arguments.positional[0]) if len(arguments.positional) == 1 else None
    if at is None or at.known is None or not isinstance(at.path, Known):
        return _not_followed(context, "os.path.basename", arguments, span)
    return Known(str(at.path.value).rpartition("/")[2])


def _asked(name: str, action: str) -> None:
    @KNOWLEDGE.function(name)
    def function(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        at = place(context, arguments.positional[0]) if len(arguments.positional) == 1 else None
        if at is None or arguments.keywords:
            return _not_followed(context, name, arguments, span)
        return Symbolic(Reference(step=access(context, action, at, span), part="exists"))


_asked("os.path.exists", "exists")
_asked("os.path.isfile", "is-file")


def _done(name: str, action: str) -> None:
    @KNOWLEDGE.function(*name.split())
    def function(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        places = [place(context, value) for value in arguments.positional]
        if arguments.keywords or None in places or len(places) != (2 if action == "move" else 1):
            return _not_followed(context, name.partition(" ")[0], arguments, span)
        first, *others = [at for at in places if at is not None]
        target = others[0].file(context, span) if others else None
        access(context, action, first, span, target=target)
        return NONE


_done("os.remove os.unlink", "delete")
_done("os.replace os.rename", "move")


@KNOWLEDGE.function("os.makedirs")
def _makedirs(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("name", "mode", "exist_ok") or {}
    at = place(context, bound["name"]) if "name" in bound else None
    if at is None or "mode" in bound or bound.get("exist_ok") != TRUE:
        return _not_followed(context, "os.makedirs", arguments, span)
    access(context, "make-folder", at, span)
    return NONE


# --- pathlib -----------------------------------------------------------------------------------------------------


@KNOWLEDGE.function("pathlib.Path", "pathlib.PosixPath")
def _path(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    parts = [place(context, value) for value in arguments.positional or (Known("."),)]
    known = [part for part in parts if part is not None]
    joined = None
    if len(known) == len(parts) and not arguments.keywords:
        joined = _joined(context, "python.pure_path", known, PATH, span)
    return joined if joined is not None else _not_followed(context, "Path", arguments, span)


@KNOWLEDGE.method(PATH, "__truediv__", "joinpath")
def _below(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _path(context, Arguments((receiver, *arguments.positional), arguments.keywords), span)


@KNOWLEDGE.method(PATH, "resolve", "absolute")
def _itself(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The same file."""
    if arguments.positional or arguments.keywords:
        return _not_followed(context, "resolve", arguments, span)
    return receiver


def _parent(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    at = _own(context, receiver)
    above = _above(at)
    if above is None:
        return _not_followed(context, "parent", Arguments((), {}), span)
    return _made(context, Place(at.folder, above, PATH))


KNOWLEDGE.attributes[PATH, "parent"] = _parent


def _part(name: str) -> None:
    def part(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        known = _own(context, receiver).known
        if known is None:
            return _not_followed(context, name, Arguments((), {}), span)
        return Known(getattr(known, name))

    KNOWLEDGE.attributes[PATH, name] = part


for _name in ("name", "stem", "suffix"):
    _part(_name)


def _renamed(name: str) -> None:
    @KNOWLEDGE.method(PATH, name)
    def method(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        at = _own(context, receiver)
        given = arguments.positional[0] if len(arguments.positional) == 1 else None
        if at.known is None or not (isinstance(given, Known) and isinstance(given.value, str)):
            return _not_followed(context, name, arguments, span)
        try:
            return _made(context, Place(at.folder, Known(str(getattr(at.known, name)(given.value))), PATH))
        except ValueError:
            raise context.fail("ValueError", f"{name} of a path", span) from None


_renamed("with_name")
_renamed("with_suffix")
_renamed("with_stem")


@KNOWLEDGE.method(PATH, "exists")
def _exists(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Symbolic(Reference(step=access(context, "exists", _own(context, receiver), span), part="exists"))


@KNOWLEDGE.method(PATH, "is_file")
def _is_file(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Symbolic(Reference(step=access(context, "is-file", _own(context, receiver), span), part="exists"))


@KNOWLEDGE.method(PATH, "mkdir")
def _mkdir(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords != {"parents": TRUE, "exist_ok": TRUE}:
        return _not_followed(context, "mkdir without parents and exist_ok", arguments, span)
    access(context, "make-folder", _own(context, receiver), span)
    return NONE


@KNOWLEDGE.method(PATH, "unlink")
def _unlink(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords not in ({}, {"missing_ok": FALSE}):
        return _not_followed(context, "unlink with arguments", arguments, span)
    access(context, "delete", _own(context, receiver), span)
    return NONE


@KNOWLEDGE.method(PATH, "replace", "rename")
def _replace(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    target = place(context, arguments.positional[0]) if len(arguments.positional) == 1 else None
    if target is None:
        return _not_followed(context, "replace", arguments, span)
    access(context, "move", _own(context, receiver), span, target=target.file(context, span))
    return _made(context, Place(target.folder, target.path, PATH))


@KNOWLEDGE.method(PATH, "__bool__")
def _true(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return TRUE
