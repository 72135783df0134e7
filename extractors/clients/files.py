"""Python's own files: `open()` and `pathlib.Path.open`, `read_text`, `write_text`.

Reads: `open` of text files with `r`, `w`, `a`, `encoding`, `newline`; `with`; `read`, `readlines`, going through the
    lines; `write`, `writelines`, `print(file=)`, `close`, `flush`.
Becomes: one read of the whole file where it is opened; an empty file where one is opened for writing, then an append
    for each write. What is held back in a buffer is written at the latest when the interpreter ends.
Cannot see: a locale other than UTF-8; files that are read and written at once, in parts, or as bytes; a file that
    becomes unreadable half way (the run ends where it is opened).
Example:
    import requests
    with open("contacts.txt", encoding="utf-8") as file:
        addresses = [line.strip() for line in file]
    with open("sent.log", "a") as log:
        for address in addresses:
            requests.post("https://mail.example/members", json={"email": address}).raise_for_status()
            log.write(address + "\\n")
"""

from __future__ import annotations

from typing import Any

from extractors.clients.memory import is_buffer, put
from extractors.clients.paths import PATH, Place, access, place
from extractors.evaluator import Evaluator, Knowledge, operators, texts
from extractors.evaluator.attempts import CLOSED
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.telling import told
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
from migrate.model import Call, Constant, Expression, Reference, SdkOperation, SourceSpan

KNOWLEDGE = Knowledge()
FILE = "io.TextIOWrapper"
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8", "utf_8"), "python.utf-8"),
    **dict.fromkeys(("utf-8-sig", "utf_8_sig"), "python.utf-8-sig"),
    **dict.fromkeys(("latin-1", "latin1", "iso-8859-1", "iso8859-1"), "python.latin-1"),
    **dict.fromkeys(("ascii", "us-ascii"), "python.ascii"),
}
_NEWLINES = (None, "", "\n")
"""Values of `newline` under which nothing is changed when a file is written on POSIX."""


