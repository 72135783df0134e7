"""An answer is given again only where nothing has changed that it depends on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.pipeline.auditing import audit
from migrate.pipeline.kept_answers import AnswerCache

ANSWER = ("text\n", 2)


def _kept(folder: Path, cache: Path) -> AnswerCache:
    """The cache of a folder whose answer has been kept."""
    (folder / "shop").mkdir(parents=True)
    (folder / "main.py").write_text(
        "import requests\nimport shop.api\nrequests.get(shop.api.URL)\n", encoding="utf-8"
    )
    (folder / "shop" / "api.py").write_text('URL = "https://a.example/items"\n', encoding="utf-8")
    kept = AnswerCache(cache, folder, ("inventory",))
    found = audit(folder)
    kept.keep(*ANSWER, found.seen, found.consulted)
    return kept


def test_it_is_given_again(tmp_path: Path) -> None:
    kept = _kept(tmp_path / "scripts", tmp_path / "cache")
    assert kept.find() == ANSWER
    assert AnswerCache(tmp_path / "cache", tmp_path / "scripts", ("audit",)).find() is None


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "main.py").write_text("print(1)\n", encoding="utf-8"),
        lambda folder: (folder / "shop" / "api.py").write_text("URL = None\n", encoding="utf-8"),
        lambda folder: (folder / "shop" / "__init__.py").write_text("", encoding="utf-8"),
        lambda folder: (folder / "requests.py").write_text("", encoding="utf-8"),
        lambda folder: (folder / "send.sh").write_text("curl https://a.example\n", encoding="utf-8"),
        lambda folder: (folder / "main.py").unlink(),
    ],
    ids=["script", "module", "package", "in place of a library", "other language", "gone"],
)
def test_it_is_not_where_something_has_changed(change: Callable[[Path], object], tmp_path: Path) -> None:
    kept = _kept(tmp_path / "scripts", tmp_path / "cache")
    change(tmp_path / "scripts")
    assert kept.find() is None


def test_a_damaged_one_is_none(tmp_path: Path) -> None:
    kept = _kept(tmp_path / "scripts", tmp_path / "cache")
    for file in (tmp_path / "cache").glob("*.answer"):
        file.write_bytes(file.read_bytes()[:-9])
    assert kept.find() is None
