"""Formats, cutting, searching and classes of characters in emitted function nodes are those of CPython."""

from __future__ import annotations

import base64
import html
import itertools
import json
import math
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.unit.node_red.test_python_values import FLOATS, INTS, NUMBERS, SCALARS, TEXTS, VALUES, uncertain

pytestmark = pytest.mark.engine

Draw = Callable[..., list[tuple[Any, ...]]]

WORDS = st.one_of(TEXTS, st.text(" \t\n\r\x0b\x1c\x85\xa0\u2028\u200b\ufeffab,", max_size=8))
FEW_WORDS = st.one_of(st.text("ab ,", max_size=6), WORDS)
PARTS = st.one_of(st.sampled_from(["a", "b", "ab", ",", " ", "", "😀"]), WORDS)
SMALL = st.integers(-3, 9)
BOUNDS = st.one_of(st.none(), SMALL, st.sampled_from([2**31, -(2**70), 10**400, True, 1.5, "1", []]))

_ALIGN = st.sampled_from(["", "<", ">", "^", "=", "*<", "0>", "😀^", "0=", "<<", "=="])
_LETTERS = st.sampled_from(["", *"bcdeEfFgGnosxX%", "y", "a"])
SPECIFICATIONS = st.one_of(
    st.builds(
        lambda *parts: "".join(parts),
        _ALIGN,
        st.sampled_from(["", "", "+", "-", " "]),
        st.sampled_from(["", "", "", "z"]),
        st.sampled_from(["", "", "#"]),
        st.sampled_from(["", "", "0"]),
        st.sampled_from(["", "", "1", "5", "10", "23", "007"]),
        st.sampled_from(["", "", ",", "_"]),
        st.sampled_from(["", "", ".0", ".1", ".2", ".3", ".5", ".17", ".40", "."]),
        _LETTERS,
    ),
    st.sampled_from(
        ["03d", ">8", ",.2f", ".1%", "x", "#06x", "05.2f", "^20", "010,", "012,.2f", "_b", "+.3e"]
    ),
    st.text("<>=^+- z#0123,_.dfgsxe%", max_size=5),
)
PLACES = st.one_of(
    st.builds(
        lambda flags, width, precision, letter: f"%{flags}{width}{precision}{letter}",
        st.text("#0- +", max_size=2),
        st.sampled_from(["", "", "1", "7", "20"]),
        st.sampled_from(["", "", ".", ".0", ".1", ".3", ".20"]),
        st.sampled_from([*"diouxXeEfFgGcrsa", "%", "y"]),
    ),
    st.sampled_from(
        [
            "%",
            "100%%",
            "<%s>",
            "%s%s",
            "%(a)s",
            "%(a)05d",
            "%(b",
            "%()s",
            "%(a(b)c)s",
            "%s%(a)s",
            "%(a)s%s",
            "%*%",
            "%5%",
            "%.*f",
            "no place",
            "",
            "%ld",
            "%(a)s%(b)s",
            "%*d",
        ]
    ),
)
ODD_NUMBERS = st.one_of(
    NUMBERS,
    st.integers(-4000, 1333).map(lambda n: n / 8),
    st.integers(-999, 999).map(lambda n: n / 200),
    st.integers(-330, 308).map(lambda n: 10.0**n),
    st.sampled_from(
        [99999.5, 999999.5, 9.5, 0.00095, 1e23, 9.999999999999999e22, 123456789.0, 0x10FFFF, 0x110000, 65]
    ),
)


def halves(value: object, *_: object) -> bool:
    """Whether %c or c of the value could be half a surrogate pair."""
    return isinstance(value, int) and 0xD800 <= value < 0xE000


def method(name: str) -> Callable[..., Any]:
    """The call of a method by name."""
    return lambda receiver, *arguments: getattr(receiver, name)(*arguments)


def test_values_are_formatted_as_the_specification_says(semantics: Any, draw: Draw) -> None:
    cases = draw(st.tuples(ODD_NUMBERS, SPECIFICATIONS), 1666) + draw(st.tuples(VALUES, SPECIFICATIONS), 500)
    cases += draw(st.tuples(WORDS, SPECIFICATIONS), 166) + draw(st.tuples(SCALARS, SCALARS), 200)
    cases += draw(st.tuples(ODD_NUMBERS, st.integers(0, 30).map(lambda n: f".{n}f")), 500)
    semantics.agree("format", format, cases, gap=lambda value, spec: halves(value) or uncertain(value, spec))


