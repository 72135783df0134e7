"""The registry finds our own plug-ins by their place and those of others by entry points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from migrate import registry
from migrate.registry import (
    UnknownTarget,
    emitter,
    estate_emitter,
    extractors,
    flow_targets,
    is_of_estate,
    targets,
)

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@dataclass(frozen=True)
class Foreign:
    """Stands for a plug-in of somebody else."""

    name: str = "foreign"


FOREIGN = Foreign()


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package that declares a target and a language of its own."""
    points = EntryPoints(
        EntryPoint(name=name, value=f"{__name__}:FOREIGN", group=group)
        for name, group in (("foreign", "hubshift.emitters"), ("perl", "hubshift.extractors"))
    )
    monkeypatch.setattr(EntryPoint, "load", lambda self: FOREIGN)
    monkeypatch.setattr(registry, "entry_points", points.select)
    extractors.cache_clear()
    yield
    extractors.cache_clear()


def test_each_folder_of_an_emitter_is_a_target() -> None:
    folders = {path.parent.name.replace("_", "-") for path in (ROOT / "emitters").glob("*/emitter.py")}
    assert folders
    assert folders <= set(targets())
    assert list(targets()) == sorted(targets())


@pytest.mark.parametrize("target", targets())
def test_each_target_has_an_emitter_of_its_name_with_an_engine(target: str) -> None:
    found = estate_emitter(target) if is_of_estate(target) else emitter(target)
    assert found.name.replace("_", "-") == target
    assert found.engine.missing() is None or isinstance(found.engine.missing(), str)


def test_a_target_is_of_flows_or_of_estates_and_the_other_emitter_is_refused() -> None:
    assert "openapi" not in flow_targets()
    others = ", ".join(flow_targets())
    with pytest.raises(
        UnknownTarget, match=f"openapi is made of an estate and runs no flow; there are: {others}"
    ):
        emitter("openapi")
    with pytest.raises(UnknownTarget, match="node-red is made of one flow, not of an estate"):
        estate_emitter("node-red")


def test_each_folder_of_an_extractor_is_a_language() -> None:
    folders = {path.parent.name for path in (ROOT / "extractors").glob("*/extractor.py")}
    assert {one.language for one in extractors()} == folders


def test_every_suffix_starts_with_a_dot_and_belongs_to_one_language() -> None:
    suffixes = [suffix for one in extractors() for suffix in one.suffixes]
    assert all(suffix.startswith(".") for suffix in suffixes)
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        *((name, ";") for name in ("", "os", "..", "_steps")),
        *(
            (name, ", did you mean 'node-red'?")
            for name in ("nodered", "node_red", "Node-Red", "node-red.emitter")
        ),
    ],
)
def test_a_target_that_is_not_there_is_refused_with_a_list_of_those_that_are(name: str, near: str) -> None:
    with pytest.raises(UnknownTarget) as refused:
        emitter(name)
    assert str(refused.value) == f"there is no target {name!r}{near} there are: {', '.join(targets())}"


@pytest.mark.usefixtures("foreign")
def test_a_plug_in_of_somebody_else_is_found_by_its_entry_point() -> None:
    assert "foreign" in targets()
    assert isinstance(emitter("foreign"), Foreign)
    assert [one for one in extractors() if isinstance(one, Foreign)] == [FOREIGN]


@pytest.mark.usefixtures("foreign")
def test_our_own_are_there_beside_those_of_others() -> None:
    assert emitter("node-red").name != FOREIGN.name
    assert len(extractors()) == 2
