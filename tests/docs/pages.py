"""The generated pages of the documentation; `make pages` writes them, a test compares them with the code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from migrate.diagnostics import RULES, Rule
from migrate.pipeline.models import schema_text
from tests.diagnostics.cases import Case, cases
from tests.docs.commands import commands_page
from tests.docs.comparison import comparison_page
from tests.docs.functions import functions_page
from tests.docs.inventory import inventory_page
from tests.docs.libraries import libraries_page
from tests.docs.mutation import mutation_page
from tests.docs.sample_estate import sample_estate_page

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def diagnostics_page() -> str:
    """All codes: a table, then a section each with meaning, example, what is printed, and what to do."""
    by_code = {case.code: case for case in cases()}
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}) | {rule.severity} | {rule.title} |" for rule in RULES.values()
    ]
    table = "\n".join(["| code | level | what |", "| --- | --- | --- |", *rows])
    return "\n\n".join([HEAD, table, *(_section(rule, by_code[rule.code]) for rule in RULES.values())]) + "\n"


HEAD = """# Diagnostics

<!-- Generated from migrate/diagnostics/rules.py and tests/diagnostics/scripts: `make pages`. -->

What hubshift cannot read, carry over or vouch for has a code, a place and a remedy; `hubshift explain CODE` prints the
section below. A code keeps its meaning for ever. There are three levels:

- a **gap** is not carried over: a flow with one never gets the verdict PASS, and a run that reaches it ends there;
- a **warning** asks a person to look;
- a **note** says what a flow does otherwise by intent.

`audit`, `emit` and `shadow` collect all of them, go on, and decide at the end. `--on-gap` says what gaps do then:

| `--on-gap` | gaps are printed | exit code with gaps | what is written |
| --- | --- | --- | --- |
| `ignore` | no | as without them | everything; reports list the gaps |
| `warn` (default) | yes | 1 | everything |
| `fail` | yes | 2 | by `audit` its report; by `emit` and `shadow` nothing |

No value of `--on-gap` changes the verdict of a shadow run, and none silences a warning."""


def _section(rule: Rule, case: Case) -> str:
    printed = "\n".join(str(one) for one in case.findings() if one.code == rule.code)
    parts = [f"## {rule.code}", f"{rule.title} ({rule.severity}). {rule.meaning}"]
    if rule.example:
        language = {".py": "python", ".rb": "ruby"}[case.script.suffix]
        parts.append(f"```{language}\n{rule.example.strip(chr(10))}\n```")
    return "\n\n".join([*parts, f"```text\n{printed}\n```", f"What to do: {rule.remedy}"])


PAGES: dict[Path, Callable[[], str]] = {
    DOCS / "commands.md": commands_page,
    DOCS / "functions.md": functions_page,
    DOCS / "diagnostics.md": diagnostics_page,
    DOCS / "inventory.md": inventory_page,
    DOCS / "libraries.md": libraries_page,
    DOCS / "mutation.md": mutation_page,
    DOCS / "sample-estate.md": sample_estate_page,
    DOCS / "comparison.md": comparison_page,
    DOCS / "schema" / "estate.schema.json": schema_text,
}
"""What makes each page, by its path."""


def update() -> None:
    """Writes all pages anew."""
    for path, make in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    update()
