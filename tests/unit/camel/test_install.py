"""Camel's jars are installed whole or not at all, and are those that the lock file names."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from emitters.camel import install
from emitters.camel.project import DEPENDENCIES, VERSION, pom


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a Maven that brings what the lock file promises, as far as it is asked for hashes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(install, "java", lambda: Path("/nowhere/java"))
    monkeypatch.setattr(install, "_copy", _fill)
    monkeypatch.setattr(install, "differing", lambda folder: [])
    return tmp_path / "hubshift"


def _fill(folder: Path) -> None:
    for name in install.locked():
        (folder / name).write_bytes(b"")


def test_the_lock_file_pins_the_version_that_projects_are_made_for_and_names_no_registry() -> None:
    assert install.pinned_version() == VERSION
    assert "://" not in install.LOCK.read_text(encoding="utf-8")
    assert {f"camel-{part}-{VERSION}.jar" for part in DEPENDENCIES} <= install.locked().keys()


def test_the_engine_consists_of_what_a_project_asks_for() -> None:
    def asked(text: str) -> set[str]:
        names = ElementTree.fromstring(text).iter("{http://maven.apache.org/POM/4.0.0}artifactId")
        return {str(name.text) for name in names} - {"camel-engine", "a-flow"}

    assert asked((install.ENGINE / "pom.xml").read_text(encoding="utf-8")) == asked(pom("a_flow"))


def test_an_installation_is_made_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert install.jars() is None
    assert "python -m emitters.camel.install" in str(install.missing())
    jars = install.install()
    monkeypatch.delattr(install, "_copy")
    assert install.install() == jars == install.jars()
    assert install.missing() is None
    assert [each.name for each in cache.iterdir()] == [jars.name]


def test_other_files_than_the_lock_file_names_are_refused(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache.parent))
    monkeypatch.setattr(install, "java", lambda: Path("/nowhere/java"))
    monkeypatch.setattr(install, "_copy", _fill)
    with pytest.raises(install.InstallError, match="other files than the lock file names"):
        install.install()
    assert list(cache.iterdir()) == []


def test_a_failed_installation_leaves_nothing_and_names_no_address(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*given: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, "[ERROR] from https://user:pw@registry.example/camel", "")

    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache.parent))
    monkeypatch.setattr(install, "java", lambda: Path("/nowhere/java"))
    monkeypatch.setattr("shutil.which", lambda name: f"/nowhere/{name}")
    monkeypatch.setattr(subprocess, "run", failing)
    with pytest.raises(install.InstallError) as raised:
        install.install()
    assert "registry.example" not in str(raised.value)
    assert list(cache.iterdir()) == []