def test_a_format_in_printf_s_notation_takes_one_value_or_a_map(semantics: Any, draw: Draw) -> None:
    maps = st.fixed_dictionaries({"a": ODD_NUMBERS}, optional={"b": SCALARS})

    def gap(template: str, value: object) -> bool:
        character = template.endswith("c") and ("." in template or halves(value))
        return character or uncertain(value)

    cases = draw(st.tuples(PLACES, ODD_NUMBERS), 1333) + draw(
        st.tuples(PLACES, st.one_of(VALUES, maps)), 1500
    )
    cases += draw(st.tuples(st.text("%%sd(a)05.- x", max_size=6), st.one_of(VALUES, maps)), 500)
    stars = ["%*", "%*d", "%*.", "%.*", "%.*f", "%*l", "%*%", "%*.*d", "%(a)*d", "%*(a)d", "%*y"]
    values = [5, -1, 2.0, "a", {"a": 3}, *(sign * 2**bits for bits in (31, 40, 63) for sign in (-1, 1))]
    cases += list(itertools.product(stars, [*values, 2**31 - 1, -(2**31) - 1, 2**63 - 1, -(2**63) - 1]))
    semantics.agree("modulo", lambda template, value: template % value, cases, gap=gap)


def test_texts_are_padded(semantics: Any, draw: Draw) -> None:
    widths = st.one_of(SMALL, st.sampled_from([20, -(2**70), 10**400, True, 1.5, None]))
    fills = st.one_of(st.sampled_from([" ", "0", "😀", "", "ab", None, 0]))
    texts = st.one_of(WORDS, SCALARS, st.sampled_from(["-5", "+", "-", "+😀"]))
    for name in ("ljust", "rjust", "center"):
        semantics.agree(name, method(name), draw(st.tuples(texts, widths)))
        cases = draw(st.tuples(texts, widths, fills), 200)
        semantics.agree(name, method(name), cases)
    semantics.agree("zero_fill", lambda text, width: text.zfill(width), draw(st.tuples(texts, widths), 200))


def test_texts_are_cut(semantics: Any, draw: Draw) -> None:
    separators = st.one_of(st.none(), PARTS, SCALARS)
    limits = st.one_of(SMALL, SCALARS, st.just(10**266))
    texts = st.one_of(FEW_WORDS, SCALARS)
    for name in ("split", "rsplit"):
        semantics.agree(name, method(name), draw(st.tuples(texts, separators), 266))
        semantics.agree(name, method(name), draw(st.tuples(texts, separators, limits), 500))
    semantics.agree("splitlines", lambda text, *rest: text.splitlines(*rest), draw(st.tuples(texts), 266))
    keep = st.one_of(st.booleans(), SCALARS, st.sampled_from([2**31, -(2**31), 2**31 - 1]))
    lines = st.text("ab\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029", max_size=6)
    semantics.agree(
        "splitlines", lambda text, *rest: text.splitlines(*rest), draw(st.tuples(lines, keep), 266)
    )
    for name in ("partition", "rpartition", "removeprefix", "removesuffix"):
        semantics.agree(name, method(name), draw(st.tuples(texts, st.one_of(PARTS, SCALARS)), 266))
    counts = st.one_of(SMALL, SCALARS, st.just(10**266))
    semantics.agree(
        "replace",
        lambda text, old, new, count: text.replace(old, new, count),
        draw(st.tuples(texts, st.one_of(PARTS, SCALARS), st.one_of(PARTS, SCALARS), counts), 500),
    )


def test_texts_are_searched(semantics: Any, draw: Draw) -> None:
    texts = st.one_of(FEW_WORDS, SCALARS)
    parts = st.one_of(PARTS, SCALARS)
    for name in ("find", "rfind"):
        semantics.agree(name, method(name), draw(st.tuples(texts, parts), 266))
        semantics.agree(name, method(name), draw(st.tuples(texts, parts, BOUNDS), 266))
        semantics.agree(name, method(name), draw(st.tuples(texts, parts, BOUNDS, BOUNDS), 500))
    lists = st.lists(st.one_of(st.booleans(), st.integers(0, 2), st.sampled_from(["a", 1.0])), max_size=4)
    for name in ("index", "count"):
        containers = st.one_of(texts, lists, st.dictionaries(TEXTS, SCALARS, max_size=1))
        semantics.agree(name, method(name), draw(st.tuples(containers, parts), 400), gap=nan)
    semantics.agree("rindex", lambda text, part: text.rindex(part), draw(st.tuples(texts, parts), 200))


def nan(container: object, value: object) -> bool:
    """Whether nan is looked for in a list."""
    return isinstance(container, list) and isinstance(value, float) and math.isnan(value)


CASES = ("casefold", "swapcase", "capitalize", "isdigit", "isdecimal", "isnumeric")
CLASSES = ("isalpha", "isalnum", "isspace", "isupper", "islower", "isascii")


