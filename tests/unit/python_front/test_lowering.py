"""Each form of Python, and the script IR that it becomes."""

from __future__ import annotations

import pytest

from extractors import ir
from extractors.python.front import lower
from migrate.diagnostics import Diagnostic
from tests.unit.python_front.oracle import Oracle
from tests.unit.python_front.rendering import render_block

FORMS = [
    ("x = 1_000", "x = 1000"),
    ("x = 0x1F + 1e3 - 2j", "x = ((31 + 1000.0) - 2j)"),
    ("x = True; y = None; z = 2", "x = True; y = None; z = 2"),
    ("x = 10 ** 20", "x = (10 ** 20)"),
    ("x = ...", "x = <the constant `...`>"),
    ("...", "pass"),
    ("x = 'a' \"b\" 'c'", "x = 'abc'"),
    ("x = b'a\\x00' b'\\n'", "x = b'a\\x00\\n'"),
    ("x = rb'\\n'", "x = b'\\\\n'"),
    ("x = r'\\d' 'é\\n\\u00e9\\d'", "x = '\\\\dé\\né\\\\d'"),
    ("x = '''a\nb'''", "x = 'a\\nb'"),
    ("x = u'a'", "x = 'a'"),
    ("x = f'a{b}c'", "x = f<'a'{b}'c'>"),
    ("x = 'a' f'{b}' 'c'", "x = f<'a'{b}'c'>"),
    ("x = f'{a!r:>{w}.2f}'", "x = f<{a!r:f<'>'{w}'.2f'>}>"),
    ("x = f'{a + 1 = }'", "x = f<'a + 1 = '{(a + 1)!r}>"),
    ("x = f'{a=:>5}'", "x = f<'a='{a:f<'>5'>}>"),
    ("x = f'{a=!s}'", "x = f<'a='{a!s}>"),
    ("x = f'{{{a}}}\\n\\N{EM DASH}'", "x = f<'{'{a}'}\\n—'>"),
    ("x = rf'\\n{a}{{'", "x = f<'\\\\n'{a}'{'>"),
    ("x = f'{d[\"k\"]:%Y-%m}'", "x = f<{d['k']:f<'%Y-%m'>}>"),
    ("x = f''", "x = f<>"),
    ("x = f'{a:}'", "x = f<{a}>"),
    ("x = f'a' 'b'", "x = f<'ab'>"),
    ("x = f'''{\n  a\n}'''", "x = f<{a}>"),
    ("a.b.c", "a.b.c"),
    ("a[1]", "a[1]"),
    ("a[1:2]", "a[1:2:]"),
    ("a[::2]", "a[::2]"),
    ("a[:]", "a[::]"),
    ("a[1, 2]", "a[tuple(1, 2)]"),
    ("a[1,]", "a[tuple(1)]"),
    ("a[1:2, 3]", "<a slice in more than one dimension>"),
    ("a[*b]", "a[tuple(*b)]"),
    ("a[-1] = a[b][c]", "a[(- 1)] = a[b][c]"),
    ("f()", "f()"),
    ("f(1, *a, k=2, **b)", "f(1, *a, k=2, **b)"),
    ("f(x for x in y)", "f(generator<x for x in y>)"),
    ("f(a)(b).c(d=e)", "f(a)(b).c(d=e)"),
    ("-a; +a; ~a; not a", "(- a); (+ a); (~ a); (not a)"),
    ("a + b * c - d", "((a + (b * c)) - d)"),
    ("a // b % c @ d", "(((a // b) % c) @ d)"),
    ("a << 1 | b & c ^ d >> 2", "((a << 1) | ((b & c) ^ (d >> 2)))"),
    ("-a ** -b", "(- (a ** (- b)))"),
    ("a < b <= c != d", "(a < b <= c != d)"),
    ("a in b; a not in b; a is b; a is not None", "(a in b); (a not in b); (a is b); (a is not None)"),
    ("a and b or c and not d", "((a and b) or (c and (not d)))"),
    ("a or b or c", "((a or b) or c)"),
    ("a if b else c if d else e", "(b ? a : (d ? c : e))"),
    ("(a, b); [a, *b]; {a, b}; (); (a,)", "tuple(a, b); list(a, *b); set(a, b); tuple(); tuple(a)"),
    ("x = {}; y = {'a': 1, **b, c: d}", "x = {}; y = {'a': 1, **b, c: d}"),
    ("[x for x in y if a if b for z in x]", "list<x for x in y if a if b for z in x>"),
    ("{k: v for k, v in y}", "map<k: v for tuple(k, v) in y>"),
    ("{x for x in y}; (x for x, *r in y)", "set<x for x in y>; generator<x for tuple(x, *r) in y>"),
    (
        "async def f():\n    return [x async for x in y if (z := x)]",
        "async def f() locals z {return <an asynchronous comprehension binds z>}",
    ),
    (
        "async def f():\n    return [await g(x) for x in y]",
        "async def f() {return list<(await g(x)) for x in y>}",
    ),
    ("f = lambda: 0", "f = (lambda : 0)"),
    ("f = lambda a, /, b=1, *c, d, e=2, **g: a", "f = (lambda /a, b=1, *c, !d, !e=2, **g: a)"),
    ("f = lambda: (y := 1)", "f = <an assignment expression in a lambda>"),
    ("f = lambda: (yield)", "f = <a lambda that yields>"),
    ("print(y := f(x), (z := 2))", "print((y := f(x)), (z := 2))"),
    ("a = b = c", "a = b = c"),
    ("a, *b = c", "tuple(a, *b) = c"),
    ("[a, (b.c, d[0])] = e", "list(a, tuple(b.c, d[0])) = e"),
    ("a: int = 1", "a = 1"),
    ("a: int", ""),
    (
        "a += 1; b //= 2; c.d @= e; f[0] **= 2; g |= h; i >>= 1",
        "a += 1; b //= 2; c.d @= e; f[0] **= 2; g |= h; i >>= 1",
    ),
    ("del a, b.c, d[0]", "del a, b.c, d[0]"),
    ("del (a, [b])", "del a, b"),
    ("if a: b\nelif c: d\nelif e: f\nelse: g", "if a {b} else {if c {d} else {if e {f} else {g}}}"),
    ("if a: pass", "if a {pass}"),
    ("while a: break\nelse: b", "while a {break} else {b}"),
    ("for a, b in c:\n    continue\nelse:\n    d", "for tuple(a, b) in c {continue} else {d}"),
    ("for a in 1, *b: pass", "for a in tuple(1, *b) {pass}"),
    ("raise", "raise"),
    ("raise A('x') from e", "raise A('x') from e"),
    ("raise A from None", "raise A from None"),
    ("assert a, 'b'; assert c", "assert a, 'b'; assert c"),
    (
        "try:\n    a\nexcept (B, C) as d:\n    e\nexcept F:\n    raise\nexcept:\n    g\nelse:\n    h\n"
        "finally:\n    i",
        "try {a} except tuple(B, C) as d {e} except F {raise} except {g} else {h} finally {i}",
    ),
    ("try: a\nfinally: b", "try {a} finally {b}"),
    ("try: a\nexcept* B as c: d = 1", "<<a try statement with except* binds c,d>>"),
    ("with a, b as c, d as (e, f[0]): g", "with a, b as c, d as tuple(e, f[0]) {g}"),
    ("with (a as b, c): d", "with a as b, c {d}"),
    (
        "async def f():\n    async with a as b:\n        async for c in b: await c",
        "async def f() locals b,c {async with a as b {async for c in b {(await c)}}}",
    ),
    ("import a, b.c, d.e as f", "import a; import b.c; import d.e as f"),
    ("from a.b import c, d as e", "from a.b import c, d as e"),
    (
        "from . import a\nfrom ..b import (c)\nfrom a import *",
        "from . import a; from ..b import c; from a import *",
    ),
    ("class A: pass", "class A() {pass}"),
    (
        "@d\n@e(1)\nclass A(B, *D, metaclass=C):\n    x = 1\n    def f(self): return self.x",
        "@d @e(1) class A(B, *D, metaclass=C) {x = 1; def f(self) {return self.x}}",
    ),
    (
        "class A:\n    def f(self):\n        return self.__x + __y__ + self.__z__\n    __x = 1",
        "class A() {def f(self) {return ((self._A__x + __y__) + self.__z__)}; _A__x = 1}",
    ),
    (
        "class _A:\n    def __f(self, __p, /): return g(__p=__p)",
        "class _A() {def _A__f(/self, /_A__p) {return g(_A__p=_A__p)}}",
    ),
    ("class A:\n    global x\n    x = 1", "<<a class body with `global` or `nonlocal` binds A,x>>"),
    (
        "@d.e\ndef f(a, /, b: int = 1, *, c=2, **k) -> int:\n    'doc'\n    return a",
        "@d.e def f(/a, b=1, !c=2, **k) doc 'doc' {'doc'; return a}",
    ),
    ("def f(*args, x): pass", "def f(*args, !x) {pass}"),
    ("def f(): 'a' 'b'", "def f() doc 'ab' {'ab'}"),
    ("def f(): f'{a}'", "def f() {f<{a}>}"),
    ("def f(): b'a'", "def f() {b'a'}"),
    (
        "def f(a):\n    global g\n    a = b = 1\n    g = 2\n    for c, (d, *e) in a: pass\n    "
        "with a as h: import i.j, k as l\n    try: from m import n as o\n    except E as p: del "
        "q\n    def r(): s = 1\n    class t: u = 1\n    [v for v in a if (w := v)]\n    x: int\n   "
        " y += 1\n    z.zz = zzz[0] = 1",
        "def f(a) locals b,c,d,e,h,i,l,o,p,q,r,t,w,x,y outer g {a = b = 1; g = 2; for "
        "tuple(c, tuple(d, *e)) in a {pass}; with a as h {import i.j; import k as l}; try "
        "{from m import n as o} except E as p {del q}; def r() locals s {s = 1}; class t() {u "
        "= 1}; list<v for v in a if (w := v)>; y += 1; z.zz = zzz[0] = 1}",
    ),
    (
        "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = 2\n        yield a",
        "def f() locals a,g {a = 1; def g() outer a generator {a = 2; (yield a)}}",
    ),
    (
        "def f():\n    x = yield\n    yield from g(x)\n    return",
        "def f() locals x generator {x = (yield); (yield from g(x)); return}",
    ),
    ("def f():\n    return (lambda: (yield))", "def f() {return <a lambda that yields>}"),
    (
        "def f():\n    x = 1\n    def g():\n        global x\n        x = 2",
        "def f() locals g,x {x = 1; def g() outer x {<<`global x` past a variable of the same "
        "name>>; x = 2}}",
    ),
    ("async def f(): await g()", "async def f() {(await g())}"),
    ("async def f():\n    yield 1", "async def f() generator {(yield 1)}"),
    (
        "match a:\n    case [b, *c]: d = 1\n    case {'k': e, **r}: pass\n    case P(x=q) as s: "
        "pass\n    case _: pass",
        "if (<isinstance>(a, tuple(<list>, <tuple>)) and (<len>(a) >= 1)) {b = a[0]; c = "
        "<list>(a[1::]); d = 1} else {if (<isinstance>(a, <dict>) and ('k' in a)) {e = a['k']; r "
        "= map<(key): (value) for tuple((key), (value)) in a.items() if ((key) not in "
        "list('k'))>; pass} else {if (<isinstance>(a, P) and <hasattr>(a, 'x')) {q = a.x; s = "
        "a; pass} else {pass}}}",
    ),
    (
        "match f(a):\n    case None | 'x': b = 1\n    case [1, *_, [c]] as d if c: pass\n    "
        "case int(e) if e > 2: pass\n    case P(g): pass",
        "(subject of line 1, column 0) = f(a); if (((subject of line 1, column 0) is None) or "
        "((subject of line 1, column 0) == 'x')) {b = 1} else {if (((((((<isinstance>((subject of"
        " line 1, column 0), tuple(<list>, <tuple>)) and (<len>((subject of line 1, column 0)) >="
        " 2)) and ((subject of line 1, column 0)[0] == 1)) and <isinstance>((subject of line 1, "
        "column 0)[(- 1)], tuple(<list>, <tuple>))) and (<len>((subject of line 1, column 0)[(- "
        "1)]) == 1)) and list((c := (subject of line 1, column 0)[(- 1)][0]))) and list((d := "
        "(subject of line 1, column 0)))) and c) {pass} else {if ((<isinstance>((subject of line "
        "1, column 0), int) and list((e := (subject of line 1, column 0)))) and (e > 2)) {pass} "
        "else {if (<isinstance>((subject of line 1, column 0), P) and <a pattern of a class with "
        "parts by position binds g>) {g = <a pattern of a class with parts by position binds g>; "
        "pass}}}}",
    ),
    ("print >>f, 'a'", "<<`print >>stream` of Python 2, which Python 3 reads as a shift>>"),
    ("x = 1; y = 2;", "x = 1; y = 2"),
    ("if a: x = 1; y = 2", "if a {x = 1; y = 2}"),
    ("x = (\n  1 +\n  2\n)", "x = (1 + 2)"),
    ("ｆｏｏ = 1", "foo = 1"),
    ("def f(a=(b := 1), *c: int): d = 1", "def f(a=(b := 1), *c) locals d {d = 1}"),
    ("x = (yield_)", "x = yield_"),
    ("x = a if b else lambda: c", "x = (b ? a : (lambda : c))"),
    ("x = not a == b", "x = (not (a == b))"),
    ("x = await_", "x = await_"),
    ("# only a comment", ""),
    ("", ""),
]


