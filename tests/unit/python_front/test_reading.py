"""What a file must be to be read, and what is said where it is not."""

from __future__ import annotations

import pytest

from extractors import ir
from extractors.ir import Script, UnsupportedStatement
from extractors.python.file_answers import MAX_BYTES
from extractors.python.front import lower
from extractors.python.reading import MAX_NESTING, decode
from migrate.diagnostics import Diagnostic
from tests.unit.python_front.rendering import render_block


def refused(source: bytes | str) -> Diagnostic:
    result = lower("flow.py", source)
    assert isinstance(result, Diagnostic)
    return result


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"x = '\xc3\xa9'\n", ("x = 'é'\n", "utf-8")),
        (b"\xef\xbb\xbfx = 1\n", ("x = 1\n", "utf-8-sig")),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", ("# -*- coding: latin-1 -*-\nx = 'é'\n", "iso-8859-1")),
        (b"#!/bin/env python3\n# vim: fileencoding=cp1252\n'\x80'", None),
        (b"a\r\nb\rc\n", ("a\nb\nc\n", "utf-8")),
        (b"", ("", "utf-8")),
    ],
)
def test_bytes_are_decoded_as_python_does(source: bytes, expected: tuple[str, str] | None) -> None:
    assert decode("flow.py", source) == (expected or (source.decode("cp1252"), "cp1252"))


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        (b"x = 1\0", "the file holds NUL bytes: it is binary, not Python source", 1),
        (b"\xff\xfex\0", "the file is UTF-16, which Python does not read; store it as UTF-8", 1),
        (b"x = '\xe9'\n", "a byte is not valid UTF-8, or the encoding stated is unknown (PEP 263)", 1),
        (b"\n\n\nx = '\xe9'\n", "a byte is not valid utf-8; state the encoding (PEP 263)", 4),
        (b"# coding: klingon\n", "a byte is not valid UTF-8, or the encoding stated is unknown (PEP 263)", 1),
        (b"# coding: rot13\n", "the encoding that is stated is not one for text (PEP 263)", 1),
        (b"#" * (MAX_BYTES + 1), f"it is larger than {MAX_BYTES} bytes", 1),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_hs002(source: bytes, message: str, line: int) -> None:
    found = refused(source)
    assert (found.code, found.message) == ("HS002", message)
    assert found.span is not None
    assert found.span.line == line


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("x = 1\ny = = 2\n", 2, 4),
        ("if a:\nb\n", 2, 0),
        ("return 1\n", 1, 0),
        ("x = 'abc\n", 1, 4),
        ("f() = 1", 1, 0),
    ],
)
def test_a_syntax_error_is_hs001_with_its_place(source: str, line: int, column: int) -> None:
    found = refused(source)
    assert found.code == "HS001"
    assert found.span is not None
    assert (found.span.line, found.span.column) == (line, column)


@pytest.mark.parametrize(
    "source",
    [
        "print 'a'\n",
        "try:\n    a()\nexcept IOError, e:\n    pass\n",
        "try:\n    a()\nexcept (IOError, OSError), e:\n    pass\n",
        "raise ValueError, 'a'\n",
        "exec code in scope\n",
        "#!/usr/bin/env python2.7\nx = 1\n",
    ],
)
def test_python_2_is_read_behind_a_gap_that_says_so(source: str) -> None:
    script = lower("flow.py", source)
    assert isinstance(script, Script)
    first, *rest = script.body
    assert isinstance(first, UnsupportedStatement)
    assert "Python 2" in first.reason
    assert rest
    assert script.source == source


def test_what_python_2_says_in_other_words_keeps_its_line() -> None:
    source = """import urllib2, urllib
try:
\tfor name, value in pairs.iteritems():
\t    print "x", name
        found = urllib2.urlopen("https://a.example?" + urllib.urlencode(pairs))
except urllib2.HTTPError, problem:
    print >>log, problem
"""
    script = lower("flow.py", source)
    assert isinstance(script, Script)
    assert render_block(script.body[1:]) == (
        "import urllib.request; import urllib.error; import urllib.parse; "
        "try {for tuple(name, value) in pairs.items() {print('x', name)}; found = urllib.request.urlopen("
        "('https://a.example?' + urllib.parse.urlencode(pairs)))} "
        "except urllib.error.HTTPError as problem {print(problem, file=log)}"
    )
    assert [statement.span.line for statement in script.body] == [1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("source", "same"),
    [
        ('f"{a["b"]}"', "f\"{a['b']}\""),
        ('f"{x:{y["a"]}} {{z}} {d["q"]!r:>5}"', "f\"{x:{y['a']}} {{z}} {d['q']!r:>5}\""),
        ("f'{d['k']}'  # it's", "f'{d[\"k\"]}'"),
        ('f"""{a["b"]} {c}"""', 'f"""{a["b"]} {c}"""'),
    ],
)
def test_quotes_within_the_fields_of_f_strings_may_be_those_around_them(source: str, same: str) -> None:
    script, other = lower("flow.py", f"x = {source}\n"), lower("flow.py", f"x = {same}\n")
    assert isinstance(script, Script)
    assert isinstance(other, Script)
    assert render_block(script.body) == render_block(other.body)


@pytest.mark.parametrize("source", ["x = = 1\n", "def f(:\n", "printing 'a'\n"])
def test_other_errors_are_not_called_python_2(source: str) -> None:
    assert "Python 2" not in refused(source).message


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 20_000 + "1" + ")" * 20_000,
        "x = " + "[" * 150 + "]" * 150 + " + a" * 150,
        "x = " + "-" * 5_000 + "1",
        "x = " + " and ".join("a" * 20_000),
        "x = " + "+".join("a" * 3_000),
        "x = a" + "(1)" * 2_000,
        "x = (" + "'a' " * 2_000 + ")",
        "if a: pass\n" + "elif b: pass\n" * 3_000,
        "x = " + "lambda:" * 3_000 + "1",
    ],
    ids=["brackets", "mixed", "signs", "and", "plus", "calls", "strings", "elif", "lambda"],
)
def test_code_that_is_nested_too_deeply_is_refused_not_a_crash(source: str) -> None:
    assert refused(source).code == "HS001"


def test_the_nesting_that_people_write_is_read() -> None:
    names = " + ".join(["a"] * (MAX_NESTING - 20))
    branches = "if a: pass\n" + "elif b: pass\n" * (MAX_NESTING - 20)
    strings = "x = (" + "'a'\n" * (MAX_NESTING - 20) + ")\n"
    assert isinstance(lower("flow.py", f"x = {names}\n{branches}{strings}"), ir.Script)


def test_a_secret_in_a_broken_line_is_not_shown() -> None:
    for source in (
        "password = = 'hunter2'\n",
        "password = 'hunter2\n",
        "x = '''\npassword: hunter2\n",
        "token = hunter2 2\n",
    ):
        assert "hunter2" not in str(refused(source))
