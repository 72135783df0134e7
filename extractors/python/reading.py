"""From the bytes of a Python file to its syntax tree with positions, or to a diagnostic."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from extractors.python.file_answers import MAX_BYTES
from extractors.python.nested_quotes import requoted
from extractors.python.python_2 import as_python_3
from migrate.diagnostics import Diagnostic
from migrate.model import SourceSpan
from migrate.secrets.excerpts import excerpt_line

MAX_NESTING = 200
"""The deepest syntax tree that is read, in levels. Both parsers overflow the C stack far above it."""

_PYTHON_2_SHEBANG = re.compile(r"#!.*\bpython2(\.\d+)?\b")
_PYTHON_2_LINES = re.compile(
    r"""^[ \t]*(?:
        print[ \t]+(?:["'\w]|>>)          # print "text", print >>stream, "text"
      | exec[ \t]+["'\w]
      | except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:
      | except[ \t]*\([^)\n]*\)[ \t]*,[ \t]*\w+[ \t]*:
      | raise[ \t]+[\w.]+[ \t]*,
    )""",
    re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True)
class Parsed:
    """A parsed file: its name, its text (line ends are `\\n`), its tree, and where each node stands."""

    file: str
    text: str
    module: cst.Module
    positions: Mapping[cst.CSTNode, CodeRange]
    python_2: bool = False
    """True if the tree is that of a translation from Python 2; the text is what stands in the file."""

    def span(self, node: cst.CSTNode) -> SourceSpan:
        """Where the node stands, without parentheses, comments and white space around it."""
        place = self.positions[node]
        return make_span(self.file, place.start.line, place.start.column, place.end.line, place.end.column)

    def start(self) -> SourceSpan:
        """The span of the first line."""
        return make_span(self.file, 1, 0, 1, len(self.text.partition("\n")[0]))

    def whole(self) -> SourceSpan:
        """The span of the file."""
        lines = self.text.split("\n")
        return make_span(self.file, 1, 0, len(lines), len(lines[-1]))


def make_span(file: str, line: int, column: int, end_line: int, end_column: int) -> SourceSpan:
    """A span without validation, since a large script has some hundred thousand."""
    return SourceSpan.model_construct(
        file=file, line=line, column=column, end_line=end_line, end_column=end_column
    )


def identifier(text: str) -> str:
    """A name as Python compares it: in Unicode form NFKC (Python reference, 2.3)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def decode(file: str, source: bytes) -> tuple[str, str] | Diagnostic:
    """The text (line ends `\\n`, no byte order mark) and the encoding by PEP 263; HS002 if there is none."""
    if len(source) > MAX_BYTES:
        return too_large(file)
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return unreadable(file, "the file is UTF-16, which Python does not read; store it as UTF-8")
    if b"\0" in source:
        return unreadable(file, "the file holds NUL bytes: it is binary, not Python source")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return unreadable(file, f"a byte is not valid {error.encoding}; state the encoding (PEP 263)", line)
    except SyntaxError:
        return unreadable(file, "a byte is not valid UTF-8, or the encoding stated is unknown (PEP 263)")
    except (LookupError, ValueError):
        return unreadable(file, "the encoding that is stated is not one for text (PEP 263)")
    return _unify_line_ends(text), encoding


def parse(file: str, source: bytes | str) -> Parsed | Diagnostic:
    """The syntax tree; HS002 if the file cannot be read, HS001 if it is not Python 3 or nested too deeply."""
    text = _text(file, source)
    if isinstance(text, Diagnostic):
        return text
    read, python_2 = text, _PYTHON_2_SHEBANG.match(text) is not None
    # CPython goes first: it refuses what the tolerant parser accepts, and what would overflow its stack.
    refusal = _refused_by_python(file, text)
    if refusal is not None or python_2:
        for translate in (as_python_3,) if python_2 else (requoted, as_python_3):
            made = translate(text)
            if made is not None and _refused_by_python(file, made) is None:
                read, python_2, refusal = made, translate is as_python_3, None
                break
    if refusal is not None:
        return refusal
    module = _module(file, read)
    if isinstance(module, Diagnostic) and (made := requoted(read)) is not None:
        module = _module(file, made)
    if isinstance(module, Diagnostic):
        return module
    try:
        positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    except (RecursionError, KeyError):  # a KeyError is what its cleaning up makes of a RecursionError
        return nested_too_deeply(file)
    return Parsed(file, text, module, positions, python_2)


def _module(file: str, text: str) -> cst.Module | Diagnostic:
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        return _refuse(file, text, "the syntax is not supported", error.raw_line, error.raw_column)
    except RecursionError:
        return nested_too_deeply(file)


def nested_too_deeply(file: str) -> Diagnostic:
    """HS001: the file's syntax tree is deeper than what is read."""
    return Diagnostic("HS001", f"the code is nested too deeply (limit: {MAX_NESTING} levels)", _start(file))


def _text(file: str, source: bytes | str) -> str | Diagnostic:
    if isinstance(source, bytes):
        decoded = decode(file, source)
        return decoded if isinstance(decoded, Diagnostic) else decoded[0]
    if len(source) > MAX_BYTES:
        return too_large(file)
    if "\0" in source:
        return unreadable(file, "the file holds NUL characters: it is binary, not Python source")
    return _unify_line_ends(source.removeprefix("\ufeff"))


def _unify_line_ends(text: str) -> str:
    """As Python does before it reads a program (Python reference, 2.1.2)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refused_by_python(file: str, text: str) -> Diagnostic | None:
    try:
        tree = ast.parse(text, file)
        if _depth_exceeds(tree, MAX_NESTING):
            return nested_too_deeply(file)
        compile(tree, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        line, column = error.lineno or 1, max(0, (error.offset or 1) - 1)
        return _refuse(file, text, str(error.msg), line, column)
    except (RecursionError, MemoryError):
        return nested_too_deeply(file)
    except ValueError:
        return _refuse(file, text, "the text holds characters that no encoding allows", 1, 0)
    return None


def _depth_exceeds(tree: ast.AST, limit: int) -> bool:
    """Whether the tree, with `a and b and c` as a chain, is deeper than the limit; without recursion."""
    pending: list[tuple[ast.AST, int]] = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        depth += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 1
        if depth > limit:
            return True
        pending.extend((child, depth) for child in ast.iter_child_nodes(node))
    return False


def _refuse(file: str, text: str, reason: str, line: int, column: int) -> Diagnostic:
    if _PYTHON_2_LINES.search(text):
        reason += "; the script looks like Python 2: port it to Python 3 first"
    span = make_span(file, line, column, line, column + 1)
    return Diagnostic("HS001", reason, span, excerpt_line(text.split("\n"), span, broken=True))


def too_large(file: str) -> Diagnostic:
    """HS002: the file is larger than what is read."""
    return unreadable(file, f"it is larger than {MAX_BYTES} bytes")


def unreadable(file: str, reason: str, line: int = 1) -> Diagnostic:
    """HS002: the file cannot be read, for this reason."""
    return Diagnostic("HS002", reason, make_span(file, line, 0, line, 0))


def _start(file: str) -> SourceSpan:
    return make_span(file, 1, 0, 1, 0)