@KNOWLEDGE.function("builtins.open", "io.open")
def _open(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("file", "mode", "buffering", "encoding", "errors", "newline")
    at = place(context, bound["file"]) if bound is not None and "file" in bound else None
    if bound is None or at is None or "errors" in bound:
        return _not_opened(context, arguments, "its path or options are not followed", span)
    return _opened(context, at, bound, arguments, span)


@KNOWLEDGE.method(PATH, "open")
def _open_path(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    at = place(context, receiver)
    bound = arguments.bind("mode", "buffering", "encoding", "errors", "newline")
    if bound is None or at is None or "errors" in bound:
        return _not_opened(context, arguments, "its options are not followed", span)
    return _opened(context, at, bound, arguments, span)


def _opened(
    context: Evaluator, at: Place, bound: dict[str, Value], arguments: Arguments, span: SourceSpan
) -> Value:
    mode = _constant(bound.get("mode", Known("r")))
    encoding = _encoding(bound.get("encoding", NONE))
    newline = _constant(bound.get("newline", NONE))
    if mode not in ("r", "rt", "w", "wt", "a", "at"):
        return _not_opened(context, arguments, "its mode is not followed", span)
    if encoding is None:
        return _not_opened(context, arguments, "its encoding is not followed", span)
    if newline not in _NEWLINES:
        return _not_opened(context, arguments, "its line ends are not followed", span)
    attributes: dict[str, Value] = {
        "folder": Known(at.folder),
        "path": at.path,
        "encoding": Known(encoding),
        "newline": Known(newline),
        "mode": Known(mode[0]),
        CLOSED: FALSE,
    }
    if mode[0] == "r":
        read = _read(context, at, encoding, newline, span)
        attributes["text"] = Symbolic(Reference(step=read, part="text"))
    elif mode[0] == "w":
        access(context, "create", at, span)
    else:
        # Opening is enough to make the file.
        _append(context, at, encoding, Constant(value=""), span)
    return context.state.allocate(Instance(External(FILE), attributes))


def _read(context: Evaluator, at: Place, encoding: str, newline: Any, span: SourceSpan) -> str:
    """Reads a file; the id of the result."""
    if _could_be_held_back(context, at):
        context.gap("HS103", "a file is read while one is open for writing, which may hold text back", span)
    kept = "kept" if newline == "" else "translated"
    made = access(context, "read", at, span, encoding=encoding, newlines=kept)
    context.effects.files_read.add(made)
    return made


def file_text(context: Evaluator, at: Place, span: SourceSpan, *, required: bool = False) -> Value:
    """The text of a file in UTF-8; null where there is none, unless it is required."""

    def text() -> Value:
        return Symbolic(Reference(step=_read(context, at, "python.utf-8", None, span), part="text"))

    if required:
        return text()
    there = Reference(step=access(context, "exists", at, span), part="exists")
    return context.select(there, text, lambda: NONE, span)


def _could_be_held_back(context: Evaluator, at: Place) -> bool:
    """True if a file that is open for writing could be the one to be read."""
    for found in context.state.heap.values():
        if isinstance(found, Instance) and found.of == External(FILE):
            held = found.attributes
            other = Place(_constant(held["folder"]), held["path"], FILE)
            if held["mode"] != Known("r") and held[CLOSED] != TRUE and not at.surely_another(other):
                return True
    return False


def _append(context: Evaluator, at: Place, encoding: str, content: Expression, span: SourceSpan) -> None:
    access(context, "append", at, span, encoding=encoding, content=content)


def _constant(value: Value) -> Any:
    """A constant, or an object that equals none."""
    return value.value if isinstance(value, Known) else object()


def _encoding(value: Value) -> str | None:
    name = _constant(value)
    return "python.utf-8" if name is None else _ENCODINGS.get(name.lower()) if isinstance(name, str) else None


def _not_opened(context: Evaluator, arguments: Arguments, why: str, span: SourceSpan) -> Unknown:
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Unknown):
            return context.gap(value.code, value.reason, span)
    return context.gap("HS103", f"a file is opened here, but {why}", span)


# --- an open file ------------------------------------------------------------------------------------------------


def _attribute(context: Evaluator, file: Pointer, name: str) -> Value:
    value = context.state.read((file.address, name))
    return NONE if value is None else value


def taken(context: Evaluator, value: Value, span: SourceSpan) -> Expression | None:
    """All the text of a file that is open for reading, of which nothing was taken yet; None for anything else."""
    found = context.state.get(value) if isinstance(value, Pointer) else None
    if not (isinstance(value, Pointer) and isinstance(found, Instance) and found.of == External(FILE)):
        return None
    text = found.attributes.get("text")
    if not isinstance(text, Symbolic) or found.attributes[CLOSED] != FALSE:
        return None
    context.state.write((value.address, "text"), NONE)
    return text.expression


def written(context: Evaluator, file: Value, content: Value, span: SourceSpan) -> bool:
    """Appends a text to a file that is open for writing; False for anything else."""
    found = context.state.get(file) if isinstance(file, Pointer) else None
    if isinstance(file, Pointer) and is_buffer(context, file):
        return put(context, file, content, span)
    if not (isinstance(found, Instance) and found.of == External(FILE)):
        return False
    held = found.attributes
    expression = context.snapshot(content, span)
    if held["mode"] == Known("r") or held[CLOSED] != FALSE or context.type_of(expression) != "text":
        return False
    folder, encoding = _constant(held["folder"]), _constant(held["encoding"])
    _append(context, Place(folder, held["path"], "text"), encoding, expression, span)
    return True


@KNOWLEDGE.method(FILE, "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(FILE, "close")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    context.state.write((receiver.address, CLOSED), TRUE)
    return NONE


@KNOWLEDGE.method(FILE, "flush")
def _flush(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(FILE, "read")
def _read_all(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    text = taken(context, receiver, span) if not arguments.positional and not arguments.keywords else None
    return Symbolic(text) if text is not None else _not_taken(context, span)


@KNOWLEDGE.method(FILE, "readlines", "__iter__", "__list__")
def _lines(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if _attribute(context, receiver, "newline") == Known("") or arguments.positional or arguments.keywords:
        return context.gap("HS103", "the lines of a file that is opened with newline=''", span)
    text = taken(context, receiver, span)
    if text is None:
        return _not_taken(context, span)
    return context.symbolic(operators.call("python.file_lines", text), span)


def _not_taken(context: Evaluator, span: SourceSpan) -> Unknown:
    return context.gap("HS103", "a file is read in parts, a second time, or after it was closed", span)


@KNOWLEDGE.method(FILE, "write")
def _write(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) == 1 and not arguments.keywords:
        content = arguments.positional[0]
        if written(context, receiver, content, span):
            length = operators.call("python.length", context.snapshot(content, span))
            return Known(len(content.value)) if isinstance(content, Known) else Symbolic(length)  # type: ignore[arg-type]  # a text
    return not_written(context, arguments, span)


@KNOWLEDGE.method(FILE, "writelines")
def _writelines(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    lines = context.fixed_items(arguments.positional[0]) if len(arguments.positional) == 1 else None
    fits = lines is not None and not arguments.keywords
    if fits and all(written(context, receiver, line, span) for line in lines or ()):
        return NONE
    return not_written(context, arguments, span)


def not_written(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Unknown:
    """The gap where something is written that is not followed."""
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Unknown):
            return context.gap(value.code, value.reason, span)
    return context.gap("HS103", "what is written here could be no text, or the file not open for it", span)


def described(context: Evaluator, library: str, content: Expression, span: SourceSpan) -> None:
    """What is written behind a gap, where the file is not followed: described, not run."""
    operation = SdkOperation(
        library=library,
        system="files",
        protocol="file",
        action="write",
        name="write",
        content=content,
        evidence="inferred",
        span=span,
    )
    context.emit(Request(context.new_id("sdk"), operation, span))


@KNOWLEDGE.function("builtins.print")
def _print(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Prints to a file; to the terminal, nothing that is carried over happens."""
    file = arguments.keywords.get("file", NONE)
    if file == NONE or file in (External("sys.stdout"), External("sys.stderr")):
        told(context, arguments, span)
        return NONE
    separator, end = (arguments.keywords.get(name, Known(" ")) for name in ("sep", "end"))
    if "end" not in arguments.keywords:
        end = Known("\n")
    parts: list[Value] = []
    for value in arguments.positional:
        parts += [separator] if parts else []
        parts.append(texts.text(context, value, span))
    whole = (separator, end, *parts)
    if any(
        isinstance(one, Unknown) or context.type_of(context.snapshot(one, span)) != "text" for one in whole
    ):
        return not_written(context, arguments, span)
    if written(context, file, texts.concatenate(context, [*parts, end], span), span):
        return NONE
    return not_written(context, arguments, span)


# --- pathlib -----------------------------------------------------------------------------------------------------


@KNOWLEDGE.method(PATH, "read_text")
def _read_text(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound, at = arguments.bind("encoding"), place(context, receiver)
    encoding = _encoding(bound.get("encoding", NONE)) if bound is not None else None
    if at is None or encoding is None:
        return _not_opened(context, arguments, "its options are not followed", span)
    return Symbolic(Reference(step=_read(context, at, encoding, None, span), part="text"))


@KNOWLEDGE.method(PATH, "write_text")
def _write_text(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound, at = arguments.bind("data", "encoding"), place(context, receiver)
    encoding = _encoding(bound.get("encoding", NONE)) if bound is not None else None
    if bound is None or "data" not in bound or at is None or encoding is None:
        return _not_opened(context, arguments, "its options are not followed", span)
    content = context.snapshot(bound["data"], span)
    if context.type_of(content) != "text":
        return not_written(context, arguments, span)
    access(context, "create", at, span)
    _append(context, at, encoding, content, span)
    return Symbolic(Call(function="python.length", arguments=(content,)))
