"""The page of libraries whose calls are described: their systems, and what is known of their methods."""

from __future__ import annotations

from extractors.clients.libraries.facts import LibraryFacts, OperationFacts, all_facts

HEAD = """# Libraries

<!-- Generated from extractors/clients/libraries/facts: `make pages`. -->

Scripts reach many systems through a library of the vendor, a database driver or a file format. hubshift does not run
such a call: the model describes it (`SdkOperation`: system, operation, resource, data, direction), a gap (HS109) stands
before it, and a run that reaches it ends there. `hubshift inventory` has a row for each of them.

What a call does is stated in a table, one file for each system. A name that stands in no table is judged by the first
verb in it (`list_orders` reads, `send_message` writes), and so are the methods of an object that a class of a library
without a table has made; such facts are `inferred`. A key of a table is a call by its names from the right: `create` is
any method of that name, `Contact.create` one of a part `Contact`, `*` is any name; the longest that fits holds.

A statement for a database is taken apart by sqlglot: verb, tables, and which value goes into which column.

- **reads**, **writes**: reaches the system, by the request of the vendor's API behind it where that is stated;
- **statement**: makes or sends a statement, which reads or writes as its verb says;
- **here**: makes a part of the client, or computes on this machine."""

_WORDS = {
    "read": "reads",
    "write": "writes",
    "sql": "statement",
    "statement": "statement",
    "answer": "here",
    "part": "here",
    "data": "here",
    "same": "here",
}


def libraries_page() -> str:
    """A table of all systems, then a section each."""
    facts = sorted(all_facts(), key=lambda one: one.system.lower())
    rows = [
        f"| {one.system} | {_code(one.imports)} | {one.protocol} | {len(one.operations)} |" for one in facts
    ]
    table = "\n".join(["| system | packages | protocol | calls |", "| --- | --- | --- | --- |", *rows])
    return "\n\n".join([HEAD, table, *map(_section, facts)]) + "\n"


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _section(facts: LibraryFacts) -> str:
    parts = [f"## {facts.system}: {facts.imports[0]}"]
    if facts.documentation is not None:
        parts.append(f"By <{facts.documentation}>.")
    if facts.clients:
        parts.append(f"Clients: {_code(tuple(facts.clients))}.")
    if facts.operations:
        rows = [_row(name, one) for name, one in facts.operations.items()]
        parts.append("\n".join(["| call | does | request or name |", "| --- | --- | --- |", *rows]))
    return "\n\n".join(parts)


def _row(name: str, facts: OperationFacts) -> str:
    request = f"`{facts.method} {facts.path}`" if facts.method is not None else facts.name or ""
    does = (
        _WORDS[facts.does] if facts.verb is None else f"{_WORDS[facts.does]}, or reads as its argument says"
    )
    return f"| `{name}` | {does} | {request} |"
