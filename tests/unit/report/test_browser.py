"""The HTML report in a real browser: nothing fails, nothing is asked for, it fits a phone, the dark, paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from migrate.report import render_html
from migrate.report.content import EstateMap, LinkRow, Report, SystemRow
from tests.unit.report.samples import FLOW, SMALL, hostile

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}

# Playwright drives the browser that the machine has, and downloads none.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"
)


def many(number: int = 300) -> Report:
    """An estate of many flows, most of which pass."""
    verdicts = ("PASS", "PASS", "PASS", "FAIL", "PASS", "REVIEW", "PASS", "NOT RUN")
    flows = tuple(
        replace(FLOW, id=f"flow_{n}", name=f"flow_{n}_with_a_rather_long_name", verdict=verdicts[n % 8])
        for n in range(number)
    )
    systems = tuple(
        SystemRow(
            f"https://system-{n}.northwind.example",
            "web",
            False,
            tuple(flow.id for flow in flows[n::24]),
            tuple(flow.id for flow in flows[(n + 5) % 24 :: 24]),
        )
        for n in range(24)
    )
    links = tuple(
        LinkRow(flow, system.name, direction, (), False, False, (), None)
        for system in systems
        for direction, ids in (("reads", system.read_by), ("writes", system.written_by))
        for flow in ids
    )
    return Report("Many flows", flows, (), "0.1.0", EstateMap(systems, links))


REPORTS = {"small": SMALL, "hostile": hostile(), "many": many()}
every_report = pytest.mark.parametrize("name", REPORTS)


@dataclass
class Shown:
    """A page, with all that the browser said and asked for while it was shown."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Inside a container the browser has no sandbox of its own to set up; it shows files of ours alone.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, report in REPORTS.items():
        (folder / f"{name}.html").write_text(render_html(report), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in REPORTS}


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    made: list[BrowserContext] = []
    yield made
    for context in made:
        context.close()


def shown(
    browser: Browser, contexts: list[BrowserContext], path: Path, anchor: str = "", **settings: Any
) -> Shown:
    context = browser.new_context(**settings)
    contexts.append(context)
    found = Shown(context.new_page())
    found.page.on("console", lambda message: found.said.append(message.text))
    found.page.on("pageerror", lambda error: found.said.append(str(error)))
    found.page.on("dialog", lambda dialog: found.said.append(dialog.message))
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.goto(path.as_uri() + anchor)
    return found


@every_report
def test_nothing_fails_and_nothing_is_asked_for(
    name: str, browser: Browser, contexts: list[BrowserContext], files: dict[str, Path]
) -> None:
    found = shown(browser, contexts, files[name], viewport=DESKTOP)
    assert found.said == []
    assert found.asked == [files[name].as_uri()]


@every_report
def test_a_phone_shows_it_without_scrolling_sideways(
    name: str, browser: Browser, contexts: list[BrowserContext], files: dict[str, Path]
) -> None:
    page = shown(browser, contexts, files[name], viewport=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    if name == "many":
        return
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    beyond = """[...document.querySelectorAll('main *')].filter(one =>
        !one.closest('.scroll') && !one.closest('.hidden') && !one.matches('thead, thead *, caption')
        && one.getBoundingClientRect().right > innerWidth + 0.5).map(one => one.outerHTML.slice(0, 200))"""
    assert page.evaluate(beyond) == []


def test_with_scripts_off_all_of_it_is_there(
    browser: Browser, contexts: list[BrowserContext], files: dict[str, Path]
) -> None:
    page = shown(browser, contexts, files["small"], viewport=DESKTOP, java_script_enabled=False).page
    assert page.locator("section.flow").count() == 2
    step = page.locator("tr[id='flow-sync-contacts.step.1']")
    assert not step.is_visible()
    page.get_by_role("heading", name="Steps 5 rows").click()
    assert step.is_visible()


def test_a_link_opens_the_part_that_it_leads_into(
    browser: Browser, contexts: list[BrowserContext], files: dict[str, Path]
) -> None:
    page = shown(browser, contexts, files["many"], "#flow-flow-299.rule.2", viewport=DESKTOP).page
    row = page.locator("[id='flow-flow-299.rule.2']")
    row.wait_for(state="visible")
    assert row.evaluate("one => one.getBoundingClientRect().top < innerHeight")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_text_contrasts_with_what_is_behind_it(
    scheme: str,
    viewport: dict[str, int],
    browser: Browser,
    contexts: list[BrowserContext],
    files: dict[str, Path],
) -> None:
    page = shown(browser, contexts, files["small"], viewport=viewport, color_scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate(_POOR_CONTRAST) == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 27)"
    assert dark == (scheme == "dark")


_POOR_CONTRAST = """() => {
  const rgb = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = node => {
    if (node.closest('svg')) {
      const box = node.closest('.node').querySelector('rect');
      return rgb(getComputedStyle(box).fill);
    }
    for (let at = node; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return rgb(getComputedStyle(document.body).backgroundColor);
  };
  const poor = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(one => one.nodeType === 3 && one.data.trim());
    if (!own || node.closest('title') || node.closest('.hidden') || node.closest('.skip')) continue;
    const style = getComputedStyle(node);
    const front = luminance(rgb(node.closest('svg') ? style.fill : style.color));
    const back = luminance(behind(node));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${node.outerHTML.slice(0, 80)}`);
  }
  return poor;
}"""


def test_the_keyboard_reaches_every_link_in_order_and_shows_where_it_is(
    browser: Browser, contexts: list[BrowserContext], files: dict[str, Path]
) -> None:
    page = shown(browser, contexts, files["small"], viewport=DESKTOP).page
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", reached[-1]
    assert reached[:8] == [
        "Skip to the content",
        "Summary",
        "Systems",
        "Flows",
        "Findings",
        "Not verified",
        "Made with",
        "sync_contacts",
    ]


def test_a_screen_reader_finds_landmarks_headings_and_names(
    browser: Browser, contexts: list[BrowserContext], files: dict[str, Path]
) -> None:
    page = shown(browser, contexts, files["small"], viewport=DESKTOP).page
    for role in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings == ["Summary", "Systems", "Flows", "Findings", "What was not verified", "Made with"]
    assert page.get_by_role("table", name="Mapping rules").count() == 1
    unnamed = "[...document.querySelectorAll('a, summary')].filter(one => !one.textContent.trim()).length"
    assert page.evaluate(unnamed) == 0


@pytest.mark.parametrize("name", ["small", "hostile"])
def test_paper_shows_what_is_folded_on_a_screen(
    name: str, browser: Browser, contexts: list[BrowserContext], files: dict[str, Path]
) -> None:
    page = shown(browser, contexts, files[name], viewport=DESKTOP).page
    page.emulate_media(media="print", color_scheme="dark")
    folded = """[...document.querySelectorAll('details > *')].filter(
        one => !one.checkVisibility({contentVisibilityAuto: true})).length"""
    assert page.evaluate(folded) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    if name == "small":
        assert page.pdf(format="A4").startswith(b"%PDF")


def test_many_flows_are_drawn_in_groups_and_stand_in_an_index(
    browser: Browser, contexts: list[BrowserContext], files: dict[str, Path]
) -> None:
    page = shown(browser, contexts, files["many"], viewport=DESKTOP).page
    assert page.get_by_role("region", name="Drawing of systems and flows").bounding_box() is not None
    texts = page.locator(".map .node text").all_text_contents()
    assert any(text.endswith(" flows") for text in texts)
    assert page.locator("#summary tbody tr").count() == 300
    assert page.locator("section.flow").nth(0).locator("details[open]").count() == 0
