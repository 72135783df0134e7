"""Foreign text in Markdown is shown and never acts: no cell, code span, line, link or tag ends early."""

from __future__ import annotations

import re
from html import unescape

import pytest

from migrate.report import render_markdown
from migrate.report.escaping import code, text
from tests.unit.report.samples import EMPTY, MARK, SMALL, hostile


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("plain, with (brackets) and snake_case", "plain, with (brackets) and snake_case"),
        ("a|b", r"a\|b"),
        ("a\\|b", r"a\\\|b"),
        ("`a`", r"\`a\`"),
        ("*a* _b_ ~c~ $d$", r"\*a\* \_b\_ \~c\~ \$d\$"),
        ("a\nb\r\nc", "a<br>b<br>c"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("12. a", r"12\. a"),
        ("a\n> b", "a<br>&gt; b"),
        ("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;"),
        ("[a](b)", r"\[a\](b)"),
        ("@all", "&#64;all"),
        ("a\u202eb\x1b", r"a\\u202eb\\u001b"),
    ],
)
def test_text_is_escaped(given: str, written: str) -> None:
    assert text(given) == written


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("$item.a & *b*", "`$item.a & *b*`"),
        ("a|b", "<code>a&#124;b</code>"),
        ("a\\|b", "<code>a&#92;&#124;b</code>"),
        ("`a``b`", "<code>&#96;a&#96;&#96;b&#96;</code>"),
        ("a < b", "<code>a &#60; b</code>"),
        (" a", "<code> a</code>"),
        ("a_b\n*c*", "<code>a&#95;b<br>&#42;c&#42;</code>"),
    ],
)
def test_code_is_escaped(given: str, written: str) -> None:
    assert code(given) == written


@pytest.mark.parametrize("given", ["a|b", "a\\|b", "`a``b`", "a < b & c > d", "x_y *z* [w](v)", MARK[:60]])
def test_code_reads_back_as_it_was(given: str) -> None:
    written = code(given)
    inner = written[1:-1] if written.startswith("`") else unescape(written[len("<code>") : -len("</code>")])
    assert inner.replace("<br>", "\n") == given.replace("\r\n", "\n")


@pytest.mark.parametrize("report", [SMALL, EMPTY, hostile()], ids=["small", "empty", "hostile"])
def test_every_row_of_a_table_has_as_many_cells_as_its_head(report: object) -> None:
    lines = render_markdown(report).splitlines()  # type: ignore[arg-type]  # parametrize knows no types
    heads = 0
    columns = 0
    for line in lines:
        if not line.startswith("|"):
            columns = 0
            continue
        cells = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        heads += not columns
        columns = columns or cells
        assert cells == columns, line
    assert heads == sum(line.startswith("| ---") for line in (re.sub(r"^\|(?=\S)", "| ", x) for x in lines))


def test_hostile_text_makes_no_tag_link_heading_or_code_span() -> None:
    written = render_markdown(hostile())
    written.encode()
    tags = set(re.findall(r"<(/?\w+)", written))
    assert tags <= {"br", "code", "/code", "a", "/a"}
    anchors = {f"#{anchor}" for anchor in re.findall(r'<a id="([^"]*)">', written)}
    assert set(re.findall(r"(?<!\\)\]\(([^)]*)\)", written)) == anchors
    assert not [line for line in written.splitlines() if re.match(r"\s*(# h|- i|> )", line)]
    assert not re.search(r"(?<!\\)`", re.sub(r"`(other|2|elsewhere)`", "", written))