def script_of(source: str) -> ir.Script:
    script = lower("flow.py", source)
    assert not isinstance(script, Diagnostic), str(script)
    return script


@pytest.mark.parametrize(("source", "expected"), FORMS)
def test_a_form_becomes_the_ir_that_says_the_same(source: str, expected: str) -> None:
    assert render_block(script_of(source).body) == expected


SAME_FORMS = [
    source for source, expected in FORMS if "`global" not in expected and "Python 2" not in expected
]
SAME_FORMS = [
    source for source in SAME_FORMS if not source.startswith(("async def f():\n    return [x", "ｆ"))
]


@pytest.mark.parametrize("source", SAME_FORMS)
def test_cpython_reads_each_supported_form_in_the_same_way(source: str) -> None:
    assert render_block(script_of(source).body) == Oracle(source).render()


def test_a_span_has_the_first_line_as_1_the_first_column_as_0_and_leaves_brackets_out() -> None:
    script = script_of("x = 1\nif (a):\n    send((b  +\n        c), k=d)  # note\n")
    branch = script.body[1]
    assert isinstance(branch, ir.If)
    sent = branch.then[0]
    assert isinstance(sent, ir.ExpressionStatement)
    call = sent.value
    assert isinstance(call, ir.CallExpr)
    nodes = [script, script.body[0], branch.test, call, call.arguments[0].value, call.arguments[1]]
    assert [_place(node) for node in nodes] == [
        (1, 0, 5, 0),
        (1, 0, 1, 5),
        (2, 4, 2, 5),
        (3, 4, 4, 16),
        (3, 10, 4, 9),
        (4, 12, 4, 15),
    ]
    assert call.span.file == "flow.py"


def test_columns_count_characters_not_bytes() -> None:
    statement = script_of("é = 'ü'; f()\n").body[1]
    assert _place(statement) == (1, 9, 1, 12)


def test_the_script_keeps_its_file_language_and_text() -> None:
    script = script_of("x = 1\r\ny = 2\r\n")
    assert (script.file, script.language, script.source) == ("flow.py", "python", "x = 1\ny = 2\n")


def _place(node: ir.Located) -> tuple[int, int, int, int]:
    span = node.span
    return span.line, span.column, span.end_line, span.end_column
