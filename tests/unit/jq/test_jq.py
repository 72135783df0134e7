"""The kernel's functions of jq do what the jq of this machine does, and lines are read as bash reads them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.machine import lacking
from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError, UnmappedReached
from tests.extent import extent

MISSING = lacking({"jq": "1.6", "bash": ""})
pytestmark = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))

TEXTS = st.one_of(
    st.sampled_from(
        ["", "a", "A b", "Zoë", "👩‍💻", "\uffff", "😀", "<b>x</b>", 'a\nb\t"\\/\b\f\r\x7f\x01\u2028', "10"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=6),
)
NUMBERS = st.one_of(
    st.sampled_from(
        [
            0,
            1,
            -1,
            10.0,
            2.5,
            -0.0,
            1e5,
            1e15,
            1e16,
            12e16,
            1e17,
            0.0001,
            0.00001,
            5e-324,
            1.7976931348623157e308,
        ]
    ),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.builds(
        lambda digits, exponent: float(f"{digits}e{exponent}"), st.integers(-999, 999), st.integers(-12, 25)
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from("ab"), TEXTS), inner, max_size=3),
    ),
    max_leaves=6,
)
LISTS = st.one_of(
    st.lists(st.one_of(st.sampled_from([0, -0.0, 1, "a", None, True, [], {}]), VALUES), max_size=6), VALUES
)
MAPS = st.one_of(st.dictionaries(st.sampled_from("ab"), VALUES), VALUES)
PATTERNS = ["<[^>]*>", "a", "[a-z]+", "[^a-z]", "x?b", "a?b*c", "\\.x*", "[ x]", "&-", "[.*]+=", "\\[a\\]"]
SUBJECTS = st.one_of(
    st.text("<>abcxé. \n[]=*👩", max_size=12),
    st.sampled_from(["<p>It <b>burns</b></p>", "a<\n>b", "<<a>>"]),
    VALUES,
)

PROGRAMS: dict[str, tuple[str, st.SearchStrategy[tuple[Any, ...]]]] = {
    "jq.field": ("$a[0] | getpath([$a[1]])", st.tuples(MAPS, st.sampled_from(["a", "b", "é"]))),
    "jq.each": ("[$a[0][]]", st.tuples(VALUES)),
    "jq.length": ("$a[0] | length", st.tuples(VALUES)),
    "jq.equals": ("$a[0] == $a[1]", st.one_of(st.tuples(VALUES, VALUES), VALUES.map(lambda one: (one, one)))),
    "jq.alternative": ("$a[0] // $a[1]", st.tuples(VALUES, VALUES)),
    "jq.add": (
        "$a[0] + $a[1]",
        st.one_of(
            st.tuples(VALUES, VALUES),
            st.tuples(NUMBERS, NUMBERS),
            st.tuples(MAPS, MAPS),
            st.tuples(LISTS, LISTS),
        ),
    ),
    "jq.ascii_downcase": (
        "$a[0] | ascii_downcase",
        st.tuples(st.one_of(TEXTS, st.text("AZaz[`{@é", max_size=5), VALUES)),
    ),
    "jq.gsub": (
        "$a[0] | gsub($a[1]; $a[2])",
        st.tuples(SUBJECTS, st.sampled_from(PATTERNS), st.sampled_from(["", "x", "$&", "\\1", "a"])),
    ),
    "jq.sort_by": (
        "[$a[0], $a[1]] | transpose | sort_by(.[1]) | map(.[0])",
        st.lists(st.tuples(VALUES, VALUES), max_size=6).map(
            lambda rows: ([one for one, _ in rows], [key for _, key in rows])
        ),
    ),
    "jq.unique": ("$a[0] | unique", st.tuples(LISTS)),
    "jq-1.6.json_text": ("$a[0] | tojson", st.tuples(VALUES)),
    "jq-1.6.tostring": ('"\\($a[0])"', st.tuples(VALUES)),
}
"""A program of jq over the arguments `$a` for each function, and arguments to try."""


def batch(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Cases that hypothesis draws, the same on every run."""
    cases: list[Any] = []

    @settings(
        max_examples=extent(count, count // 10),
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: Any) -> None:
        cases.append(case)

    collect()
    return cases


def jq(options: list[str], text: str) -> str:
    done = subprocess.run(["jq", *options], input=text.encode(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.decode()


def outcome(function: Callable[..., Any], case: tuple[Any, ...]) -> str:
    """`["value", …]` or `["error"]` as `jq -c` prints it."""
    try:
        found = ["value", function(*case)]
    except EvaluationError as error:
        found = ["error"] if error.kind == "jq.Error" else [error.kind]
    return str(FUNCTIONS["jq-1.6.json_text"](found))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_function_does_what_jq_does(name: str) -> None:
    program, strategy = PROGRAMS[name]
    cases = batch(strategy, 1000)
    answers = jq(
        ["-c", f'.[] | . as $a | try ["value", ({program})] catch ["error"]'], json.dumps(cases)
    ).removesuffix("\n")
    wanted = answers.split("\n")
    assert len(wanted) == len(cases)
    found = [outcome(FUNCTIONS[name], case) for case in cases]
    wrong = [row for row in zip(cases, wanted, found, strict=True) if row[1] != row[2]]
    assert wrong == []
    assert any('"value"' in one for one in wanted)


def test_all_functions_of_jq_are_tried() -> None:
    apart = {"jq-1.6.json_value", "jq-1.6.raw_text"}
    assert {name for name in FUNCTIONS if name.startswith("jq")} == PROGRAMS.keys() | apart


def test_what_jq_prints_raw_is_read_by_bash_line_by_line() -> None:
    values = batch(st.one_of(VALUES, st.text(" \t\\x\n\0", max_size=6)), 1000)
    printed = jq(["-r", ".[]"], json.dumps(values))
    assert printed == "".join(str(FUNCTIONS["jq-1.6.raw_text"](value)) for value in values)
    script = 'while read -r line; do printf "%s\\0" "$line"; done'
    text = printed + "no line end"
    done = subprocess.run(
        ["bash", "-c", script], input=text.encode(), capture_output=True, timeout=60, check=True
    )
    assert done.stdout.decode().split("\0")[:-1] == FUNCTIONS["bash.read_lines"](text)


SPELLINGS = st.one_of(
    st.sampled_from(
        [
            "9007199254740993",
            "-0",
            "10.0",
            "1e400",
            "-1E+400",
            "1e-400",
            "0.1e1",
            "18446744073709551617",
            "1" * 400,
        ]
    ),
    st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][-+]?[0-9]{1,3})?", fullmatch=True),
    VALUES.map(json.dumps),
    VALUES.map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.sampled_from(
        [r'"\ud83d\ude00\u0000\/"', '{"a": 1, "b": 2, "a": 3}', " \t[ 1 ,\r2 ] ", "[" * 200 + "]" * 200]
    ),
)


def test_a_document_is_read_as_jq_reads_it() -> None:
    texts = [text for text in batch(SPELLINGS, 1000) if "\n" not in text]
    wanted = jq(["-c", "."], "\n".join(texts)).removesuffix("\n").split("\n")
    read, print_ = FUNCTIONS["jq-1.6.json_value"], FUNCTIONS["jq-1.6.json_text"]
    found = [print_(read(text)) for text in texts]
    assert [row for row in zip(texts, wanted, found, strict=True) if row[1] != row[2]] == []


@pytest.mark.parametrize("text", ["<html>", " \n<", "<"])
def test_a_text_that_begins_like_html_is_an_error_of_jq(text: str) -> None:
    done = subprocess.run(["jq", "."], input=text.encode(), capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    assert done.stdout == b""
    with pytest.raises(EvaluationError, match=r"jq\.Error"):
        FUNCTIONS["jq-1.6.json_value"](text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{}{}",
        "{} x",
        "NaN",
        "01",
        "1.",
        "[1,]",
        "\ufeff{}",
        r'"\ud800"',
        "[" * 201 + "]" * 201,
        '"\n"',
    ],
)
def test_a_text_that_jq_takes_for_something_else_is_a_gap(text: str) -> None:
    with pytest.raises(UnmappedReached):
        FUNCTIONS["jq-1.6.json_value"](text)


@pytest.mark.parametrize(
    "pattern", ["", "a*", "a|b", "(a)", "a{2}", ".", "^a", "a+?", "\\d", "[[a]]", "[a&&b]", "é", "[z-a]"]
)
def test_a_pattern_on_which_engines_may_differ_is_a_gap(pattern: str) -> None:
    with pytest.raises(UnmappedReached):
        FUNCTIONS["jq.gsub"]("a", pattern, "")


@pytest.mark.parametrize("value", [2**53 + 1, 10**400, float("nan")])
def test_a_number_that_jq_cannot_hold_is_a_gap(value: float) -> None:
    for name in ("jq-1.6.json_text", "jq-1.6.tostring", "jq.length"):
        with pytest.raises(UnmappedReached):
            FUNCTIONS[name](value)
