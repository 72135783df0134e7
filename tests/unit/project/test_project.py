"""Settings are read strictly; what is wrong in them is named with file, line and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.pipeline.files import InputError
from migrate.pipeline.project import Project, project_of


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nreplai: {}\n", "{file}:2: /replai: is no key that is known here"),
        ("- 1\n", "{file}:1: the file: is no object"),
        (
            "replay:\n  volatile:\n    - {url: x, in: header, name: a}\n    - {url: x, in: body, name: a}\n",
            "{file}:3: /replay/volatile/0/in: is not 'query' or 'body'\n"
            "{file}:4: /replay/volatile/1: a value in the query has a name and no path, one in the body "
            "a path and no name",
        ),
        (
            "replay:\n  collections:\n    - {url: x, paging: cursor, parameter: a}\n",
            "{file}:3: /replay/collections/0: paging by cursor, and no other, names in `next` where an "
            "answer holds the next cursor",
        ),
        ("a: [\n", "{file}:2:1: not YAML: expected the node content, but found '<stream end>'"),
    ],
    ids=["unknown section", "a list", "volatile", "collections", "cut off"],
)
def test_a_file_that_is_no_settings_is_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "hubshift.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        project_of(file)
    assert str(refused.value) == message.format(file=file)


def test_the_settings_that_the_documentation_shows_are_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "replay.md").read_text(encoding="utf-8")
    file = tmp_path / "hubshift.yaml"
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    replay = project_of(file).replay
    assert (len(replay.volatile), len(replay.collections)) == (3, 1)


def test_the_file_of_the_current_folder_is_taken_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert project_of(None) == Project()
    Path("hubshift.yaml").write_text("odd: 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"hubshift\.yaml:1: /odd: is no key that is known here"):
        project_of(None)
