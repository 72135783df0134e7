"""The library of emitted function nodes does what CPython does, on values chosen to tell them apart."""

from __future__ import annotations

import base64
import json
import math
import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

pytestmark = pytest.mark.engine

Draw = Callable[..., list[tuple[Any, ...]]]

INTS = st.one_of(
    st.integers(-20, 20),
    st.integers(),
    st.sampled_from(
        [2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63, 2**64 + 1, 10**22, 10**400, -(10**400)]
    ),
)
FLOATS = st.one_of(
    st.floats(),
    st.floats(-100, 100),
    st.integers(-5, 5).map(float),
    st.sampled_from([0.1, 0.125, 0.375, 2.5, 3.5, 2.675, 1e15, 1e16, 1e17, 9007199254740993.0, 1e22, 5e-324]),
    st.sampled_from([1.7976931348623157e308, 1e-5, 1e-4, -0.0, math.inf, -math.inf, math.nan]),
)
LETTERS = (
    "aAzZ09 _-'\"\\%+&=~/{}[]\x00\x01\x1c\x1f\x7f\x85\xa0\xadßéİıΣσςǆﬁ\u0345\u2028\u3000\ufeff\ud7ff\ue000😀𐐀"
)
TEXTS = st.one_of(
    st.text(LETTERS, max_size=6), st.text(max_size=6, alphabet=st.characters(exclude_categories=["Cs", "Cn"]))
)
SCALARS = st.one_of(st.none(), st.booleans(), INTS, FLOATS, TEXTS)
KEYS = st.one_of(
    st.sampled_from(["a", "b", "", "7", "10", "01", "__proto__", "constructor", "toString"]), TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=8,
)
NUMBERS = st.one_of(INTS, FLOATS, st.booleans())


def uncertain(*values: object) -> bool:
    """Whether a str holds characters that a later Unicode treats differently; the library refuses those."""
    return any(_characters(value, newer) for value in values)


def newer(character: str) -> bool:
    """Characters beyond ASCII may be in the table of uncertain ones; test_unicode.py checks that table."""
    return ord(character) > 0x24F or character in "ƛ"


def _characters(value: object, wanted: Callable[[str], bool]) -> bool:
    if isinstance(value, str):
        return any(wanted(each) for each in value)
    if isinstance(value, dict):
        return any(_characters(each, wanted) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_characters(each, wanted) for each in value)


def holds_nan(*values: object) -> bool:
    """Whether a container holds nan, where Python's answer depends on object identity."""
    return any((isinstance(each, float) and math.isnan(each)) or _nested_nan(each) for each in values)


def _nested_nan(value: object) -> bool:
    if isinstance(value, dict):
        return holds_nan(*value.values())
    return isinstance(value, list) and holds_nan(*value)


def test_json_is_read_as_json_loads_reads_it(semantics: Any, draw: Draw) -> None:
    good = [
        (json.dumps(value, ensure_ascii=index % 2 == 0, indent=index % 3 or None),)
        for index, (value,) in enumerate(draw(st.tuples(VALUES)))
    ]
    pieces = list('{}[],:"a\\1-.e0\n \xa0\x00\ufeff')
    pieces += ["\\u12", "E+5", "01", "NaN", "Infinity", "null", '"a"']
    broken = draw(st.tuples(st.lists(st.sampled_from(pieces), max_size=8).map("".join)))
    chosen = [
        "1.0",
        "1e5",
        "-0",
        "-0.0",
        "1E400",
        "[1,]",
        "-Infinity",
        "",
        "\u0661",
        "1\u0661",
        "[[[]]]",
        "nul",
    ]
    chosen += ['{"a":1,"a":2}', '{"2":1,"1":2}', '{"__proto__":[1]}', '{"a":1,"2":0,"b":{"1":{}}}']
    chosen += ['"\\ud83d\\ude00"', '"\\ud83d"', "9" * 4300, "9" * 4301]
    semantics.agree("parse", json.loads, [*good, *broken, *((each,) for each in chosen)])


