"""Every code has a script that is reported with it, and prints what somebody has read."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.diagnostics import RULES, Diagnostic, OnGap, Outcome, Rule, decide, underline, unique
from migrate.model import Excerpt, SourceSpan, walk_steps
from migrate.pipeline import audit, emit
from migrate.registry import flow_targets
from tests.diagnostics.cases import FOLDER, NEAR_MISSES, Case, cases, near_misses

CASES = cases()
NEAR = near_misses()


def test_each_code_has_one_fixture() -> None:
    assert [case.code for case in CASES] == sorted(RULES)
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(RULES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_fixture_triggers_its_code(case: Case) -> None:
    found = [one for one in case.findings() if one.code == case.code]
    assert found, f"{case.script.name} does not trigger {case.code}"
    for one in found:
        assert one.message
        assert one.span is not None
        assert str(one).startswith(f"{case.script.name}:{one.span.line}:{one.span.column + 1}: {one.code} ")


def test_each_risk_has_one_script_that_nearly_has_it() -> None:
    risks = sorted(rule.code for rule in RULES.values() if rule.is_risk)
    assert [case.code for case in NEAR] == risks
    assert sorted(path.stem for path in NEAR_MISSES.glob("*.txt")) == risks


@pytest.mark.parametrize("case", NEAR, ids=lambda case: case.code)
def test_a_near_miss_does_not_trigger_the_code(case: Case) -> None:
    found = case.findings()
    assert case.code not in {one.code for one in found}
    assert "".join(f"{one}\n" for one in found) == case.expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", NEAR, ids=lambda case: case.code)
def test_the_near_miss_that_the_page_shows_is_the_fixture(case: Case) -> None:
    assert RULES[case.code].near_miss.removeprefix("\n") == case.script.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_fixture_prints_what_stands_beside_it(case: Case) -> None:
    assert case.printed() == case.expected.read_text(encoding="utf-8"), (
        "`make goldens`, then read the difference"
    )


@pytest.mark.parametrize("case", [one for one in CASES if one.model.exists()], ids=lambda case: case.code)
def test_the_model_beside_a_fixture_is_of_today(case: Case) -> None:
    assert case.model.read_text(encoding="utf-8") == case.model_text(), "`make goldens`"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_the_example_that_explain_shows_is_the_fixture(case: Case) -> None:
    text = "" if case.script.is_symlink() else case.script.read_text(encoding="utf-8")
    assert RULES[case.code].example.removeprefix("\n") == text


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_says_what_it_means_and_what_to_do(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.meaning.endswith(".")
    assert rule.remedy.endswith(".")


def test_an_audit_names_scripts_in_other_languages_and_links(tmp_path: Path) -> None:
    (tmp_path / "sync.rb").write_text('URI("https://a.example/items")\n', encoding="utf-8")
    (tmp_path / "nightly").write_text("#!/usr/bin/env python3\nimport requests\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("https://a.example\n", encoding="utf-8")
    (tmp_path / "again.py").symlink_to(tmp_path / "nowhere.py")
    assert {(one.code, one.span.file) for one in audit(tmp_path).unread if one.span} == {
        ("HS003", "nightly"),
        ("HS003", "sync.rb"),
        ("HS004", "again.py"),
    }


@pytest.mark.parametrize("target", flow_targets())
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_what_a_target_cannot_express_is_a_loss_with_a_reason(case: Case, target: str) -> None:
    for found in case.audit().extractions:
        emission = emit(found.integration, target).emission
        realised = frozenset[str]().union(*(artefact.realises for artefact in emission.artefacts))
        lost = {loss.id for loss in emission.losses}
        assert all(loss.reason for loss in emission.losses)
        assert {step.id for step in walk_steps(found.integration.steps)} <= realised | lost


# --- printing --------------------------------------------------------------------------------------------------------


def at(column: int, end: int, line: str) -> tuple[SourceSpan, str]:
    return SourceSpan(file="a.py", line=1, column=column, end_line=1, end_column=end), line


@pytest.mark.parametrize(
    ("span", "line", "carets"),
    [
        (*at(0, 3, "abc"), "^^^"),
        (*at(2, 3, "abc"), "  ^"),
        (*at(2, 2, "abc"), "  ^"),
        (*at(1, 99, "abc"), " ^^"),
        (*at(99, 120, "abc"), "   ^"),
        (*at(1, 2, "\tx"), "\t^"),
        (*at(3, 4, "'名'x"), "    ^"),
        (*at(1, 2, "'名'x"), " ^^"),
        (*at(2, 3, "e\u0301x"), " ^"),
        (*at(1, 2, "\x1bx"), "      ^"),
        (SourceSpan(file="a.py", line=1, column=1, end_line=2, end_column=1), "abc", " ^^"),
    ],
)  # fmt: skip
def test_the_place_is_underlined_where_a_terminal_shows_it(span: SourceSpan, line: str, carets: str) -> None:
    assert underline(span, line) == carets


def test_what_a_source_holds_cannot_steer_the_terminal() -> None:
    span = SourceSpan(file="a\x1b.py", line=1, end_line=1, end_column=1)
    shown = str(Diagnostic("HS101", "the name \x1b[2J", span, Excerpt(redacted="\x1b[31m = 1")))
    assert shown == ("a\\u001b.py:1:1: HS101 gap: the name \\u001b[2J\n    \\u001b[31m = 1\n    ^^^^^^")


def test_findings_that_print_alike_are_one() -> None:
    span = SourceSpan(file="a.py", line=1, end_line=1, end_column=3)
    longer = span.model_copy(update={"end_column": 4})
    one, two = Diagnostic("HS101", "x", span), Diagnostic("HS102", "x", span)
    assert unique([one, two, one, Diagnostic("HS101", "x", longer)]) == (one, two)


def test_a_line_that_is_reached_twice_is_reported_once(tmp_path: Path) -> None:
    leaking = (FOLDER / "HS107.py").read_text(encoding="utf-8")
    text = f"{leaking}import other\ndef twice():\n    other.run()\ntwice()\ntwice()\n"
    (tmp_path / "sync.py").write_text(text, encoding="utf-8")
    assert [one.code for one in audit(tmp_path).findings] == ["HS102", "HS107"]


# --- decision --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_gap", "gaps", "review", "outcome"),
    [
        ("ignore", False, False, "clean"),
        ("ignore", True, False, "clean"),
        ("ignore", True, True, "review"),
        ("warn", False, False, "clean"),
        ("warn", True, False, "review"),
        ("warn", False, True, "review"),
        ("fail", False, False, "clean"),
        ("fail", False, True, "review"),
        ("fail", True, False, "failed"),
        ("fail", True, True, "failed"),
    ],
)
def test_gaps_are_decided_on_once(on_gap: OnGap, gaps: bool, review: bool, outcome: Outcome) -> None:
    assert decide(on_gap, gaps=gaps, review=review) == outcome
