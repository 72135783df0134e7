"""Regular expressions as they are emitted find in every text what Python's find, or are a stated loss."""

from __future__ import annotations

import json
import re
from re import _parser  # type: ignore[attr-defined]  # what the emitter asks too

import pytest

from emitters.node_red.expressions_javascript import JavaScript
from migrate.model import Expression
from migrate.model.functions import FUNCTIONS
from tests.unit.node_red_emitter.models import call, const, integration
from tests.unit.node_red_emitter.test_functions import evaluated

PATTERNS: tuple[tuple[str, int], ...] = (
    *(
        (one, 0)
        for one in (
            r"\d+",
            r"\D",
            r"\w+",
            r"\W",
            r"\s+",
            r"\S+",
            r"[^\w-]+",
            r"[\W\d]",
            r"[^\D5]",
            r".",
            r"a.c",
        )
    ),
    *(
        (one, 0)
        for one in (
            r"^a",
            r"a$",
            r"^$",
            r"\Aa",
            r"c\Z",
            r"\bab",
            r"b\b",
            r"\Bb",
            r"x*",
            r"x*?",
            r"a|b|",
            r"(a)|(b)",
        )
    ),
    *(
        (one, 0)
        for one in (
            r"(?P<n>\d)(?P<m>a)?",
            r"(?:ab)+",
            r"(a)+b",
            r"(\d{2,3})",
            r"[a-cx-z]{2,}?",
            r"(?<=a)b",
            r"(?<!a)b",
        )
    ),
    *(
        (one, 0)
        for one in (
            r"a(?=b)",
            r"a(?!b)",
            r"[\]\\^-]",
            r"\.",
            r"\$|\(|\)",
            r"/",
            r"-",
            r"\u00e9|\U0001f600",
            r"\x41",
            r"\t|\n",
        )
    ),
    *((one, re.IGNORECASE) for one in (r"ab", r"[A-C]+", r"[^a]", r"(?:K|S)")),
    *((one, re.MULTILINE) for one in (r"^a", r"a$", r"^", r"$")),
    *((one, re.DOTALL) for one in (r"a.c", r".")),
    *((one, re.ASCII) for one in (r"\w+", r"\d+", r"\s", r"\b")),
    (r"(?i)ab # no comment", 0),
    (r" a b # a comment", re.VERBOSE),
    (r"(^[^a-zA-Z_]+)|([^a-zA-Z_0-9]+)", 0),
)
TEXTS = (
    *(
        "",
        "a",
        "abc",
        "ab-ab",
        "aabb12",
        "A1 b2\tc3",
        "abc\n",
        "a\nab\n",
        "a\rb\u2028c",
        "x",
        "axbxx",
        "12345",
        "é\u00a0\x85ß",
    ),
    *("a_b.c/d-e", "$(x)[]\\^", "AB\U0001f600é", "\u0661\u0662", "KSks", "\x1c\x1f", "\ufeff", "\n\n"),
)
LOST = (r"(a)\1", r"(?:a*)*", r"(?:(a)|b)+", r"(?i:a)b", r"(?>a)", r"a++", r"(?P<x>a)(?(x)b|c)", r"(?<=(a))b")
SINGLE = ("search", "match", "fullmatch")
TEMPLATES = ("", "-", r"<\g<0>>", r"\\", "$1$&")


@pytest.mark.engine
@pytest.mark.parametrize("name", ["search", "match", "fullmatch", "finditer", "findall", "split", "sub"])
def test_a_pattern_finds_the_same_in_javascript(name: str) -> None:
    cases = [
        (text, pattern, *further, *([flags] if flags else []))
        for pattern, flags in PATTERNS
        for text in TEXTS
        for further in ([(one,) for one in TEMPLATES] if name == "sub" else [()])
        if name in SINGLE or (re.compile(pattern, flags).groups < 2 or name != "findall")
        if name in SINGLE or _parser.parse(pattern, flags).getwidth()[0]
    ]
    called: list[Expression] = [call(f"re.{name}", *map(const, case)) for case in cases]
    answers = [
        answer for start in range(0, len(called), 500) for answer in evaluated(called[start : start + 500])
    ]
    wrong, refused = [], 0
    for case, answer in zip(cases, answers, strict=True):
        if answer.startswith("! Gap"):
            refused += 1
        elif json.loads(answer) != (made := FUNCTIONS[f"re.{name}"](*case)):
            wrong.append(f"{case}: {made!r} in Python, {answer} in JavaScript")
    assert not wrong, "\n".join(wrong[:20])
    assert refused * 20 <= len(cases), f"{refused} of {len(cases)} refused"


@pytest.mark.engine
def test_counts_and_groups_are_the_same_in_javascript() -> None:
    cases = [
        ("re.sub", ("aXbXc", "X", "-", 0, 1)),
        ("re.sub", ("k1=v1", r"(\w)(\d)", r"\2\1", 0)),
        ("re.sub", ("ab", r"(a)|(b)", r"[\1\2]", 0)),
        ("re.split", ("a,b;c", "([,;])", 0, 1)),
    ]
    answers = evaluated([call(name, *map(const, given)) for name, given in cases])
    assert [json.loads(one) for one in answers] == [FUNCTIONS[name](*given) for name, given in cases]


@pytest.mark.parametrize("pattern", LOST)
def test_a_pattern_that_means_something_else_in_javascript_is_a_stated_loss(pattern: str) -> None:
    javascript = JavaScript(integration())
    javascript.value(call("re.search", const("a"), const(pattern)))
    (reason,) = javascript.reasons
    assert reason.endswith("has no exact counterpart on Node-RED")


@pytest.mark.parametrize("name", ["sub", "findall", "finditer", "split"])
def test_a_pattern_that_may_find_nothing_is_a_loss_where_the_search_goes_on(name: str) -> None:
    javascript = JavaScript(integration())
    javascript.value(call(f"re.{name}", *map(const, ("a", "x*", *(["-"] if name == "sub" else [])))))
    assert javascript.reasons == [
        "a pattern that may find nothing between two characters has no exact counterpart on Node-RED"
    ]