def test_bytes_that_are_no_utf8_are_refused(semantics: Any) -> None:
    cases = [(b'"\xe9"',), (b'"\xc3\xa9"',), (b'"\xed\xa0\x80"',)]
    semantics.agree("parse", lambda body: json.loads(body.decode()), cases)


def test_json_is_written_as_requests_writes_it(semantics: Any, draw: Draw) -> None:
    semantics.agree("stringify", lambda value: json.dumps(value, allow_nan=False), draw(st.tuples(VALUES)))
    semantics.agree(
        "stringify", lambda value, _: json.dumps(value), draw(st.tuples(VALUES, st.just(True)), 100)
    )


def test_a_missing_value_is_refused_everywhere(semantics: Any, missing: object) -> None:
    calls: list[tuple[object, ...]] = [
        ("stringify", missing),
        ("stringify", [1, missing]),
        ("text", missing),
        ("truth", missing),
    ]
    calls += [
        ("add", 1, missing),
        ("equals", missing, missing),
        ("concat", "a", missing),
        ("encode_query", {"a": missing}),
    ]
    assert [answer["e"] for answer in semantics.answers(calls)] == ["Gap"] * len(calls)


def test_text_and_repr_are_those_of_python(semantics: Any, draw: Draw) -> None:
    semantics.agree("text", str, draw(st.tuples(VALUES), 800), gap=uncertain)
    semantics.agree("repr", repr, draw(st.tuples(VALUES)), gap=uncertain)


def test_floats_print_the_same_digits(semantics: Any, draw: Draw) -> None:
    semantics.agree("text", str, draw(st.tuples(st.floats()), 2000) + [(10.0**n,) for n in range(-320, 309)])


def test_truth_and_length(semantics: Any, draw: Draw) -> None:
    semantics.agree("truth", bool, draw(st.tuples(VALUES)))
    semantics.agree("length", len, draw(st.tuples(VALUES)))


def test_equality_and_order(semantics: Any, draw: Draw) -> None:
    pairs = (
        draw(st.tuples(VALUES, VALUES), 600)
        + draw(st.tuples(NUMBERS, NUMBERS), 600)
        + draw(st.tuples(TEXTS, TEXTS))
    )
    pairs += [(a, json.loads(json.dumps(a))) for a, _ in pairs[:300]]
    pairs += draw(st.tuples(st.lists(NUMBERS, max_size=3), st.lists(NUMBERS, max_size=3)))
    pairs += [
        (1, True),
        (1.0, True),
        (0, False),
        (2**53 + 1, float(2**53)),
        ("1", 1),
        ([1], [True]),
        ({"a": 1}, {"a": 1.0}),
    ]
    pairs += [("\ue000", "😀"), ("\uffff", "𐐀"), ("a", "aa"), ({"a": 1, "b": 2}, {"b": 2, "a": 1})]
    semantics.agree("equals", operator.eq, pairs, gap=holds_nan)
    signs = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "!=": operator.ne}
    cases = [(sign, *pair) for sign in signs for pair in pairs]
    semantics.agree(
        "compare", lambda sign, a, b: signs[sign](a, b), cases, gap=lambda _, a, b: holds_nan(a, b)
    )


