"""Libraries whose calls are described: the tables of facts, the verbs of names, and that no run goes past a call."""

from __future__ import annotations

import sys

import pytest

from extractors.clients.libraries.facts import OperationFacts, all_facts, facts_of, read_facts
from extractors.clients.libraries.local_packages import is_local
from extractors.clients.libraries.verbs import done_by


def test_each_package_stands_in_one_table() -> None:
    names = [name for facts in all_facts() for name in facts.imports]
    assert len(names) == len(set(names))


def test_a_package_with_a_table_is_not_listed_as_one_that_reaches_nothing() -> None:
    names = {name for facts in all_facts() for name in facts.imports}
    others = sorted(name for name in names if name.partition(".")[0] not in sys.stdlib_module_names)
    assert [name for name in others if is_local(name)] == []


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("google.cloud.storage.Client", "google.cloud"),
        ("mysql.connector.connect", "mysql.connector"),
        ("googleapiclient.discovery.build", "googleapiclient"),
        ("google.auth.default", None),
        ("jiracli.JIRA", None),
    ],
)
def test_the_longest_package_that_a_name_begins_with_has_its_facts(name: str, package: str | None) -> None:
    found = facts_of(name)
    assert (None if found is None else found[0]) == package


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        (("bulk", "Contact", "insert"), "bulk"),
        (("Contact", "insert"), "any"),
        (("insert",), None),
        (("insert", "other"), None),
    ],
)
def test_the_longest_key_that_fits_holds(path: tuple[str, ...], resource: str | None) -> None:
    facts = read_facts(
        """
system: Example
imports: [example]
operations:
  "*.insert": {does: write, resource: any}
  bulk.*.insert: {does: write, resource: bulk}
"""
    )
    found = facts.operation(path)
    assert (None if found is None else found.resource) == resource


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("read", OperationFacts(does="read")),
        ("write INSERT", OperationFacts(does="write", name="INSERT")),
        (
            "write POST /a/{b} notify",
            OperationFacts(does="write", method="POST", path="/a/{b}", role="notify"),
        ),
    ],
)
def test_a_call_may_be_written_in_a_line(written: str, expected: OperationFacts) -> None:
    facts = read_facts(f"system: Example\nimports: [example]\noperations:\n  call: {written}\n")
    assert facts.operations["call"] == expected


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("list_orders", "read"),
        ("getUserInfo", "read"),
        ("users_list", "read"),
        ("chat_postMessage", "write"),
        ("add_worklog", "write"),
        ("groups_kick", "write"),
        ("write_api", "part"),
        ("close", "part"),
        ("issue", None),
    ],
)
def test_the_first_verb_in_a_name_says_what_it_does(name: str, done: str | None) -> None:
    assert done_by(name) == done
