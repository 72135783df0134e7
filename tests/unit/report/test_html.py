"""The HTML report is well formed, loads nothing, escapes everything, and can be read by everybody."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from migrate.report import render_html
from migrate.report.content import ComparisonRow, Report
from tests.unit.report.document import Document
from tests.unit.report.samples import BARE, EMPTY, FLOW, MARK, SMALL, hostile

REPORTS = {"small": SMALL, "empty": EMPTY, "hostile": hostile()}
OUTSIDE = {
    "src",
    "srcset",
    "background",
    "poster",
    "data",
    "action",
    "formaction",
    "cite",
    "ping",
    "manifest",
}

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def text(report: Report) -> str:
    """The text of the body as a reader sees it, with single spaces."""
    (body,) = Document(render_html(report)).all("body")
    return " ".join(body.text.split())


@every_report
def test_every_tag_is_closed_and_every_id_is_there_once(report: Report) -> None:
    ids = Document(render_html(report)).values("id")
    assert len(ids) == len(set(ids))


@every_report
def test_links_lead_to_places_in_the_page_alone(report: Report) -> None:
    page = Document(render_html(report))
    ids = set(page.values("id"))
    assert [href for href in page.values("href") if href[:1] != "#" or href[1:] not in ids] == []


@every_report
def test_nothing_is_loaded_and_nothing_runs(report: Report) -> None:
    page = Document(render_html(report))
    assert (
        page.all(
            "script",
            "link",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "use",
            "image",
            "foreignobject",
        )
        == []
    )
    names = {name for element in page.elements for name in element.attributes}
    assert not names & OUTSIDE
    assert not [name for name in names if name.startswith("on")]
    styles = [*(style.text for style in page.all("style")), *page.values("style")]
    assert not [style for style in styles if re.search(r"url\(|@import|//|image-set|expression", style)]
    policies = [meta for meta in page.all("meta") if meta.attributes.get("http-equiv")]
    assert [one.attributes["content"] for one in policies] == [
        "default-src 'none'; style-src 'unsafe-inline'"
    ]


def test_hostile_text_is_shown_and_does_nothing() -> None:
    html = render_html(hostile())
    assert "<script" not in html
    assert html.count("</style") == 1
    assert "{{ 7*7 }}" in html
    assert "\u202e" not in html
    assert "\x00" not in html
    html.encode()
    shown = MARK.replace("\r\n", "\n").replace("\u202e", r"\u202e")
    shown = shown.replace("\udc80", r"\udc80").replace("\x00", r"\u0000")
    assert " ".join(shown.split()) in text(hostile())
    title = Document(html).all("title")[0]
    assert title.text == shown


@every_report
def test_headings_descend_one_level_at_a_time(report: Report) -> None:
    levels = [int(heading.tag[1]) for heading in Document(render_html(report)).all(*HEADINGS)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(right <= left + 1 for left, right in pairwise(levels))


@every_report
def test_every_table_has_a_caption_and_every_header_a_scope(report: Report) -> None:
    page = Document(render_html(report))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(header.attributes.get("scope") for header in page.all("th"))
    assert all(cell.attributes.get("data-label") for cell in page.all("td"))


def test_the_first_link_skips_to_the_content() -> None:
    page = Document(render_html(SMALL))
    assert page.all("a")[0].attributes == {"class": "skip", "href": "#content"}
    assert page.all("html")[0].attributes == {"lang": "en"}


def test_a_verdict_is_told_by_word_and_sign() -> None:
    for verdict, sign in (("PASS", "✓"), ("REVIEW", "!"), ("FAIL", "✕"), ("NOT RUN", "–"), ("ODD", "?")):
        shown = [
            element.text
            for element in Document(render_html(Report("t", (replace(BARE, verdict=verdict),)))).all("span")
            if "verdict" in (element.attributes.get("class") or "").split()
        ]
        assert shown == [f"{sign}{verdict}"] * 2, verdict


def test_a_pass_that_the_comparisons_do_not_show_is_called_out() -> None:
    alarm = "Do not rely on it."
    equal = ComparisonRow("legacy", "node_red", True, 2, 2, 2)
    passed = replace(FLOW, verdict="PASS", differences=(), comparisons=(equal,))
    assert alarm not in text(Report("t", (passed,)))
    assert alarm in text(Report("t", (replace(passed, comparisons=()),)))
    assert alarm in text(Report("t", (replace(passed, comparisons=(equal, replace(equal, same=None))),)))
    assert alarm in text(Report("t", (replace(passed, differences=FLOW.differences),)))


def test_a_difference_links_to_its_rule_and_a_loss_to_its_part() -> None:
    page = Document(render_html(SMALL))
    links = [link.attributes["href"] for link in page.all("a") if link.text == "member.status"]
    assert links == ["#flow-sync-contacts.rule.2"] * 2
    (row,) = [row for row in page.all("tr") if row.attributes.get("id") == "flow-sync-contacts.rule.2"]
    assert "STATUS[each.item.status]" in row.text


def test_every_empty_part_says_so() -> None:
    shown = text(Report("t", (BARE,)))
    for sentence in (
        "No system was found.", "No shadow run was asked for", "No leg was run.", "so nothing is known of what",
        "No two legs were compared.",
        "Nothing was compared, so nothing is known about differences.", "This flow has no mapping rule.",
        "No step was found.", "No findings:", "No target was chosen, so no loss is known.",
        "The script reads no configuration value.", "The script uses no secret.", "Nothing was emitted.",
        "Every file could be read.",
    ):  # fmt: skip
        assert sentence in shown
    assert "No integration was found." in text(EMPTY)


def test_colours_of_text_contrast_with_what_is_behind_them_by_wcag_aa() -> None:
    css = Document(render_html(EMPTY)).all("style")[0].text
    palettes = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(palettes) == 2
    pairs = [("text", "paper"), ("text", "wash"), ("text", "mark"), ("muted", "paper"), ("muted", "wash")]
    pairs += [("muted", "mark"), ("link", "paper"), ("link", "wash"), ("link", "mark")]
    pairs += [(name, f"{name}-wash") for name in ("pass", "review", "fail", "open")]
    for palette in palettes:
        colours = dict(re.findall(r"--([\w-]+): #(\w{6});", palette))
        poor = [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
        assert poor == []


def contrast(left: str, right: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    dark, light = sorted((luminance(left), luminance(right)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_jinja_is_loaded_only_for_html() -> None:
    code = (
        "import sys; from migrate.report import render_json, render_markdown, render_html\n"
        "from migrate.report.content import Report\n"
        "report = Report('t', ()); render_json(report); render_markdown(report)\n"
        "assert 'jinja2' not in sys.modules; render_html(report); assert 'jinja2' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