def test_parts_of_containers(semantics: Any, draw: Draw) -> None:
    keys: st.SearchStrategy[Any] = st.one_of(KEYS, st.integers(-4, 4), SCALARS, st.just([]), st.just({}))
    containers = st.one_of(
        VALUES, st.lists(SCALARS, max_size=4), st.dictionaries(KEYS, SCALARS, max_size=4), TEXTS
    )
    cases = draw(st.tuples(containers, keys), 1000)
    semantics.agree("member", lambda container, key: container[key], cases)
    semantics.agree("contains", lambda container, key: key in container, cases, gap=holds_nan)
    semantics.agree("get", lambda mapping, key: mapping.get(key), cases)
    semantics.agree(
        "get",
        lambda mapping, key, fallback: mapping.get(key, fallback),
        [(*case, "else") for case in cases[:100]],
    )
    bounds = st.one_of(st.none(), st.integers(-6, 6), st.booleans(), SCALARS)
    semantics.agree(
        "slice",
        lambda value, start, stop: value[start:stop],
        draw(st.tuples(containers, bounds, bounds), 600),
    )
    semantics.agree("items", lambda value: [[*pair] for pair in value.items()], draw(st.tuples(containers)))
    semantics.agree("iterate", list, draw(st.tuples(containers)))


def test_a_constant_table_is_looked_up_by_hash_and_equality(semantics: Any, draw: Draw) -> None:
    pairs = [
        [1, "one"],
        ["1", "text"],
        [None, "none"],
        [2.5, "half"],
        [False, "no"],
        ["a", "first"],
        ["a", "last"],
    ]
    chosen: list[Any] = [1, 1.0, True, "1", None, 2.5, 0, 0.0, "a", [], {}]
    keys = draw(st.tuples(st.one_of(SCALARS, st.sampled_from(chosen))))
    semantics.agree("lookup", lambda table, key: dict(table)[key], [(pairs, *key) for key in keys])
    semantics.agree(
        "lookup", lambda table, key, other: dict(table).get(key, other), [(pairs, *key, 7) for key in keys]
    )


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("add", operator.add),
        ("subtract", operator.sub),
        ("multiply", operator.mul),
        ("divide", operator.truediv),
        ("floordiv", operator.floordiv),
        ("modulo", operator.mod),
    ],
)
def test_arithmetic(semantics: Any, draw: Draw, name: str, python: Callable[[Any, Any], object]) -> None:
    def gap(a: object, b: object) -> bool:
        if name == "modulo":
            return isinstance(a, str)
        return name == "divide" and isinstance(a, int) and isinstance(b, int) and abs(b) > 2**1000

    small = st.integers(-3, 3)
    texts = st.one_of(TEXTS, st.lists(SCALARS, max_size=3))
    cases = draw(st.tuples(NUMBERS, NUMBERS), 1500)
    cases += draw(st.tuples(st.one_of(texts, SCALARS), st.one_of(texts, small, st.none())))
    cases += [(10**400, 10**399), (10**400, 3), (3, 10**400), (10**30, 7 * 10**12), (-(10**30), 3)]
    cases += [(2**53 + 1, 2), (1, 0), (1.0, 0)]
    cases += draw(st.tuples(st.integers(-(10**40), 10**40), st.integers(-(10**40), 10**40)))
    cases = [case for case in cases if name != "multiply" or not _huge_repetition(*case)]
    semantics.agree(name, python, cases, gap=gap)


def _huge_repetition(a: object, b: object) -> bool:
    return any(
        isinstance(x, str | list) and isinstance(y, int) and abs(y) > 1000 for x, y in ((a, b), (b, a))
    )


def test_sign_and_magnitude(semantics: Any, draw: Draw) -> None:
    semantics.agree("negate", operator.neg, draw(st.tuples(SCALARS)))
    semantics.agree("absolute", abs, draw(st.tuples(SCALARS)))


def test_rounding(semantics: Any, draw: Draw) -> None:
    numbers = st.one_of(
        SCALARS, st.integers(-4000, 4000).map(lambda n: n / 8), st.integers(-999, 999).map(lambda n: n / 200)
    )
    places = st.one_of(st.integers(-3, 4), st.sampled_from([15, 17, 22, 300, 330, -300, -310, -400, True]))
    semantics.agree("round", round, draw(st.tuples(numbers), 800))
    semantics.agree("round", round, draw(st.tuples(numbers, places), 2000))


