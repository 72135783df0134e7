"""The page of the inventory: its columns from the classes of its rows, and what it prints for two samples."""

from __future__ import annotations

from fixtures.case import FOLDER as FIXTURES
from migrate.cli.inventory import as_tables
from migrate.estate.inventory import CallRow, MappingRow, ScheduleRow, SecretRow
from migrate.pipeline.auditing import audit
from migrate.pipeline.inventorying import as_json_lines, inventory

HEAD = """# Inventory

<!-- Generated from migrate/estate/inventory and fixtures: `make pages`. -->

`hubshift inventory DIR` lists what the scripts below a folder call, map and keep secret, and what starts them, one row
each: as a table to read, as JSON lines (`--format jsonl`), as CSV (`--format csv`, lists as JSON), or with `--json` as
one document with the findings. The rows are a projection of the model that is emitted and run: what stands in a row is
what the flow does. A part that could not be read makes the row's `evidence` `unresolved`; the findings name it."""

MEANINGS = {
    "auth": "`none`, `basic`, `bearer`, `apikey-header:NAME`, `apikey-query:NAME`, `apikey-body:NAME`, "
    "`oauth2-client-credentials`, `oauth2-refresh`, `oauth2-password`, `oauth2-authorization-code`",
    "evidence": "`literal`: written so; `folded`: computed by the script; `inferred`: concluded; `observed`: seen in "
    "traffic; `unresolved`: not known",
    "role": "`source`, `target`, `auth` (gets a token), `notify` (tells people)",
    "transform": "the outermost of what happens to the value",
}


def inventory_page() -> str:
    """The whole page."""
    parts = [HEAD]
    for row in (CallRow, MappingRow, SecretRow, ScheduleRow):
        kind = str(row.model_fields["kind"].default)
        columns = ", ".join(f"`{name}`" for name in row.model_fields)
        parts += [f"## {kind}", " ".join((row.__doc__ or "").split()), f"Columns: {columns}."]
    parts += ["## Some columns", "\n".join(f"- `{name}`: {text}" for name, text in MEANINGS.items())]
    folder = FIXTURES / "cursor_paging" / "legacy"
    rows = inventory(audit(folder), folder)
    parts += [
        "## Examples",
        f"`hubshift inventory fixtures/{folder.parent.name}/legacy` prints",
        _block(as_tables(rows)),
    ]
    parts += [
        "and with `--format jsonl` as its first and fourth row",
        _block("".join(as_json_lines([rows[0], rows[3]]))),
    ]
    folder = FIXTURES / "estate" / "legacy"
    parts += ["The sample estate:", _block(as_tables(inventory(audit(folder), folder)))]
    return "\n\n".join(parts) + "\n"


def _block(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"```text\n{lines}\n```"