def test_words_have_the_case_and_class_of_python(semantics: Any, draw: Draw) -> None:
    endings = st.sampled_from(["", "", "a", "1", "Σ"])
    words = draw(st.tuples(st.one_of(st.builds(lambda *parts: "".join(parts), WORDS, endings), SCALARS)), 600)
    for name in (*CASES, *CLASSES):
        semantics.agree(name, method(name), words, gap=uncertain)


def test_numbers_in_any_base_are_read(semantics: Any, draw: Draw) -> None:
    texts = st.one_of(
        st.text("0123789abfxoBzZ_+- \t\xa0", max_size=7),
        st.builds(
            lambda *parts: "".join(parts),
            st.sampled_from(["", "-", "+", " "]),
            st.sampled_from(["0x", "0B", "0o", "0", ""]),
            st.text("01_7fz", max_size=4),
        ),
        SCALARS,
        st.sampled_from(
            [
                "٣",
                "0x٣",
                "1\x1c",
                "\x1c1",
                "0x_1f",
                "0_0",
                "01",
            ]
        ),
    )
    bases = st.one_of(
        st.sampled_from([0, 2, 3, 8, 10, 16, 32, 36, True]), st.integers(-2, 40), SCALARS, st.just(10**266)
    )

    def digits(value: object, base: object) -> bool:
        return isinstance(value, str) and any(each.isdecimal() and not each.isascii() for each in value)

    long = [
        ("9" * 4300, 10),
        ("9" * 4301, 10),
        ("1" * 4301, 8),
        ("2" * 4301, 3),
        ("0" * 4301, 3),
        ("0" * 4301, 2),
    ]
    semantics.agree("to_int", int, draw(st.tuples(texts, bases), 1333) + long, gap=digits)


def test_floor_and_ceiling_are_integers(semantics: Any, draw: Draw) -> None:
    semantics.agree("floor", math.floor, draw(st.tuples(st.one_of(INTS, FLOATS, SCALARS)), 266))
    semantics.agree("ceiling", math.ceil, draw(st.tuples(st.one_of(INTS, FLOATS, SCALARS)), 266))


def test_texts_are_written_in_the_notations_of_the_web(semantics: Any, draw: Draw) -> None:
    texts = st.one_of(WORDS, TEXTS, SCALARS, st.text("<>&'\" +/%~é", max_size=6))
    safe = st.one_of(st.sampled_from(["", "/", "/:", "é%", "+ "]), st.none(), st.integers())
    for name in ("quote", "quote_plus"):
        semantics.agree(name, getattr(urllib.parse, name), draw(st.tuples(texts), 200))
        semantics.agree(name, getattr(urllib.parse, name), draw(st.tuples(texts, safe), 266))
    maps = st.one_of(st.dictionaries(TEXTS, st.one_of(VALUES, texts), max_size=3), VALUES)
    semantics.agree("urlencode", urllib.parse.urlencode, draw(st.tuples(maps), 200), gap=uncertain)
    repeat = st.one_of(st.booleans(), SCALARS)
    semantics.agree("urlencode", urllib.parse.urlencode, draw(st.tuples(maps, repeat), 266), gap=uncertain)
    semantics.agree("html_escape", html.escape, draw(st.tuples(texts), 200))
    semantics.agree("html_escape", html.escape, draw(st.tuples(texts, repeat), 200))
    semantics.agree(
        "base64_text", lambda text: base64.b64encode(text.encode()).decode(), draw(st.tuples(texts), 200)
    )


def test_json_is_laid_out_as_python_does(semantics: Any, draw: Draw) -> None:
    def dumps(value: Any, ascii_: Any, nan_: Any, sort: Any, indent: Any, between: Any, colon: Any) -> str:
        between = ("," if indent is not None else ", ") if between is None else between
        options = {"ensure_ascii": ascii_, "allow_nan": nan_, "sort_keys": sort, "indent": indent}
        return json.dumps(value, separators=(between, colon), **options)

    flags = st.booleans()
    indents = st.sampled_from([None, 0, 1, 2, -1, True, "\t", "", "--"])
    marks = st.tuples(st.sampled_from([None, ",", ", ", "\n"]), st.sampled_from([": ", ":", ""]))
    nested = st.dictionaries(st.text("ab\ue000😀", max_size=2), st.one_of(VALUES, st.just([])), max_size=4)
    drawn = draw(st.tuples(st.one_of(VALUES, nested), flags, flags, flags, indents, marks), 1500)
    semantics.agree("json_text", dumps, [(*case[:-1], *case[-1]) for case in drawn])


def test_ascii_escapes_all_else(semantics: Any, draw: Draw) -> None:
    semantics.agree("ascii", ascii, draw(st.tuples(VALUES)), gap=uncertain)