def test_int_and_float_of_anything(semantics: Any, draw: Draw) -> None:
    signs = st.text("0123456789_+-.eE \t\x1c\x85\xa0\u3000infaNyt", max_size=8)
    chosen = ["1_0", "_1", "1__0", "1_", " 12\n", "\x1c1", "\x851", "\ufeff1", "0x10", "1e5", "1_0.0_1e1_0"]
    chosen += [
        "inf",
        "-Infinity",
        "nan",
        "+nan",
        "infinit",
        ".5",
        "5.",
        ".",
        "",
        "1e",
        "1e400",
        "1e-400",
        "٣",
    ]
    chosen += ["9" * 4301, "9" * 4300, "12345678901234567890"]
    cases = draw(st.tuples(st.one_of(VALUES, signs)), 1500) + [(each,) for each in chosen]

    def digits(value: object) -> bool:
        return isinstance(value, str) and any(each.isdecimal() and not each.isascii() for each in value)

    semantics.agree("to_int", int, cases, gap=digits)
    semantics.agree("to_float", float, cases, gap=digits)


def test_text_methods(semantics: Any, draw: Draw) -> None:
    words = st.one_of(TEXTS, st.text(" \t\n\x1c\x85\xa0\u2028\u200b\ufeffab", max_size=8))
    one = draw(st.tuples(st.one_of(words, SCALARS)), 600)
    two = [("a,,b", ","), ("", ","), ("", ""), ("aXbX", "X"), ("ab", ""), *draw(st.tuples(words, words), 800)]
    for name in ("lower", "upper", "title"):
        semantics.agree(name, lambda value, name=name: getattr(value, name)(), one, gap=uncertain)
    for name in ("strip", "lstrip", "rstrip", "split"):
        semantics.agree(name, lambda value, name=name: getattr(value, name)(), one)
        semantics.agree(
            name,
            lambda value, other, name=name: getattr(value, name)(other),
            [*two, ("a b", None), (" x", 3)],
        )
    for name in ("startswith", "endswith"):
        semantics.agree(
            name, lambda value, other, name=name: getattr(value, name)(other), [*two, ("a", None)]
        )
    limits = draw(
        st.tuples(words, st.one_of(st.none(), st.sampled_from(["a", "ab", " "])), st.integers(-1, 3)), 600
    )
    semantics.agree("split", lambda value, other, limit: value.split(other, limit), limits)
    semantics.agree(
        "replace", lambda value, old, new: value.replace(old, new), draw(st.tuples(words, words, words), 800)
    )
    lists = st.one_of(st.lists(st.one_of(words, words, SCALARS)), VALUES)
    semantics.agree("join", lambda value, parts: value.join(parts), draw(st.tuples(words, lists)))
    semantics.agree("concat", lambda *parts: "".join(parts), draw(st.tuples(words, words, words)))


def test_half_a_surrogate_pair_is_named_where_javascript_would_join_it(semantics: Any) -> None:
    calls: list[tuple[object, ...]] = [("add", "\ud83d", "\ude00"), ("concat", "a\ud83d", "\ude00")]
    calls += [("replace", "\ud83d-\ude00", "-", ""), ("join", "", ["\ud83d", "\ude00"])]
    assert [answer["e"] for answer in semantics.answers(calls)] == ["Gap"] * len(calls)


def test_types_have_python_s_names(semantics: Any, draw: Draw) -> None:
    semantics.agree("type_name", lambda value: type(value).__name__, draw(st.tuples(VALUES)))
    semantics.agree("is_integer", lambda value: isinstance(value, int), draw(st.tuples(VALUES)))


def test_basic_credentials_are_latin1(semantics: Any, draw: Draw) -> None:
    def basic(user: str, password: str) -> str:
        return "Basic " + base64.b64encode(user.encode("latin1") + b":" + password.encode("latin1")).decode()

    semantics.agree("basic", basic, draw(st.tuples(TEXTS, TEXTS)))
