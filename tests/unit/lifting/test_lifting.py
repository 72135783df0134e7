"""Lifting: names, ids, evidence, places and paging of the integration that a script becomes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from extractors.lifting.loops import with_paging, without_unused_variables
from extractors.lifting.naming import noun_of
from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.model import (
    Call,
    Constant,
    Expression,
    HttpOperation,
    Loop,
    LoopExit,
    LoopUpdate,
    LoopValue,
    LoopVariable,
    MappingRule,
    Parameter,
    Read,
    Reference,
    SourceSpan,
    Split,
    Translate,
    Write,
    walk_steps,
)

SCRIPT = """import requests

for c in requests.get("https://crm.vendor.example/api/contacts").json()["data"]:
    requests.put(
        f"https://api.mail.example/members/{c['id']}",
        json={
            "email": c["email"],
            "source": "crm",
            "address": {"city": c["town"]},
        },
    )
"""


def extraction(source: str, folder: Path, name: str = "script.py") -> Extraction:
    script = folder / name
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(source, encoding="utf-8")
    found = EXTRACTOR.extract(script, folder)
    assert isinstance(found, Extraction)
    return found


def rules(found: Extraction) -> list[MappingRule]:
    steps = walk_steps(found.integration.steps)
    return [rule for step in steps if isinstance(step, Translate) for rule in step.rules]


def ids(found: Extraction) -> list[str]:
    return [step.id for step in walk_steps(found.integration.steps)]


# --- the integration -------------------------------------------------------------------------------------------------


def test_the_integration_is_named_after_the_file_and_keeps_its_hash(tmp_path: Path) -> None:
    found = extraction(SCRIPT, tmp_path, "nightly/jobs/sync.py").integration
    assert (found.id, found.name) == ("nightly.jobs.sync", "sync")
    assert [(s.file, s.sha256) for s in found.sources] == [
        ("nightly/jobs/sync.py", hashlib.sha256(SCRIPT.encode()).hexdigest())
    ]


@pytest.mark.parametrize(
    ("urls", "systems"),
    [
        (("https://crm.example/a", "https://crm.example/b"), {"crm": "https://crm.example"}),
        (("https://api.crm.example/a",), {"crm": "https://api.crm.example"}),
        (
            ("https://www.a.example/x", "http://a.example/x"),
            {"a": "https://www.a.example", "a_2": "http://a.example"},
        ),
        (("https://a.example:8443/x",), {"a": "https://a.example:8443"}),
        (("http://localhost:80/x",), {"localhost": "http://localhost:80"}),
    ],
    ids=" ".join,
)
def test_systems_are_named_after_their_hosts(
    urls: tuple[str, ...], systems: dict[str, str], tmp_path: Path
) -> None:
    source = "import requests\n" + "".join(f"requests.get({url!r})\n" for url in urls)
    found = extraction(source, tmp_path).integration.systems
    assert {system.id: system.servers[0].url for system in found} == systems


def test_two_readings_of_the_same_bytes_are_equal(tmp_path: Path) -> None:
    first, second = extraction(SCRIPT, tmp_path / "a"), extraction(SCRIPT, tmp_path / "b")
    assert first.integration.model_dump_json() == second.integration.model_dump_json()


def test_what_neither_calls_a_system_nor_is_unread_is_no_integration(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text('import requests\nURL = "https://a.example"\n', encoding="utf-8")
    assert EXTRACTOR.extract(script, tmp_path) is None


# --- ids, evidence, places -------------------------------------------------------------------------------------------


def test_steps_are_named_after_what_they_are_about(tmp_path: Path) -> None:
    assert ids(extraction(SCRIPT, tmp_path)) == ["read_contacts", "each_data", "map_members", "write_members"]


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    source = "import requests\n" + "requests.get('https://a.example/x')\n" * 3
    assert ids(extraction(source, tmp_path)) == ["read_x", "read_x_2", "read_x_3"]


def test_ids_are_unique_also_across_ways(tmp_path: Path) -> None:
    source = (
        "import requests\nc = requests.get('https://a.example/x').json()\n"
        "if c['a']:\n    requests.post('https://b.example/y', json=c)\n"
        "else:\n    requests.post('https://b.example/y', json={'a': 1})\n"
    )
    found = ids(extraction(source, tmp_path))
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("server", "path", "noun"),
    [
        ("https://a.example", "/v1/contacts", "contacts"),
        ("https://a.example", "/v1/contacts/{id}", "contacts"),
        ("https://a.example", "/v1/Contact-List?x=1", "contact_list"),
        ("https://a.example", "/", "a_example"),
        ("{BASE_URL}", "", "base_url"),
    ],
)
def test_the_noun_of_an_operation(server: str, path: str, noun: str) -> None:
    operation = HttpOperation(client="requests", method="GET", server=server, path=path)
    assert noun_of(operation) == noun


def test_rules_know_their_line_and_how_they_are_known(tmp_path: Path) -> None:
    found = rules(extraction(SCRIPT, tmp_path))
    assert [(rule.id, rule.evidence, rule.span.line if rule.span else 0) for rule in found] == [
        ("map_members.email", "folded", 7),
        ("map_members.source", "literal", 8),
        ("map_members.address.city", "folded", 9),
    ]


def test_what_could_not_be_read_is_unresolved(tmp_path: Path) -> None:
    source = "import requests\nrequests.post('https://b.example/y', json={'a': UNKNOWN, 'b': 1})\n"
    assert [rule.evidence for rule in rules(extraction(source, tmp_path))] == ["unresolved", "literal"]


def test_every_step_knows_its_line(tmp_path: Path) -> None:
    steps = walk_steps(extraction(SCRIPT, tmp_path).integration.steps)
    assert [(step.id, step.span.line if step.span else 0) for step in steps] == [
        ("read_contacts", 3),
        ("each_data", 3),
        ("map_members", 4),
        ("write_members", 4),
    ]


def test_the_values_of_hard_coded_secrets_stay_out_of_the_model(tmp_path: Path) -> None:
    source = (
        "import requests\nAPI_TOKEN = 'hush-hush'\n"
        "requests.get('https://a.example/x', headers={'X-Api-Key': API_TOKEN})\n"
    )
    found = extraction(source, tmp_path)
    assert found.secret_values.reveal() == {"API_TOKEN": "hush-hush"}
    assert "hush" not in found.integration.model_dump_json() + repr(found.secret_values) + repr(
        found.diagnostics
    )


# --- loops -----------------------------------------------------------------------------------------------------------

ITEM = Reference(step="each", part="item")


def value(name: str, loop: str = "loop") -> LoopValue:
    return LoopValue(loop=loop, name=name)


def added(left: Expression, right: int) -> Expression:
    return Call(function="python.add", arguments=(left, Constant(value=right)))


def variable(name: str, then: Expression, initial: int = 0) -> LoopVariable:
    return LoopVariable(name=name, initial=Constant(value=initial), next=then)


def get(query: Expression | None = None, path: Expression | None = None) -> Read:
    parameters: list[Parameter] = []
    if query is not None:
        parameters.append(Parameter(name="q", location="query", value=query))
    if path is not None:
        parameters.append(Parameter(name="p", location="path", value=path))
    operation = HttpOperation(
        client="requests",
        method="GET",
        server="{p}" if path is not None else "https://a.example",
        path="" if path is not None else "/x",
        parameters=tuple(parameters),
    )
    return Read(id="read", operation=operation)


def member(*keys: str) -> Expression:
    found: Expression = Reference(step="read", part="body")
    for key in keys:
        found = Call(function="python.member", arguments=(found, Constant(value=key)))
    return found


def names(loop: object) -> list[str]:
    assert isinstance(loop, (Loop, Split))
    return [one.name for one in loop.variables]


def test_a_variable_that_nothing_uses_is_dropped_with_what_it_alone_uses() -> None:
    loop = Loop(
        id="loop",
        variables=(
            variable("sent", added(value("sent"), 1)),
            variable("factor", added(value("factor"), 2)),
            variable("total", Call(function="python.add", arguments=(value("total"), value("factor")))),
            variable("offset", added(value("offset"), 10)),
        ),
        steps=(
            get(query=value("offset")),
            LoopExit(id="exit", updates=(LoopUpdate(name="sent", value=value("sent")),)),
        ),
    )
    (kept,) = without_unused_variables((loop,))
    assert names(kept) == ["offset"]
    assert isinstance(kept, Loop)
    assert isinstance(kept.steps[1], LoopExit)
    assert kept.steps[1].updates == ()


def test_a_variable_that_is_used_behind_the_loop_or_through_another_is_kept() -> None:
    split = Split(
        id="each",
        over=member("rows"),
        variables=(
            LoopVariable(name="n", initial=Constant(value=0), next=added(value("n", "each"), 1)),
            LoopVariable(name="m", initial=Constant(value=0), next=value("n", "each")),
        ),
        steps=(),
    )
    after = Write(
        id="write",
        operation=HttpOperation(
            client="requests",
            method="POST",
            server="https://a.example",
            path="/x",
            parameters=(Parameter(name="q", location="query", value=value("m", "each")),),
        ),
    )
    assert names(without_unused_variables((split, after))[0]) == ["n", "m"]
    assert names(without_unused_variables((split,))[0]) == []


@pytest.mark.parametrize(
    ("read", "then", "kind"),
    [
        (get(query=value("v")), added(value("v"), 50), ("offset", "q", ())),
        (get(query=value("v")), added(value("v"), 1), ("page", "q", ())),
        (get(query=value("v")), member("paging", "next"), ("cursor", "q", ("paging", "next"))),
        (get(path=value("v")), member("next"), ("link", "p", ("next",))),
        (get(query=Constant(value=1)), added(value("v"), 50), None),
        (get(query=value("v")), Constant(value=7), None),
        (
            get(query=value("v")),
            Call(function="python.multiply", arguments=(value("v"), Constant(value=2))),
            None,
        ),
    ],
    ids=["offset", "page", "cursor", "link", "not sent", "set once", "another recurrence"],
)
def test_paging_gets_its_name(
    read: Read, then: Expression, kind: tuple[str, str, tuple[str, ...]] | None
) -> None:
    loop = Loop(id="loop", variables=(variable("v", then),), steps=(read,))
    (found,) = with_paging((loop,))
    assert isinstance(found, Loop)
    paging = found.paging
    assert (None if paging is None else (paging.kind, paging.parameter, paging.source)) == kind


def test_paging_is_found_in_a_loop_inside_a_split() -> None:
    loop = Loop(id="loop", variables=(variable("v", added(value("v"), 1)),), steps=(get(query=value("v")),))
    split = Split(id="each", over=member("rows"), steps=(loop,))
    (found,) = with_paging((split,))
    assert isinstance(found, Split)
    inner = found.steps[0]
    assert isinstance(inner, Loop)
    assert inner.paging is not None


def test_a_place_prints_as_file_and_line() -> None:
    assert str(SourceSpan(file="a/b.py", line=3, end_line=3)) == "a/b.py:3"


TWINS = """import requests

x = requests.get("https://a.example/orders_2").json()
y = requests.get("https://a.example/orders").json()
z = requests.get("https://a.example/orders").json()
requests.post("https://b.example/in", json={"a": {"b": x["p"], "b_2": 0}, "a.b": y["q"], "a.b_2": z["r"]})
"""


def test_no_two_steps_or_rules_have_one_id(tmp_path: Path) -> None:
    found = extraction(TWINS, tmp_path)
    assert [id for id in ids(found) if id.startswith("read")] == [
        "read_orders_2",
        "read_orders",
        "read_orders_3",
    ]
    assert [rule.id for rule in rules(found)] == [
        "map_in.a.b",
        "map_in.a.b_2",
        "map_in.a.b_3",
        "map_in.a.b_2_2",
    ]
